"""
Where files are: paths of this machine, or URLs that fsspec knows (`s3://`, `gs://`, `memory://`).

Files appear under their name only when they are complete.
"""

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cleaner.errors import Stopped, UsageError

URL_RE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")  # one letter is a drive of Windows
ENDING = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}  # of a disk, which no other file will escape


def place(name: str | Path) -> Path:
    """
    Return the path that a name means; where it is a URL, one that reads and writes through fsspec.

    Raises `UsageError` where that needs a package that is not there.
    """
    if not is_remote(name):
        return Path(str(name).removeprefix("file://")) if isinstance(name, str) else name
    try:
        from upath import UPath

        return UPath(str(name))  # type: ignore[return-value]
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


def check_writable(path: Path) -> None:
    """Raise `UsageError` where no file can be written under this name; make its folder."""
    if is_remote(path):
        return
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.absolute().parent):
            pass
    except OSError as error:
        if error.errno not in ENDING:
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


@contextmanager
def write_atomically(path: Path) -> Iterator[IO[bytes]]:
    """
    Open a file for writing beside `path` and rename it once all is written; make its folder.

    A file of an object store is written here, and sent when it is complete. Raises `Stopped` where
    the disk is full.
    """
    try:
        if is_remote(path):
            with _sent(path) as stream:
                yield stream
            return
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
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as there:
            shutil.copyfileobj(stream, there, 1 << 20)
