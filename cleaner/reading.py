"""Read inputs: open and unpack files, and make documents of their records."""

import io
import re
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from cleaner.compression import CODECS, Compressing, Decompressed
from cleaner.document import Document, document
from cleaner.errors import Unreadable, UsageError, WrongColumns
from cleaner.formats import Kind
from cleaner.inputs import Input, Inputs
from cleaner.pipeline import Cleaner
from cleaner.places import write_atomically
from cleaner.records import Batch, Columns, Reading, Record
from cleaner.shards import Piece


def read_documents(
    inputs: Inputs, cleaner: Cleaner, reading: Reading | None = None
) -> Iterator[Document]:
    """Yield every document as it is before any stage; what cannot be read, as failed."""
    for one in inputs.files:
        try:
            for batch in read_batches(Piece(one, None), reading or Reading()):
                yield from (read_record(cleaner, one, record) for record in batch.records)
        except (Unreadable, OSError) as error:
            yield failed(one, reason_of(error))


def read_batches(piece: Piece, reading: Reading) -> Generator[Batch, None, None]:
    """
    Yield what is in a piece; raise `Unreadable`, or `OSError`, where it ends before its end.

    Its first record tells the columns of a file, also to its other parts. Where it has none, all of
    it is unreadable, which the first part tells.
    """
    one = piece.input
    if one.trouble:
        raise Unreadable(one.trouble)
    if piece.part and piece.part.first > 1:
        try:
            reading = replace(reading, columns=_columns_of(one, reading))
        except WrongColumns:
            return
    html = one.kind.format.html or reading.html
    with ExitStack() as stack:
        stream, packed = _opened(one, stack)
        for batch in one.kind.format.read(stream, replace(reading, part=piece.part, html=html)):
            if packed and packed.trouble and not one.kind.format.records:
                break  # half a page is no page
            yield batch
        if packed and packed.trouble:
            raise Unreadable(packed.trouble)


@contextmanager
def open_output(path: Path, codec: str) -> Iterator[Any]:
    """Open a file for writing, compressed if so; it appears when it is complete."""
    with write_atomically(path) as stream:
        if not codec:
            yield stream
            return
        packed = Compressing(stream, CODECS[codec])
        yield packed
        packed.close()


def read_record(cleaner: Cleaner, one: Input, record: Record) -> Document:
    """Return a record as a document before any stage, failed where it cannot be read."""
    name = f"{one.name}:{record.place}" if record.place else one.name
    told = {"name": name, "site": one.site(record), "id": record.id, "title": record.title}
    if record.trouble:
        return replace(document("", **told), status="failed", reason=record.trouble)
    language = record.language if re.fullmatch("[a-z]{2,3}", record.language) else ""
    doc = cleaner.read(record.text, html=record.html, language=language, url=record.url, **told)
    return doc if record.text else replace(doc, reason="empty")


def failed(one: Input, reason: str) -> Document:
    """Return the document that stands for a file which cannot be read, or no further."""
    doc = document("", name=one.name, site=one.site(Record()))
    return replace(doc, status="failed", reason=reason)


def reason_of(error: Exception) -> str:
    """Say why a file cannot be read."""
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return str(error)


def find_columns(inputs: Inputs, reading: Reading) -> Columns:
    """
    Find the columns of the first input that has them; raise `UsageError` where all lack them.

    What is wrong with one file among others is told when its turn comes.
    """
    wrong = []
    for one in inputs.files:
        if not one.kind.format.records or one.trouble:
            continue
        try:
            columns = _columns_of(one, reading)
        except WrongColumns as error:
            wrong.append(f"{one.name}: {error}")
        except (Unreadable, OSError):
            continue
        else:
            if columns.found:
                return columns
    if wrong and len(wrong) == len(inputs.files):
        raise UsageError(wrong[0])
    return reading.columns


def _columns_of(one: Input, reading: Reading) -> Columns:
    """Return the columns of a file, by its first record that can be read."""
    with closing(read_batches(Piece(one, None), reading)) as batches:
        found = (batch.columns for batch in batches if batch.columns.found)
        return next(found, reading.columns)


def _opened(one: Input, stack: ExitStack) -> tuple[IO[bytes], Decompressed | None]:
    """Open a file, unpacked; one that must be sought in is unpacked to disk."""
    kind: Kind = one.kind
    stream: Any = stack.enter_context(one.path.open("rb"))
    if not kind.codec:
        return stream, None
    packed = Decompressed(stream, CODECS[kind.codec])
    unpacked: Any = io.BufferedReader(packed, 1 << 18)
    if kind.format.seeks:
        whole: Any = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        shutil.copyfileobj(unpacked, whole, 1 << 20)
        whole.seek(0)
        unpacked = whole
    return unpacked, packed
