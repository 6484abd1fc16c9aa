"""
What the report says: three frames, each a table of columns in one place.

    removals    one row a removal, sorted by document and position; rows are disjoint
    documents   one row a document, with what went in and what came out
    repairs     one row a place where the encoding was repaired, outside of removals

Offsets and line numbers are those of the source. Dtypes are fixed, also of empty frames.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner.document import Document, Removal
from cleaner.prose import count_words

if TYPE_CHECKING:
    import pandas

Row = tuple[str | int | float | bool, ...]


class Column(NamedTuple):
    """A pandas dtype, and what of a row's subject stands in the column."""

    dtype: str
    value: Callable[[Any], str | int | float | bool]


class Removed(NamedTuple):
    """A removal with the source it took, the subject of a row of the removals frame."""

    doc: Document
    removal: Removal
    start: int
    end: int
    line: int

    @property
    def text(self) -> str:
        return self.doc.source[self.start : self.end]


REMOVALS = {
    "document": Column("string[python]", lambda row: row.doc.name),
    "site": Column("string[python]", lambda row: row.doc.site),
    "category": Column("string[python]", lambda row: row.removal.category),
    "rule": Column("string[python]", lambda row: row.removal.rule),
    "also": Column("string[python]", lambda row: " ".join(row.removal.also)),
    "line": Column("int64", lambda row: row.line),
    "start": Column("int64", lambda row: row.start),
    "end": Column("int64", lambda row: row.end),
    "words": Column("int64", lambda row: count_words(row.text)),
    "text": Column("string[python]", lambda row: row.text),
    "score": Column("float64", lambda row: row.removal.score),
    "evidence": Column("string[python]", lambda row: row.removal.evidence),
}
DOCUMENTS = {
    "document": Column("string[python]", lambda doc: doc.name),
    "id": Column("string[python]", lambda doc: doc.id),
    "site": Column("string[python]", lambda doc: doc.site),
    "title": Column("string[python]", lambda doc: doc.title),
    "language": Column("string[python]", lambda doc: doc.language),
    "encoding": Column("string[python]", lambda doc: doc.encoding),
    "bom": Column("bool", lambda doc: doc.bom),
    "status": Column("string[python]", lambda doc: doc.status),
    "reason": Column("string[python]", lambda doc: doc.reason),
    "chars_in": Column("int64", lambda doc: len(doc.source)),
    "words_in": Column("int64", lambda doc: count_words(doc.source)),
    "chars_out": Column("int64", lambda doc: len(doc.text)),
    "words_out": Column("int64", lambda doc: count_words(doc.text)),
    "removed": Column("int64", lambda doc: len(doc.removals)),
    "source_hash": Column("string[python]", lambda doc: source_hash(doc.source)),
}
REPAIRS = {
    "document": Column("string[python]", lambda row: row[0].name),
    "start": Column("int64", lambda row: row[1].start),
    "end": Column("int64", lambda row: row[1].end),
    "before": Column("string[python]", lambda row: row[1].before),
    "after": Column("string[python]", lambda row: row[1].after),
}
FRAMES = {"removals": REMOVALS, "documents": DOCUMENTS, "repairs": REPAIRS}


class Rows(NamedTuple):
    """The rows that documents add to each frame."""

    removals: list[Row]
    documents: list[Row]
    repairs: list[Row]


def report(docs: Iterable[Document]) -> "pandas.DataFrame":
    """Return the removals of documents, one row each: what went, where, why and how sure."""
    return frame("removals", (row for doc in _several(docs) for row in rows_of(doc).removals))


def documents(docs: Iterable[Document]) -> "pandas.DataFrame":
    """Return one row for each document: its status, and what went in and came out."""
    return frame("documents", (row for doc in _several(docs) for row in rows_of(doc).documents))


def repairs(docs: Iterable[Document]) -> "pandas.DataFrame":
    """Return one row for each repair of the encoding."""
    return frame("repairs", (row for doc in _several(docs) for row in rows_of(doc).repairs))


def rows_of(doc: Document) -> Rows:
    """Return the rows that a document adds to each frame."""
    return Rows(
        [_row(REMOVALS, removed) for removed in _removed(doc)],
        [_row(DOCUMENTS, doc)],
        [_row(REPAIRS, (doc, repair)) for repair in doc.repairs()],
    )


def frame(name: str, rows: Iterable[Row]) -> "pandas.DataFrame":
    """Make a frame with its fixed columns and dtypes of rows."""
    import pandas

    columns = list(zip(*rows, strict=True)) or [()] * len(FRAMES[name])
    return pandas.DataFrame(
        {
            key: pandas.Series(list(values), dtype=column.dtype)
            for (key, column), values in zip(FRAMES[name].items(), columns, strict=True)
        }
    )


def source_hash(source: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _several(docs: Iterable[Document]) -> Iterator[Document]:
    """Yield documents; raise `TypeError` where it is one, or something else is among them."""
    if isinstance(docs, Document):
        raise TypeError("a report is of several documents; put one into a list")
    for doc in docs:
        if not isinstance(doc, Document):
            raise TypeError(f"a report is of documents, as `clean` gives, no {type(doc).__name__}")
        yield doc


def _removed(doc: Document) -> Iterator[Removed]:
    line, at = 1, 0
    for removal, start, end in doc.removed():
        line, at = line + doc.source.count("\n", at, start), start
        yield Removed(doc, removal, start, end, line)


def _row(columns: dict[str, Column], subject: object) -> Row:
    return tuple(column.value(subject) for column in columns.values())
