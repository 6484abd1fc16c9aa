"""
Where files are: paths of this machine, or URLs that fsspec knows (`s3://`, `gs://`, `memory://`).

Files appear under their name only when they are complete; pipes and devices are written to then.
"""

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cleaner.errors import Stopped, UsageError

URL_RE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")  # one letter is a drive of Windows
ENDING = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}  # of a disk, which no other file will escape
STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2, "/dev/fd/1": 1, "/dev/fd/2": 2}


def place(name: str | Path) -> Path:
    """
    Return the path that a name means; where it is a URL, one that reads and writes through fsspec.

    Raises `UsageError` where that needs a package that is not there, or nobody knows such a URL.
    """
    if not is_remote(name):
        return Path(str(name).removeprefix("file://")) if isinstance(name, str) else name
    try:
        from upath import UPath

        made = UPath(str(name))
        made.fs  # noqa: B018  # loads what reads and writes there
        return made  # type: ignore[return-value]
    except ImportError as error:
        raise UsageError(
            f"{name}: {error}; places on the net need pip install 'boilerplate-cleaner[remote]' "
            "and fsspec's package for theirs, such as s3fs"
        ) from None
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None


def is_remote(path: str | Path) -> bool:
    """Is this a URL rather than a path of this machine?"""
    return bool(URL_RE.match(str(path))) and not str(path).startswith("file://")


def is_stream(path: Path) -> bool:
    """Is this a pipe or a device, which is written to and cannot be replaced?"""
    if is_remote(path) or str(path) in STREAMS:
        return not is_remote(path)
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def real(path: Path) -> str:
    """Return the name of what a path leads to, by which places are compared."""
    return str(path) if is_remote(path) else os.path.realpath(path)


def check_apart(
    read: Iterable[Path], written: Iterable[Path], folders: Iterable[Path] = ()
) -> None:
    """
    Raise `UsageError` where what is written would overwrite what is read, or be overwritten itself.

    Nothing else may lie in `folders`, which are cleared.
    """
    sources, taken = set(map(real, read)), set[str]()
    for path in written:
        if is_stream(path):
            continue
        if real(path) in sources:
            raise UsageError(f"{path}: the output would overwrite an input; choose another place")
        if real(path) in taken:
            raise UsageError(f"{path}: two outputs would go there; choose another place for one")
        taken.add(real(path))
    for folder in folders:
        inside = real(folder) + os.sep
        for name in sources | taken:
            if (name + os.sep).startswith(inside):
                raise UsageError(f"{name}: lies in {folder}, which is cleared; choose other places")


def check_writable(path: Path) -> None:
    """Raise `UsageError` where no file can be written under this name; make its folder."""
    if is_remote(path) or is_stream(path):
        return
    path = Path(real(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        if error.errno not in ENDING:
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


@contextmanager
def write_atomically(path: Path) -> Iterator[IO[bytes]]:
    """
    Open a file for writing beside `path` and rename it once all is written; make its folder.

    A link stays, what it leads to is replaced. What goes to an object store, a pipe or a device is
    written here, and sent when it is complete. Raises `Stopped` where the disk is full.
    """
    try:
        if is_remote(path) or is_stream(path):
            with _sent(path) as stream:
                yield stream
            return
        path = Path(real(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name[:200]}.part")  # what a kill left is written over
        try:
            with part.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in ENDING:
            raise Stopped(f"{path}: cannot be written: {error.strerror}") from error
        raise


@contextmanager
def _sent(path: Path) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as stream:
        yield stream
        stream.seek(0)
        if not is_stream(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        ours = STREAMS.get(str(path))  # opened anew, what was redirected to a file would be emptied
        with path.open("wb") if ours is None else os.fdopen(os.dup(ours), "wb") as there:
            shutil.copyfileobj(stream, there, 1 << 20)
