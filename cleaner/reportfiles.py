"""
Reports on disk: three frames and a little JSON, as Parquet, CSV or JSON Lines.

`r.parquet` holds the removals; `r.documents.parquet`, `r.repairs.parquet` and `r.meta.json` stand
beside it. What a file cannot hold, lone surrogates, is escaped on the way out and read back.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from cleaner.errors import UsageError
from cleaner.frames import FRAMES, Row, Rows, frame
from cleaner.places import is_remote, place, write_atomically

if TYPE_CHECKING:
    import pandas

Parts = Callable[[], Iterator[Rows]]
ROW_GROUP = 50_000  # rows of Parquet that are written at a time
NONE_OF_OURS = (KeyError, TypeError, ValueError, csv.Error)

# A backslash that begins what looks like one of our own escapes is escaped itself.
ESCAPE_RE = re.compile("[\ud800-\udfff]|\\\\(?=u(?:005c|d[89a-f][0-9a-f]{2}))")
ESCAPED_RE = re.compile(r"\\u(005c|d[89a-f][0-9a-f]{2})")


class Report(NamedTuple):
    """A report as it was written: three frames, and the metadata of the run."""

    removals: "pandas.DataFrame"
    documents: "pandas.DataFrame"
    repairs: "pandas.DataFrame"
    meta: dict[str, Any]


class ReportError(UsageError):
    """A report cannot be written or read; the message says why and what to do."""


def write_report(path: Path, parts: Parts, meta: dict[str, Any]) -> None:
    """
    Write a report; the ending of its name (.parquet, .csv, .jsonl) says how.

    `parts` yields its rows in order, anew each time that it is called, since a report may be larger
    than memory.
    """
    write, _ = _format(path)
    for name, file in _files(path).items():
        with write_atomically(file) as stream:
            write(stream, name, (getattr(rows, name) for rows in parts()))
    with write_atomically(_meta(path)) as stream:
        stream.write(json.dumps(meta, ensure_ascii=False, indent=1).encode() + b"\n")


def read_report(path: str | Path) -> Report:
    """
    Read a report as it was written: no value is taken for missing, no line end translated.

    Raises `ReportError` where a file of it is missing or not a report's.
    """
    path = place(path)
    _, read = _format(path)
    frames = {}
    for name, file in _files(path).items():
        try:
            with file.open("rb") as stream:
                frames[name] = frame(name, read(stream, name))
        except OSError as error:
            raise ReportError(f"{file}: cannot be read: {error.strerror}") from error
        except NONE_OF_OURS as error:
            raise ReportError(f"{file}: {error}: not a file of a report") from error
    try:
        return Report(**frames, meta=json.loads(_meta(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise ReportError(f"{_meta(path)}: {error}: the report's metadata") from error


def check_report_path(path: Path) -> None:
    """Raise `ReportError` where a report could not be written there, before any work."""
    _format(path)
    if path.suffix.lower() == ".parquet" and not find_spec("pyarrow"):
        raise ReportError(f"{path}: Parquet needs pip install 'boilerplate-cleaner[parquet]'")
    if path.is_dir():
        raise ReportError(f"{path}: is a folder; a report is a file")
    if not is_remote(path) and not path.parent.is_dir():
        raise ReportError(f"{path.parent}: no such folder; make it, or write the report elsewhere")


def list_files(path: Path) -> list[Path]:
    """Return all files of a report."""
    return [*_files(path).values(), _meta(path)]


def list_earlier(path: Path) -> list[Path]:
    """Return the files that an earlier report of this name left; what else is there is not ours."""
    _, read = _format(path)
    there = [file for name, file in _files(path).items() if _is_ours(file, name, read)]
    return [*there, _meta(path)]


def escape(text: str) -> str:
    r"""
    Spell out what UTF-8 cannot hold; `unescape` reads it back.

    >>> escape("a\ud800b"), unescape(escape("a\ud800b")) == "a\ud800b"
    ('a\\ud800b', True)
    """
    return ESCAPE_RE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def unescape(text: str) -> str:
    """Undo `escape`."""
    return ESCAPED_RE.sub(lambda found: chr(int(found[1], 16)), text) if "\\u" in text else text


def _format(path: Path) -> tuple[Callable[..., None], Callable[..., Iterator[Row]]]:
    if path.suffix.lower() not in REPORT_FORMATS:
        raise ReportError(f"{path}: a report's name ends in one of {', '.join(REPORT_FORMATS)}")
    return REPORT_FORMATS[path.suffix.lower()]


def _files(path: Path) -> dict[str, Path]:
    part = {"removals": "", "documents": ".documents", "repairs": ".repairs"}
    return {name: path.with_name(path.stem + part[name] + path.suffix) for name in FRAMES}


def _is_ours(file: Path, name: str, read: Callable[..., Iterator[Row]]) -> bool:
    """Does a file begin as one of a report does?"""
    try:
        with file.open("rb") as stream:
            next(read(stream, name), None)
    except (OSError, *NONE_OF_OURS):
        return False
    return True


def _meta(path: Path) -> Path:
    return path.with_name(path.stem + ".meta.json")


def _written(row: Row) -> list[Any]:
    return [escape(value) if isinstance(value, str) else value for value in row]


def _write_csv(stream: IO[bytes], name: str, parts: Iterator[list[Row]]) -> None:
    import io

    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(FRAMES[name])
    for rows in parts:
        writer.writerows(map(_written, rows))
    text.detach()


def _read_csv(stream: IO[bytes], name: str) -> Iterator[Row]:
    import io

    longest = csv.field_size_limit(sys.maxsize)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        reader = csv.reader(text)
        header = next(reader, [])
        if header != list(FRAMES[name]):
            raise ValueError(f"columns {header} instead of {list(FRAMES[name])}")
        casts = [CASTS[column.dtype] for column in FRAMES[name].values()]
        for row in reader:
            yield tuple(cast(value) for cast, value in zip(casts, row, strict=True))
    finally:
        csv.field_size_limit(longest)
        text.detach()


def _write_jsonl(stream: IO[bytes], name: str, parts: Iterator[list[Row]]) -> None:
    for row in chain.from_iterable(parts):
        line = dict(zip(FRAMES[name], _written(row), strict=True))
        stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def _read_jsonl(stream: IO[bytes], name: str) -> Iterator[Row]:
    casts = {key: CASTS[column.dtype] for key, column in FRAMES[name].items()}
    for line in stream:
        row = json.loads(line)
        yield tuple(cast(row[key]) for key, cast in casts.items())


def _write_parquet(stream: IO[bytes], name: str, parts: Iterator[list[Row]]) -> None:
    import pyarrow
    from pyarrow import parquet

    arrow = {"string[python]": "string", "int64": "int64", "float64": "double", "bool": "bool"}
    fields = [(key, arrow[column.dtype]) for key, column in FRAMES[name].items()]
    schema = pyarrow.schema([(key, pyarrow.type_for_alias(kind)) for key, kind in fields])
    every = map(_written, chain.from_iterable(parts))
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        while rows := list(islice(every, ROW_GROUP)):
            columns = zip(*rows, strict=True)
            arrays = [pyarrow.array(c, kind) for c, (_, kind) in zip(columns, fields, strict=True)]
            writer.write_table(pyarrow.table(arrays, schema=schema))


def _read_parquet(stream: IO[bytes], name: str) -> Iterator[Row]:
    from pyarrow import parquet

    casts = [CASTS[column.dtype] for column in FRAMES[name].values()]
    file = parquet.ParquetFile(stream)
    if missing := FRAMES[name].keys() - set(file.schema_arrow.names):
        raise ValueError(f"no column {min(missing)!r}")
    for batch in file.iter_batches():
        columns = batch.select(list(FRAMES[name])).to_pydict().values()
        for row in zip(*columns, strict=True):
            yield tuple(cast(value) for cast, value in zip(casts, row, strict=True))


CASTS: dict[str, Callable[[Any], Any]] = {
    "string[python]": unescape,
    "int64": int,
    "float64": float,
    "bool": lambda value: value in (True, "True"),
}
REPORT_FORMATS = {
    ".parquet": (_write_parquet, _read_parquet),
    ".csv": (_write_csv, _read_csv),
    ".jsonl": (_write_jsonl, _read_jsonl),
}
