"""Tables as they are written: every column but the text keeps its values and its type."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from cleaner.errors import UsageError
from cleaner.records import Result

ROW_GROUP = 8 << 20  # bytes that are gathered and written at a time


class Table(NamedTuple):
    """A record batch; `form` is the compression of its Parquet, or `file` or `stream` of Arrow."""

    batch: Any
    form: str


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


def join(parts: list[Path], stream: IO[bytes]) -> None:
    """Put Parquet files one after the other, row group by row group."""
    from pyarrow import parquet

    writer = None
    for part in parts:
        with part.open("rb") as piece, parquet.ParquetFile(piece) as file:
            if writer is None:
                writer = parquet.ParquetWriter(
                    stream, file.schema_arrow, compression=codec_of(file.metadata)
                )
            for index in range(file.num_row_groups):
                writer.write_table(file.read_row_group(index, use_threads=False))
    if writer is not None:
        writer.close()


def codec_of(metadata: Any) -> str:
    """Return the compression of a Parquet file, as its writer calls it."""
    if not metadata.num_row_groups or not metadata.num_columns:
        return "zstd"
    codec = metadata.row_group(0).column(0).compression.lower()
    return "none" if codec == "uncompressed" else codec


def load_pyarrow() -> Any:
    """Import pyarrow; raise `UsageError` where it is not there."""
    try:
        import pyarrow
    except ImportError:
        raise UsageError(
            "Parquet and Arrow need pip install 'boilerplate-cleaner[records]'"
        ) from None
    # Its other allocators keep what they once had, for minutes; a run of hours needs little.
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    return pyarrow


def _table(result: Result) -> Any:
    """Return the rows that are written, as a table with the columns that cleaning writes."""
    pyarrow = load_pyarrow()
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


def _write_group(writer: Any, tables: list[Any]) -> None:
    import pyarrow

    table = pyarrow.concat_tables(tables) if tables else None
    if table is not None and table.num_rows:
        writer.write_table(table, row_group_size=table.num_rows)


def _removals_type() -> Any:
    import pyarrow

    kinds = {"start": "int64", "end": "int64", "category": "string", "rule": "string",
             "score": "double"}  # fmt: skip
    fields = [(name, pyarrow.type_for_alias(kind)) for name, kind in kinds.items()]
    return pyarrow.list_(pyarrow.struct(fields))
