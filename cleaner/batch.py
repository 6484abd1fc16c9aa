"""
Clean a folder: find the inputs, clean each into a mirrored tree, and report every one of them.

Inputs are taken in the order of their names and outcomes come in that order, whatever the number
of workers. Nothing that is wrong with one input stops the others.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from cleaner.document import Document, document
from cleaner.files import write_atomically
from cleaner.formats import FORMATS, format_of
from cleaner.frames import Rows, rows_of
from cleaner.pipeline import Cleaner
from cleaner.templates import WHOLE

SiteFrom = Literal["folder", "url", "none"]
CHUNK = 16  # inputs that a worker is handed at a time


class UsageError(ValueError):
    """What was asked for cannot be done, and nothing was; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Input:
    """
    A file to clean, its name in the report (relative, with slashes), and where its text goes.

    `site_from` says what its site is: the folder that it is in, the URL that a page gives itself,
    or `none`: all inputs are one site.
    """

    path: Path
    name: str
    target: Path | None
    trouble: str = ""
    site_from: SiteFrom = "folder"

    @property
    def site(self) -> str:
        """The site, "" where the URL of a page will tell."""
        if self.site_from == "folder":
            return str(PurePosixPath(self.name).parent).removeprefix(".") or self.path.parent.name
        return WHOLE if self.site_from == "none" else ""


@dataclass(frozen=True, slots=True)
class Batch:
    """The inputs of a run, and how many files of other kinds were passed over."""

    inputs: tuple[Input, ...]
    ignored: int = 0


def list_inputs(source: Path, out: Path | None, site_from: SiteFrom = "folder") -> Batch:
    """
    Find what there is to clean in a file or folder; `out` is where it will go, None for nowhere.

    Raises `UsageError` where the source does not exist, or would be overwritten.
    """
    if not source.exists():
        raise UsageError(f"{source}: no such file or folder")
    if out and out.resolve() == source.resolve():
        raise UsageError(f"{out}: the output would overwrite the input; choose another place")
    if not source.is_dir():
        target = out / output_name(source.name) if out and out.is_dir() else out
        return _safe(Batch((Input(source, source.name, target, site_from=site_from),)))
    if out and out.is_file():
        raise UsageError(f"{out}: is a file; the output of a folder is a folder")
    every = list(_walk(source, out))
    known = [path for path in every if path.suffix.lower() in FORMATS or path.is_dir()]
    ignored = len(every) - len(known)
    inputs = (replace(one, site_from=site_from) for one in _inputs(source, known, out))
    return _safe(Batch(tuple(inputs), ignored))


def _safe(batch: Batch) -> Batch:
    """Return the batch, unless a clean text would take the place of an input."""
    sources = {one.path.resolve() for one in batch.inputs}
    for one in batch.inputs:
        if one.target and one.target.resolve() in sources:
            raise UsageError(
                f"{one.target}: the output would overwrite an input; choose another place"
            )
    return batch


def run(batch: Batch, cleaner: Cleaner, jobs: int = 1) -> Iterator[Rows]:
    """Clean every input and write its text; yield the rows of each for the report, in order."""
    if jobs <= 1 or len(batch.inputs) <= 1:
        yield from (clean_input(cleaner, one) for one in batch.inputs)
        return
    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(cleaner,)) as pool:
        yield from pool.map(_work, batch.inputs, chunksize=CHUNK)


def clean_input(cleaner: Cleaner, one: Input) -> Rows:
    """Clean one file and write its text, unless it failed; return its rows."""
    doc = clean_one(cleaner, one)
    if one.target and doc.status != "failed":
        try:
            with write_atomically(one.target) as stream:
                stream.write(doc.text.encode("utf-8", "surrogatepass"))
        except OSError as error:
            doc = _failed(one, f"cannot be written: {error.strerror or error}")
    return rows_of(doc)


def output_name(name: str) -> str:
    """
    Return the name of the clean text of a file.

    >>> output_name("a.txt"), output_name("a.html")
    ('a.txt', 'a.html.txt')
    """
    return name + format_of(Path(name).suffix).added


def clean_one(cleaner: Cleaner, one: Input) -> Document:
    """Read one file and clean it; what cannot be read comes back as failed."""
    doc = read_input(cleaner, one)
    return doc if doc.status == "failed" else cleaner(doc)


def read_documents(batch: Batch, cleaner: Cleaner) -> Iterator[Document]:
    """Yield every input as it is before any stage; what cannot be read, as failed."""
    return (read_input(cleaner, one) for one in batch.inputs)


def read_input(cleaner: Cleaner, one: Input) -> Document:
    """Read one file; what cannot be read comes back as failed."""
    if one.trouble:
        return _failed(one, one.trouble)
    try:
        data = one.path.read_bytes()
    except OSError as error:
        return _failed(one, f"cannot be read: {error.strerror or error}")
    doc = cleaner.read(data, html=format_of(one.path.suffix).html, name=one.name, site=one.site)
    return doc if data else replace(doc, reason="empty")


def _failed(one: Input, reason: str) -> Document:
    return replace(document("", name=one.name, site=one.site), status="failed", reason=reason)


def _walk(source: Path, out: Path | None) -> Iterator[Path]:
    """Yield what is in a folder, sorted, but for the output of an earlier run and hidden files."""
    try:
        entries = sorted(source.iterdir())
    except OSError:  # the folder becomes an input that cannot be read, and is named as such
        yield source
        return
    for path in entries:
        if path.name.startswith(".") or (out and path.resolve() == out.resolve()):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, out)
            if path.suffix.lower() not in FORMATS:
                continue
        yield path


def _inputs(source: Path, paths: Iterable[Path], out: Path | None) -> Iterator[Input]:
    taken: dict[Path, str] = {}
    for path in paths:
        name = path.relative_to(source).as_posix()
        target = out and out / output_name(name)
        trouble = ""
        if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
            trouble = "is a folder that cannot be read"
        elif path.is_dir():
            trouble = "is a folder, not a file; what is in it is read"
        elif path.exists() and not path.is_file():
            trouble = "is no regular file"
        elif target and target in taken:
            trouble = f"its clean text would overwrite that of {taken[target]}; rename one of them"
        elif target:
            taken[target] = name
        yield Input(path, name, target, trouble)


_cleaner: Cleaner  # of a worker process, set when it starts


def _start(cleaner: Cleaner) -> None:
    global _cleaner
    _cleaner = cleaner


def _work(one: Input) -> Rows:
    return clean_input(_cleaner, one)
