"""Parquet and Arrow: by record batch; every column but the text keeps its values and its type."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, NamedTuple

from cleaner.errors import Unreadable, UsageError
from cleaner.records import (
    ROLES,
    Batch,
    Columns,
    Part,
    Reading,
    Record,
    Result,
    record_of,
    too_long,
)

AT_ONCE = 8 << 20  # bytes of a batch, about
ROW_GROUP = 32 << 20  # bytes that are gathered before they are written


class Table(NamedTuple):
    """A record batch; `form` is the compression of its Parquet, or `file` or `stream` of Arrow."""

    batch: Any
    form: str


def read(stream: IO[bytes], reading: Reading) -> Iterator[Batch]:
    """Yield an empty batch, which has the schema, then the batches of a file or a part of it."""
    pyarrow = _pyarrow()
    try:
        schema, form, tables = _opened(stream, reading.part)
        columns = reading.columns.among(schema.names, html=reading.html)
        _check(schema.field(columns.text))
        nothing = pyarrow.RecordBatch.from_pylist([], schema)
        yield Batch([], Table(nothing, form), columns)
        row = reading.part.first if reading.part else 1
        for table in tables:
            yield Batch(_records(table, columns, row, reading), Table(table, form), columns)
            row += table.num_rows
    except pyarrow.ArrowException as error:
        raise Unreadable(f"is broken: {_first_line(error)}") from error
    except OSError as error:  # Arrow's own, of what a file holds
        if error.errno:
            raise
        raise Unreadable(f"is broken: {_first_line(error)}") from error


def write_parquet(stream: IO[bytes], results: Iterator[Result]) -> None:
    """Write record batches as Parquet, gathered to row groups, compressed as they were."""
    from pyarrow import parquet

    writer, gathered = None, []
    for result in results:
        table = _table(result)
        if writer is None:
            codec = result.batch.payload.form
            codec = "zstd" if codec in ("file", "stream") else codec
            writer = parquet.ParquetWriter(stream, table.schema, compression=codec)
        gathered.append(table)
        if sum(table.nbytes for table in gathered) >= ROW_GROUP:
            _write_group(writer, gathered)
            gathered = []
    if writer is not None:
        _write_group(writer, gathered)
        writer.close()


def write_arrow(stream: IO[bytes], results: Iterator[Result]) -> None:
    """Write record batches as an Arrow file or stream, whichever was read."""
    from pyarrow import ipc

    writer = None
    for result in results:
        table = _table(result)
        if writer is None:
            stream_too = result.batch.payload.form == "stream"
            writer = (ipc.new_stream if stream_too else ipc.new_file)(stream, table.schema)
        if table.num_rows:
            writer.write_table(table)
    if writer is not None:
        writer.close()


def split(stream: IO[bytes], size: int) -> list[Part]:
    """Cut a file between row groups into parts of about so many bytes."""
    from pyarrow import parquet

    metadata = parquet.ParquetFile(stream).metadata
    parts, start, first, bytes_, rows = [], 0, 1, 0, 0
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        bytes_, rows = bytes_ + group.total_byte_size, rows + group.num_rows
        if bytes_ >= size:
            parts.append(Part(start, index + 1, first, bytes_))
            start, first, bytes_, rows = index + 1, first + rows, 0, 0
    last = Part(start, metadata.num_row_groups, first, bytes_)
    return [*parts, last] if rows or not parts else parts


def join(parts: list[Path], stream: IO[bytes]) -> None:
    """Put Parquet files one after the other, row group by row group."""
    from pyarrow import parquet

    writer = None
    for part in parts:
        with part.open("rb") as piece, parquet.ParquetFile(piece) as file:
            if writer is None:
                writer = parquet.ParquetWriter(
                    stream, file.schema_arrow, compression=_codec(file.metadata)
                )
            for index in range(file.num_row_groups):
                writer.write_table(file.read_row_group(index))
    if writer is not None:
        writer.close()


def _opened(stream: IO[bytes], part: Part | None) -> tuple[Any, str, Iterator[Any]]:
    """Return the schema, the form and the batches of a file, whichever kind it is."""
    from pyarrow import ipc, parquet

    magic = stream.read(6)
    stream.seek(0)
    if magic == b"ARROW1":
        file = ipc.open_file(stream)
        batches = (file.get_batch(index) for index in range(file.num_record_batches))
        return file.schema, "file", batches
    if magic[:4] != b"PAR1":
        reader = ipc.open_stream(stream)
        return reader.schema, "stream", iter(reader)
    file = parquet.ParquetFile(stream)
    groups = list(range(part.start, part.end)) if part else list(range(file.num_row_groups))
    each = sum(file.metadata.row_group(i).total_byte_size for i in groups)
    rows = sum(file.metadata.row_group(i).num_rows for i in groups)
    at_once = max(1, min(1000, AT_ONCE * rows // max(each, 1)))
    batches = file.iter_batches(at_once, row_groups=groups, use_threads=False)
    return file.schema_arrow, _codec(file.metadata), batches


def _records(table: Any, columns: Columns, first: int, reading: Reading) -> list[Record]:
    """Make a record of each row; only the columns that say something are turned into Python."""
    told = dict.fromkeys(getattr(columns, role) for role in ROLES)
    rows = table.select([name for name in told if name]).to_pylist()
    records = []
    for index, row in enumerate(rows):
        record = record_of(row, columns, place=str(first + index), html=reading.html)
        if record.text and (trouble := too_long(len(record.text), reading.limit)):
            record = replace(record, trouble=trouble)
        records.append(replace(record, raw=_Row(table, index)))
    return records


class _Row:
    """A row as JSON, made only where it goes to quarantine."""

    def __init__(self, table: Any, index: int) -> None:
        self._table, self._index = table, index

    def __iter__(self) -> Iterator[bytes]:
        import json

        row = self._table.slice(self._index, 1).to_pylist()[0]
        yield json.dumps(row, default=repr).encode() + b"\n"


def _table(result: Result) -> Any:
    """Return the rows that are written, as a table with the columns that cleaning writes."""
    pyarrow = _pyarrow()
    batch, columns = result.batch.payload.batch, result.columns
    kept = list(result.kept())
    if len(kept) < batch.num_rows:
        batch = batch.take(pyarrow.array([index for index, _, _ in kept], "int64"))
    table = pyarrow.Table.from_batches([batch], batch.schema)
    kind = batch.schema.field(columns.text).type
    texts = [doc.text for _, _, doc in kept]
    table = _with_column(table, columns.written, _texts(texts, kind))
    if columns.removals:
        removed = [result.added(doc)[columns.removals] for _, _, doc in kept]
        table = _with_column(table, columns.removals, pyarrow.array(removed, _removals_type()))
    return table


def _with_column(table: Any, name: str, values: Any) -> Any:
    place = table.schema.get_field_index(name)
    if place < 0:
        return table.append_column(name, values)
    field = table.schema.field(place)
    return table.set_column(place, field.with_type(values.type), values)


def _texts(texts: list[str], kind: Any) -> Any:
    import pyarrow
    from pyarrow import types

    if types.is_dictionary(kind):
        return pyarrow.array(texts, kind.value_type).dictionary_encode().cast(kind)
    if types.is_binary(kind) or types.is_large_binary(kind):
        return pyarrow.array([text.encode("utf-8", "surrogatepass") for text in texts], kind)
    return pyarrow.array(texts, kind)


def _check(field: Any) -> None:
    """Raise `Unreadable` where a column cannot hold text."""
    from pyarrow import types

    kind = field.type.value_type if types.is_dictionary(field.type) else field.type
    holds = (types.is_string, types.is_large_string, types.is_string_view, types.is_binary,
             types.is_large_binary, types.is_null)  # fmt: skip
    if not any(is_one(kind) for is_one in holds):
        raise Unreadable(f"has no text in {field.name!r}: its type is {field.type}")


def _write_group(writer: Any, tables: list[Any]) -> None:
    import pyarrow

    table = pyarrow.concat_tables(tables) if tables else None
    if table is not None and table.num_rows:
        writer.write_table(table.combine_chunks(), row_group_size=table.num_rows)


def _removals_type() -> Any:
    import pyarrow

    kinds = {"start": "int64", "end": "int64", "category": "string", "rule": "string",
             "score": "double"}  # fmt: skip
    fields = [(name, pyarrow.type_for_alias(kind)) for name, kind in kinds.items()]
    return pyarrow.list_(pyarrow.struct(fields))


def _codec(metadata: Any) -> str:
    if not metadata.num_row_groups or not metadata.num_columns:
        return "zstd"
    codec = metadata.row_group(0).column(0).compression.lower()
    return "none" if codec == "uncompressed" else codec


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0].rstrip(".")


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise UsageError(
            "Parquet and Arrow need pip install 'boilerplate-cleaner[records]'"
        ) from None
    return pyarrow
