"""A file that is one document: text, or an HTML page."""

from collections.abc import Iterator
from typing import IO

from cleaner.records import Batch, Reading, Record, Result, read_up_to, rest_of, too_long


def read(stream: IO[bytes], reading: Reading) -> Iterator[Batch]:
    """Yield the one document that a file is."""
    data = read_up_to(reading.limit + 1, stream)
    trouble = too_long(len(data), reading.limit)
    raw = rest_of(data, stream) if trouble else (data,)
    yield Batch([Record(data, html=reading.html, trouble=trouble, raw=raw)])


def write(stream: IO[bytes], results: Iterator[Result]) -> None:
    """Write the clean text."""
    for result in results:
        for _, _, doc in result.kept():
            stream.write(encoded(doc.text))


def encoded(text: str) -> bytes:
    """Return a clean text as it is written: UTF-8; lone surrogates as they came."""
    return text.encode("utf-8", "surrogatepass")
