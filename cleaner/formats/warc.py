"""
WARC and WET: the pages of an archive, or their text, one record a document.

Cleaning either writes WET: conversion records, which name the record that they are of. Only pages
and texts are read; what else an archive holds, from requests to pictures, is passed over.
"""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any
from uuid import NAMESPACE_URL, uuid5

from cleaner.errors import Unreadable, UsageError
from cleaner.formats.texts import encoded
from cleaner.records import Batch, Columns, Reading, Record, Result, read_up_to, rest_of, too_long

PAGES = ("text/html", "application/xhtml+xml")
KINDS = ("response", "conversion")
COLUMNS = Columns(text="text", id="WARC-Record-ID", url="WARC-Target-URI", found=True)


def read(stream: IO[bytes], reading: Reading) -> Iterator[Batch]:
    """Yield the pages and texts of an archive; a record cut short is a trouble of its own."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        raise UsageError("WARC needs pip install 'boilerplate-cleaner[records]'") from None
    number = 0
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # warcio prints there; we tell
            entries = iter(ArchiveIterator(stream))
        while True:
            with contextlib.redirect_stderr(io.StringIO()):
                entry = next(entries, None)
            if entry is None:
                return
            if entry.format != "warc":
                raise Unreadable("is no WARC")
            number += 1
            if record := _record(entry, str(number), reading):
                yield Batch([record], [entry.rec_headers], COLUMNS)
    except ArchiveLoadFailed as error:
        where = f"is broken after record {number:,}" if number else "is no WARC"
        raise Unreadable(f"{where}: {str(error).strip().splitlines()[0]}") from error


def write(stream: IO[bytes], results: Iterator[Result]) -> None:
    """Write a conversion record for each document; if compressed, each as a member of its own."""
    cut = getattr(stream, "cut", None)
    for result in results:
        for index, record, doc in result.kept():
            stream.write(_conversion(result.batch.payload[index], record, encoded(doc.text)))
            if cut:
                cut()


def _record(entry: Any, place: str, reading: Reading) -> Record | None:
    """Make a record of a page or a text, None of what is neither."""
    page = entry.rec_type == "response"
    if entry.rec_type not in KINDS or (page and not _is_page(entry)):
        return None
    header = entry.rec_headers.get_header
    languages = header("WARC-Identified-Content-Language", "")
    record = Record(
        place=place,
        html=page,
        id=header("WARC-Record-ID", ""),
        url=header("WARC-Target-URI", ""),
        language="" if "," in languages else languages,  # of several, none
    )
    body = read_up_to(reading.limit + 1, entry.content_stream())
    if trouble := too_long(len(body), reading.limit):
        return replace(record, trouble=trouble, raw=rest_of(body, entry.content_stream()))
    missing = getattr(entry.raw_stream, "limit", 0)
    if missing:
        return replace(record, trouble=f"is cut short: {missing:,} bytes are missing", raw=(body,))
    return replace(record, text=body, raw=(body,))


def _is_page(entry: Any) -> bool:
    headers = entry.http_headers
    kind = headers.get_header("content-type", "") if headers else ""
    return kind.partition(";")[0].strip().lower() in PAGES


def _conversion(headers: Any, record: Record, body: bytes) -> bytes:
    made = uuid5(NAMESPACE_URL, f"cleaner {record.id}")
    lines = {
        "WARC-Type": "conversion",
        "WARC-Target-URI": record.url,
        "WARC-Date": headers.get_header("WARC-Date", ""),
        "WARC-Record-ID": f"<urn:uuid:{made}>",
        "WARC-Refers-To": headers.get_header("WARC-Refers-To", record.id),
        "WARC-Identified-Content-Language": headers.get_header(
            "WARC-Identified-Content-Language", ""
        ),
        "Content-Type": "text/plain",
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"WARC/1.0\r\n{head}\r\n".encode() + body + b"\r\n\r\n"
