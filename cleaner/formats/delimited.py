"""CSV and TSV: a header, and one record a row."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import IO, Any

from cleaner.errors import Unreadable
from cleaner.records import Batch, Columns, Reading, Record, Result, record_of, too_long

DELIMITERS = ",;\t|"
MARK = "\ufeff"


def read(stream: IO[bytes], reading: Reading) -> Iterator[Batch]:
    """
    Yield the header as a batch without records, then each row.

    The delimiter is what the header has most of. Bytes that are no UTF-8 become lone surrogates,
    and the row a trouble of its own.
    """
    csv.field_size_limit(sys.maxsize)
    text = io.TextIOWrapper(stream, "utf-8", "surrogateescape", newline="")
    try:
        yield from _rows(_Bounded(text, reading.limit), reading)
    finally:
        text.detach()


def write(stream: IO[bytes], results: Iterator[Result]) -> None:
    """Write the header, and each record as a row."""
    text = io.TextIOWrapper(stream, "utf-8", "surrogatepass", newline="", write_through=True)
    writer: Any = None
    for result in results:
        form, header, names = result.batch.payload[:3]
        new = [n for n in (result.columns.written, result.columns.removals) if n and n not in names]
        if writer is None:
            writer = csv.writer(text, **form)
            writer.writerow([*header, *new])
        for _, _, doc in result.kept():
            row = dict(zip(names, result.batch.payload[3], strict=True)) | result.added(doc)
            writer.writerow([_cell(row[name]) for name in (*names, *new)])
    text.flush()
    text.detach()


def _rows(lines: "_Bounded", reading: Reading) -> Iterator[Batch]:
    first = lines.peek()
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(lines, delimiter=delimiter)
    header = next(rows, [])
    names = [name.removeprefix(MARK) for name in header]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"has two columns called {twice!r}")
    columns = reading.columns.among(names, html=reading.html)
    end = "\r\n" if first.endswith("\r\n") else "\n"
    form = {"delimiter": delimiter, "lineterminator": end}
    yield Batch([], (form, header, names), columns)
    while True:
        lines.begin()
        place = str(rows.line_num + 1)
        try:
            row = next(rows)
            record = _record(row, names, columns, place, reading)
        except StopIteration:
            return
        except csv.Error as error:
            row, record = ["?"], Record(place=place, trouble=f"is no CSV: {error}")
        if row:  # an empty line is no record
            yield Batch([replace(record, raw=lines.seen())], (form, header, names, row), columns)


def _record(
    row: list[str], names: list[str], columns: Columns, place: str, reading: Reading
) -> Record:
    if len(row) != len(names):
        return Record(place=place, trouble=f"has {len(row)} fields instead of {len(names)}")
    size = sum(map(len, row))
    if trouble := too_long(size, reading.limit):
        return Record(place=place, trouble=trouble)
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return Record(place=place, trouble="is not UTF-8")
    return record_of(dict(zip(names, row, strict=True)), columns, place=place, html=reading.html)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Bounded:
    """Lines for the reader of CSV; remembers those of a row, and ends where a row has no end."""

    def __init__(self, lines: Iterable[str], limit: int) -> None:
        self._lines, self._limit = iter(lines), limit
        self._ahead: list[str] = []
        self.begin()

    def begin(self) -> None:
        self._seen: list[str] = []
        self._size = 0

    def seen(self) -> tuple[bytes, ...]:
        return tuple(line.encode("utf-8", "surrogateescape") for line in self._seen)

    def peek(self) -> str:
        self._ahead = [next(self._lines, "")]
        return self._ahead[0]

    def __iter__(self) -> "_Bounded":
        return self

    def __next__(self) -> str:
        line = self._ahead.pop() if self._ahead else next(self._lines)
        if not line:
            raise StopIteration
        self._seen.append(line)
        self._size += len(line)
        if self._size > self._limit and len(self._seen) > 1:
            raise Unreadable(
                f"has a quoted field without an end: the row has {self._size >> 20:,} MB so far"
            )
        return line
