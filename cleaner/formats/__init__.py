"""
What kinds of input there are, by the ending of a file's name.

To add one, write a module with `read` and `write`, and a line in `FORMATS`. Each kind may be
compressed: `a.jsonl.gz` is read, and written, as the line of `.jsonl` says.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from cleaner.compression import CODECS
from cleaner.formats import archives, columnar, delimited, jsonl, tables, texts, warc
from cleaner.records import Batch, Part, Reading, Result

Read = Callable[[IO[bytes], Reading], Iterator[Batch]]
Write = Callable[[IO[bytes], Iterator[Result]], None]


class Format(NamedTuple):
    """
    How a kind of file is read and written.

    A file of `records` holds many documents, others are one. `html` files are pages to extract.
    `split` cuts a file into parts that can be cleaned side by side, `join` makes one of what came
    of them. `added` is what the name of the clean file gets. One that `seeks` is no stream.
    """

    read: Read
    write: Write
    records: bool = True
    html: bool = False
    added: str = ""
    seeks: bool = False
    split: Callable[[IO[bytes], int], list[Part]] | None = None
    join: Callable[[list[Path], IO[bytes]], None] | None = None


class Kind(NamedTuple):
    """A format with the ending of a compression, "" for none."""

    format: Format
    codec: str = ""


def kind_of(name: str) -> Kind | None:
    """
    Return the kind of a file by its name, None where it is unknown.

    >>> kind_of("a.jsonl.gz").codec, kind_of("a.tgz").codec, kind_of("a.pdf")
    ('.gz', '.gz', None)
    """
    stem, codec = _parted(name)
    known = FORMATS.get(Path(stem).suffix.lower())
    return Kind(known, codec) if known else None


def kind_or_text(name: str) -> Kind:
    """Return the kind of a file; what is not known is taken for text."""
    return kind_of(name) or Kind(FORMATS[".txt"], _parted(name)[1])


def output_name(name: str) -> str:
    """
    Return the name of what cleaning makes of a file.

    >>> output_name("a.txt"), output_name("a.html.gz"), output_name("a.warc.gz")
    ('a.txt', 'a.html.txt.gz', 'a.warc.wet.gz')
    """
    added = kind_or_text(name).format.added
    if not added:
        return name
    stem, _ = _parted(name)
    return stem + added + name[len(stem) :]


def file_of(document: str) -> str:
    """
    Return the name of the file that a document stands in, by the name of the document.

    >>> file_of("in/a.jsonl:17"), file_of("b.zip:c:d.txt"), file_of("e:f.txt")
    ('in/a.jsonl', 'b.zip', 'e:f.txt')
    """
    at = document.find(":")
    while at >= 0:
        kind = kind_of(document[:at])
        if kind and kind.format.records:
            return document[:at]
        at = document.find(":", at + 1)
    return document


def _parted(name: str) -> tuple[str, str]:
    """Part a name from the ending of its compression."""
    ending = Path(name).suffix.lower()
    if ending == ".tgz":
        return name[: -len(ending)] + ".tar", ".gz"
    return (name[: -len(ending)], ending) if ending in CODECS else (name, "")


_TEXT = Format(texts.read, texts.write, records=False)
_PAGE = _TEXT._replace(html=True, added=".txt")
_CSV = Format(delimited.read, delimited.write)
_PARQUET = Format(
    columnar.read, tables.write_parquet, seeks=True, split=columnar.split, join=tables.join
)
_ARROW = Format(columnar.read, tables.write_arrow, seeks=True)
_LINES = Format(jsonl.read, jsonl.write, split=jsonl.split, join=jsonl.join)
FORMATS = {
    ".txt": _TEXT,
    ".md": _TEXT,
    ".html": _PAGE,
    ".htm": _PAGE,
    ".jsonl": _LINES,
    ".ndjson": _LINES,
    ".csv": _CSV,
    ".tsv": _CSV,
    ".parquet": _PARQUET,
    ".arrow": _ARROW,
    ".feather": _ARROW,
    ".warc": Format(warc.read, warc.write, added=".wet"),
    ".wet": Format(warc.read, warc.write),
    ".zip": Format(archives.read_zip, archives.write_zip, seeks=True),
    ".tar": Format(archives.read_tar, archives.write_tar),
}
