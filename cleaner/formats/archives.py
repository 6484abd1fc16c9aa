"""Zip and tar archives of text and HTML files: each member is a document, as in a folder."""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from cleaner.errors import Unreadable
from cleaner.formats.texts import encoded
from cleaner.records import Batch, Reading, Record, Result, read_up_to, rest_of, too_long

PAGES = (".html", ".htm")
TEXTS = (".txt", ".md")


def read_zip(stream: IO[bytes], reading: Reading) -> Iterator[Batch]:
    """Yield the members of a zip archive, in its order."""
    try:
        with zipfile.ZipFile(stream) as archive:
            for member in archive.infolist():
                if member.is_dir() or not _is_read(member.filename):
                    continue
                try:
                    with archive.open(member) as file:
                        yield _batch(file, member.filename, member, reading)
                except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
                    record = Record(place=member.filename, trouble=f"is broken: {error}")
                    yield Batch([record], [member])
    except zipfile.BadZipFile as error:
        raise Unreadable(f"is broken: {error}") from error


def write_zip(stream: IO[bytes], results: Iterator[Result]) -> None:
    """Write the clean texts as members of a zip archive, with the dates of their sources."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for result in results:
            for index, record, doc in result.kept():
                made = zipfile.ZipInfo(
                    _written(record.place), result.batch.payload[index].date_time
                )
                made.compress_type = zipfile.ZIP_DEFLATED
                made.external_attr = 0o644 << 16
                archive.writestr(made, encoded(doc.text))


def read_tar(stream: IO[bytes], reading: Reading) -> Iterator[Batch]:
    """Yield the members of a tar archive, in its order, streaming."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                if member.isreg() and _is_read(member.name):
                    file = archive.extractfile(member)
                    assert file
                    yield _batch(file, member.name, member, reading)
    except tarfile.TarError as error:
        raise Unreadable(f"is broken: {error}") from error


def write_tar(stream: IO[bytes], results: Iterator[Result]) -> None:
    """Write the clean texts as members of a tar archive, with the dates of their sources."""
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for result in results:
            for index, record, doc in result.kept():
                data = encoded(doc.text)
                made = tarfile.TarInfo(_written(record.place))
                made.size, made.mtime = len(data), result.batch.payload[index].mtime
                archive.addfile(made, io.BytesIO(data))


def _batch(file: IO[bytes], name: str, member: object, reading: Reading) -> Batch:
    html = PurePosixPath(name).suffix.lower() in PAGES
    data = read_up_to(reading.limit + 1, file)
    trouble = too_long(len(data), reading.limit)
    raw = rest_of(data, file) if trouble else (data,)
    return Batch([Record(data, name, html, trouble=trouble, raw=raw)], [member])


def _is_read(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.name.startswith(".") and path.suffix.lower() in (*PAGES, *TEXTS)


def _written(name: str) -> str:
    return name + ".txt" if PurePosixPath(name).suffix.lower() in PAGES else name
