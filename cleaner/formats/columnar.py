"""Parquet and Arrow: by record batch; every column but the text keeps its values and its type."""

from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any

from cleaner.errors import Unreadable
from cleaner.formats.tables import Table, codec_of, load_pyarrow
from cleaner.records import (
    ROLES,
    Batch,
    Columns,
    Part,
    Reading,
    Record,
    record_of,
    too_long,
)

AT_ONCE = 512 << 10  # bytes of a batch, about; its documents take fifty times as much


def read(stream: IO[bytes], reading: Reading) -> Iterator[Batch]:
    """Yield an empty batch, which has the schema, then the batches of a file or a part of it."""
    pyarrow = load_pyarrow()
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
    file = parquet.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 18)
    groups = list(range(part.start, part.end)) if part else list(range(file.num_row_groups))
    each = sum(file.metadata.row_group(i).total_byte_size for i in groups)
    rows = sum(file.metadata.row_group(i).num_rows for i in groups)
    at_once = max(1, min(1000, AT_ONCE * rows // max(each, 1)))
    batches = file.iter_batches(at_once, row_groups=groups, use_threads=False)
    return file.schema_arrow, codec_of(file.metadata), batches


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


def _check(field: Any) -> None:
    """Raise `Unreadable` where a column cannot hold text."""
    from pyarrow import types

    kind = field.type.value_type if types.is_dictionary(field.type) else field.type
    holds = (types.is_string, types.is_large_string, types.is_string_view, types.is_binary,
             types.is_large_binary, types.is_null)  # fmt: skip
    if not any(is_one(kind) for is_one in holds):
        raise Unreadable(f"has no text in {field.name!r}: its type is {field.type}")


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0].rstrip(".")
