"""
JSON Lines: one record a line.

Only what cleaning changes is written anew; the rest of a line stays as it is, to the byte, and so
does a line of which nothing was removed.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import IO, Any

from cleaner.records import Batch, Part, Reading, Record, Result, record_of, too_long

BLANK_RE = re.compile(r"[ \t\r\n]*")
DECODER = JSONDecoder(strict=False)  # raw tabs in strings are common, and no harm
MARK = b"\xef\xbb\xbf"
Spans = dict[str, tuple[int, int]]


def read(stream: IO[bytes], reading: Reading) -> Iterator[Batch]:
    """Yield each line of a file, or of a part of it, as a record; the first tells the columns."""
    columns, part = reading.columns, reading.part or Part(0, -1, 1)
    if part.start:
        stream.seek(part.start)
    number, at = part.first - 1, part.start
    while part.end < 0 or at < part.end:
        line = stream.readline(reading.limit + 1)
        if not line:
            return
        number, at = number + 1, at + len(line)
        if trouble := too_long(len(line), reading.limit):
            rest = _Rest(line, stream)
            yield Batch([Record(place=str(number), trouble=trouble, raw=rest)], columns=columns)
            at += rest.drain()
        elif not line.isspace():
            row, trouble = _parsed(line)
            if not trouble:
                columns = columns.among(list(row), html=reading.html, all_of=False)
            record = record_of(row, columns, place=str(number), html=reading.html)
            record = replace(record, trouble=trouble or record.trouble, raw=(line,))
            yield Batch([record], [line], columns)


def write(stream: IO[bytes], results: Iterator[Result]) -> None:
    """Write each record on a line; lines that were read as JSON are changed where they must be."""
    for result in results:
        for index, record, doc in result.kept():
            row = result.batch.payload[index]
            if doc.text != record.text or result.columns.output or result.columns.removals:
                stream.write(_changed(row, result.added(doc)))
            else:
                stream.write(row)


def split(stream: IO[bytes], size: int) -> list[Part]:
    """Cut a file into parts of about so many bytes, at ends of lines, which it counts."""
    parts, start, first, at, lines = [], 0, 1, 0, 0
    while chunk := stream.read(min(size, 1 << 20)):
        end = chunk.rfind(b"\n") + 1
        if end and at + end - start >= size:
            lines += chunk.count(b"\n", 0, end)
            parts.append(Part(start, at + end, first, at + end - start))
            start, first, lines = at + end, first + lines, chunk.count(b"\n", end)
        else:
            lines += chunk.count(b"\n")
        at += len(chunk)
    return [*parts, Part(start, at, first, at - start)] if at > start or not parts else parts


def join(parts: list[Path], stream: IO[bytes]) -> None:
    """Put files one after the other."""
    for part in parts:
        with part.open("rb") as piece:
            shutil.copyfileobj(piece, stream, 1 << 20)


def parse(line: str) -> tuple[dict[str, Any], Spans]:
    """
    Read a JSON object, and where the value of each key stands; raise `ValueError` where it is none.

    >>> parse('{"a": 1.50}')
    ({'a': 1.5}, {'a': (6, 10)})
    """
    row: dict[str, Any] = {}
    spans: Spans = {}
    at = _skip(line, 0)
    if line[at : at + 1] != "{":
        raise ValueError("is no JSON object")
    at = _skip(line, at + 1)
    while line[at : at + 1] != "}":
        if line[at : at + 1] != '"':
            raise ValueError(f"is no JSON: a key is missing at character {at + 1}")
        key, at = scanstring(line, at + 1, False)
        at = _skip(line, at)
        if line[at : at + 1] != ":":
            raise ValueError(f"is no JSON: a colon is missing at character {at + 1}")
        start = _skip(line, at + 1)
        row[key], end = DECODER.raw_decode(line, start)
        spans[key] = (start, end)
        at = _skip(line, end)
        if line[at : at + 1] == ",":
            at = _skip(line, at + 1)
        elif line[at : at + 1] != "}":
            raise ValueError(f"is no JSON: a comma is missing at character {at + 1}")
    if (end := _skip(line, at + 1)) != len(line):
        raise ValueError(f"is no JSON: something follows at character {end + 1}")
    return row, spans


def dumped(value: Any, like: str = "") -> str:
    """Return a value as JSON; beyond ASCII as it is, unless the value before was escaped."""
    escaped = like.isascii() and "\\u" in like
    text = json.dumps(value, ensure_ascii=escaped)
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates, which only escapes can tell
        text = json.dumps(value)
    return text


def _parsed(line: bytes) -> tuple[dict[str, Any], str]:
    """Return the record on a line, or what is wrong with it."""
    try:
        return parse(line.removeprefix(MARK).decode())[0], ""
    except UnicodeDecodeError as error:
        return {}, f"is not UTF-8 at byte {error.start + 1}"
    except RecursionError:
        return {}, "is JSON that is nested too deeply"
    except ValueError as error:
        message = str(error)
        return {}, message if message.startswith("is ") else f"is no JSON: {message}"


def _changed(line: bytes, new: dict[str, Any]) -> bytes:
    """Return a line with new values, and all else as it is; new keys come last."""
    mark = line[: len(MARK)] if line.startswith(MARK) else b""
    text = line[len(mark) :].decode()
    _, spans = parse(text)
    for key in sorted(spans.keys() & new.keys(), key=lambda key: -spans[key][0]):
        start, end = spans[key]
        text = text[:start] + dumped(new[key], like=text[start:end]) + text[end:]
    added = "".join(f", {dumped(k)}: {dumped(v)}" for k, v in new.items() if k not in spans)
    if added:
        brace = text.rindex("}")
        text = text[:brace] + (added if spans else added[2:]) + text[brace:]
    return mark + text.encode() + (b"" if text.endswith("\n") else b"\n")


def _skip(line: str, at: int) -> int:
    found = BLANK_RE.match(line, at)
    return found.end() if found else at


class _Rest:
    """The rest of a line that is too long to hold: given once, piece by piece."""

    def __init__(self, begun: bytes, stream: IO[bytes]) -> None:
        self._begun, self._stream, self._read, self._ended = begun, stream, 0, begun.endswith(b"\n")

    def __iter__(self) -> Iterator[bytes]:
        yield self._begun
        while not self._ended:
            piece = self._stream.readline(1 << 20)
            self._read += len(piece)
            self._ended = not piece or piece.endswith(b"\n")
            yield piece

    def drain(self) -> int:
        """Read what nobody asked for; return how much came after the beginning."""
        for _ in self:
            pass
        return self._read
