"""
Records: documents that stand in a file with others, with columns beside the text.

A reader yields batches of records; the cleaner makes a document of each; a writer gets both, as
`Result`, and writes the records again, all columns but one untouched.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cleaner.document import Document
from cleaner.errors import WrongColumns

# What columns are usually called, the most usual first.
USUAL = {
    "text": ("text", "content", "raw_content", "contents", "body", "article", "maintext",
             "article_text", "plain_text", "document"),
    "html": ("html", "raw_html", "content", "raw_content", "body", "page", "text"),
    "id": ("id", "doc_id", "document_id", "_id", "uid", "uuid", "docid"),
    "url": ("url", "uri", "link", "source_url", "warc_url", "canonical_url"),
    "site": ("site", "domain", "host", "hostname", "url_domain"),
    "title": ("title", "headline"),
    "language": ("language", "lang", "language_code", "lang_code"),
}  # fmt: skip
ROLES = ("text", "id", "url", "site", "title", "language")
LIMIT = 32 << 20  # bytes; a longer document goes to quarantine as it is


@dataclass(frozen=True, slots=True)
class Columns:
    """
    What the columns of records are called; "" where there is none, or, of what is asked, to guess.

    The clean text goes to `output`, or replaces the text; `removals` takes what was removed.
    `absent` are those that were asked for and the first record lacks, as others may not.
    """

    text: str = ""
    id: str = ""
    url: str = ""
    site: str = ""
    title: str = ""
    language: str = ""
    output: str = ""
    removals: str = ""
    found: bool = False
    absent: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The column of the clean text."""
        return self.output or self.text

    def among(self, names: Sequence[str], *, html: bool = False, all_of: bool = True) -> "Columns":
        """
        Find the columns among those there are; raise `WrongColumns` where they are not as asked.

        Other records may have more, but for the text, unless these are `all_of` them.
        """
        if self.found:
            return self
        found: dict[str, Any] = {"output": self.output, "removals": self.removals}
        for role in ROLES:
            asked = getattr(self, role)
            if asked and asked not in names and (all_of or role == "text"):
                raise WrongColumns(f"has no column {asked!r}; its columns are {', '.join(names)}")
            usual = USUAL["html" if role == "text" and html else role]
            found[role] = asked or next((name for name in usual if name in names), "")
        if not found["text"]:
            usual = USUAL["html" if html else "text"]
            raise WrongColumns(
                f"has no column called {', '.join(usual[:4])} or the like; "
                f"name one with --text-column (its columns are {', '.join(names) or 'none'})"
            )
        absent = tuple(found[role] for role in ROLES if found[role] not in ("", *names))
        made = Columns(**found, found=True, absent=absent)
        if taken := made.taken(names):
            raise WrongColumns(f"has a column {taken!r} already; choose another name to add")
        return made

    def taken(self, names: Container[str]) -> str:
        """Return the column that would be added and is there, "" for none; the text is replaced."""
        if self.removals and self.removals in names:
            return self.removals
        return self.output if self.output in names and self.output != self.text else ""

    def told(self) -> str:
        """Say which columns are used, for people."""
        used = [(role, getattr(self, role)) for role in ROLES]
        notes = dict.fromkeys(self.absent, " (which the first record lacks)")
        return ", ".join(f"{role} from {n!r}{notes.get(n, '')}" for role, n in used if n)


@dataclass(frozen=True, slots=True)
class Record:
    """
    A document as it stands in its file, at `place` (a line, a row, a name), "" where it is all.

    `trouble` says why it cannot be cleaned; `raw` is what goes to quarantine then, or when cleaning
    fails.
    """

    text: str | bytes = ""
    place: str = ""
    html: bool = False
    id: str = ""
    url: str = ""
    site: str = ""
    title: str = ""
    language: str = ""
    trouble: str = ""
    raw: Iterable[bytes] = ()


class Batch(NamedTuple):
    """Records that were read together, what their writer needs to write them again, and columns."""

    records: Sequence[Record]
    payload: Any = None
    columns: Columns = Columns()


class Part(NamedTuple):
    """
    A part of a file: `start:end` in the format's own unit, of so many bytes.

    `first` is the number of its first record.
    """

    start: int
    end: int
    first: int
    size: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: which columns, which part, and how long a document may be."""

    columns: Columns = field(default_factory=Columns)
    part: Part | None = None
    limit: int = LIMIT
    html: bool = False


class Result(NamedTuple):
    """A batch with the document that came of each record."""

    batch: Batch
    docs: Sequence[Document]

    @property
    def columns(self) -> Columns:
        return self.batch.columns

    def kept(self) -> Iterator[tuple[int, Record, Document]]:
        """Yield what is to be written, with its index in the batch: all that did not fail."""
        for index, (record, doc) in enumerate(zip(self.batch.records, self.docs, strict=True)):
            if doc.status != "failed":
                yield index, record, doc

    def added(self, doc: Document) -> dict[str, Any]:
        """Return the columns that cleaning writes."""
        new: dict[str, Any] = {self.columns.written: doc.text}
        if self.columns.removals:
            new[self.columns.removals] = removals_of(doc)
        return new


def removals_of(doc: Document) -> list[dict[str, Any]]:
    """Return the removals of a document as plain data; offsets are those of the source."""
    return [
        {"start": start, "end": end, "category": r.category, "rule": r.rule, "score": r.score}
        for r, start, end in doc.removed()
    ]


def record_of(row: Mapping[str, Any], columns: Columns, *, place: str, html: bool) -> Record:
    """Make a record of a row; where its text is missing or none, its trouble says so."""
    raw = _dumped(row)
    if columns.text not in row:
        return Record(place=place, trouble=f"has no {columns.text!r}", raw=raw)
    if taken := columns.taken(row):
        return Record(place=place, trouble=f"has {taken!r} already, which is to be added", raw=raw)
    text = row[columns.text]
    if text is None:
        return Record(place=place, trouble=f"{columns.text!r} is null", raw=raw)
    if not isinstance(text, str | bytes):
        kind = type(text).__name__
        return Record(place=place, trouble=f"{columns.text!r} is no text but {kind}", raw=raw)
    roles = {role: row.get(getattr(columns, role)) for role in ROLES[1:]}
    told = {role: "" if value is None else str(value) for role, value in roles.items()}
    return Record(text, place, html, **told, raw=raw)


def _dumped(row: Mapping[str, Any]) -> Iterator[bytes]:
    yield json.dumps(row, default=repr).encode() + b"\n"


def too_long(size: int, limit: int) -> str:
    """Return what is wrong with a document of so many bytes, "" if nothing is."""
    if size <= limit:
        return ""
    return f"is longer than {limit >> 20:,} MB; allow more with --max-document-size"


def read_up_to(size: int, stream: Any) -> bytes:
    """Read so many bytes, or all there are, and take no more memory than that."""
    pieces, left = [], size
    while left and (piece := stream.read(min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def rest_of(begun: bytes, stream: Any) -> Iterator[bytes]:
    """Yield all of a document whose beginning was read already, piece by piece."""
    yield begun
    while chunk := stream.read(1 << 20):
        yield chunk
