"""
Find what there is to clean: a file, or a folder with all that is in it, in the order of names.

What comes of each input, and where it goes, is known before any work begins.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from cleaner.errors import UsageError
from cleaner.formats import Kind, kind_of, kind_or_text, output_name
from cleaner.places import is_remote, is_stream, real
from cleaner.quarantine import quarantine_beside
from cleaner.records import Record
from cleaner.sites import site_of
from cleaner.templates import WHOLE

SiteFrom = Literal["auto", "folder", "url", "column", "none"]


@dataclass(frozen=True, slots=True)
class Input:
    """
    A file to clean, its name in the report (relative, with slashes), and where its text goes.

    `site_from` says what the site of its documents is: the folder that it is in, the URL of a
    record or that a page gives itself, a column, or `none`: all are one site. `auto` is the column
    or the URL where a record has one, else the folder. What was `piped` here is in none.
    """

    path: Path
    name: str
    target: Path | None
    trouble: str = ""
    site_from: SiteFrom = "auto"
    piped: bool = False

    @property
    def kind(self) -> Kind:
        """How it is read and written."""
        return kind_or_text(self.name)

    def site(self, record: Record) -> str:
        """Return the site of a document in it, "" where the URL that a page gives itself tells."""
        if self.site_from == "none":
            return WHOLE
        told = {
            "auto": record.site or site_of(record.url),
            "column": record.site,
            "url": site_of(record.url),
        }.get(self.site_from, "")
        if told or self.piped or self.site_from not in ("auto", "folder"):
            return told
        return str(PurePosixPath(self.name).parent).removeprefix(".") or self.path.parent.name


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a run; how many files of other kinds and links to folders were passed over."""

    files: tuple[Input, ...]
    ignored: int = 0
    links: int = 0


def list_inputs(
    source: Path,
    out: Path | None,
    site_from: SiteFrom = "auto",
    ours: Iterable[Path] = (),
    into: bool = False,
) -> Inputs:
    """
    Find what there is to clean in a file or folder; `out` is where it will go, None for nowhere.

    It is a folder `into` which a file goes even if it is not there yet. What an earlier run wrote,
    its quarantine and what else is `ours` are passed over in silence.
    Raises `UsageError` where the source does not exist, or would be overwritten.
    """
    try:
        if not source.exists():
            raise UsageError(f"{source}: no such file or folder")
    except (OSError, ImportError) as error:  # of a place on the net
        raise UsageError(f"{source}: cannot be reached: {error}") from error
    if out and real(out) == real(source) and not is_stream(out):
        raise UsageError(f"{out}: the output would overwrite the input; choose another place")
    if out and (into or source.is_dir()) and out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is no folder, and what goes there needs one")
    if not source.is_dir():
        target = out / output_name(source.name) if out and (into or out.is_dir()) else out
        one = Input(source, source.name, target, site_from=site_from)
        _check_kind(one)
        return Inputs((one,))
    passed = [*ours, *((out, quarantine_beside(out)) if out else ())]
    every = list(_walk(source, {real(path) for path in passed}))
    links = {path for path in every if path.is_symlink() and path.is_dir()}
    there = [path for path in every if path not in links]
    known = [path for path in there if kind_of(path.name) or path.is_dir()]
    files = (replace(one, site_from=site_from) for one in _inputs(source, known, out))
    return Inputs(tuple(files), len(there) - len(known), len(links))


def _check_kind(one: Input) -> None:
    """Raise `UsageError` where the name of an output says that it is of another kind."""
    if one.target is None or is_stream(one.target):
        return
    written, asked = kind_of(output_name(one.name)), kind_of(one.target.name)
    records = any(kind and kind.format.records for kind in (written, asked))
    if records and asked != written:
        ending = "".join(Path(output_name(one.name)).suffixes)
        raise UsageError(f"{one.target}: what is written is {ending}; let the name end so")


def _walk(source: Path, ours: set[str]) -> Iterator[Path]:
    """
    Yield what is in a folder, sorted, but for hidden files and what we wrote ourselves.

    Links to folders are yielded, not followed: they may lead anywhere, and back.
    """
    try:
        entries = sorted(source.iterdir())
    except OSError:  # the folder becomes an input that cannot be read, and is named as such
        yield source
        return
    for path in entries:
        if path.name.startswith(".") or real(path) in ours:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, ours)
        else:
            yield path


def _inputs(source: Path, paths: Iterable[Path], out: Path | None) -> Iterator[Input]:
    taken: dict[Path, str] = {}
    for path in paths:
        name = path.relative_to(source).as_posix()
        target = out and out / output_name(name)
        trouble = _trouble(path)
        if not trouble and target and target in taken:
            trouble = f"its clean text would overwrite that of {taken[target]}; rename one of them"
        elif not trouble and target:
            taken[target] = name
        yield Input(path, name, target, trouble)


def _trouble(path: Path) -> str:
    if is_remote(path):
        return ""
    if path.is_dir():
        return "is a folder that cannot be read"
    return "is no regular file" if path.exists() and not path.is_file() else ""
