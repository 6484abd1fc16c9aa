"""
Quarantine: what could not be cleaned, as it was, with the reason.

Each shard that has such documents writes two files, `N.jsonl` with a line a document, and `N.raw`,
in which `start:end` of the line are its bytes.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from cleaner.places import place, write_atomically


def quarantine_beside(out: Path) -> Path:
    """Return the folder for what could not be cleaned of a run that writes to `out`."""
    return out.parent / f"{out.name}.quarantine"


class Quarantine:
    """The quarantine of a shard; its files are made when the first document comes."""

    def __init__(self, folder: Path | None, number: int) -> None:
        self._folder, self._number = folder, number
        self._files: tuple[IO[bytes], IO[bytes]] | None = None
        self._stack = ExitStack()

    @contextmanager
    def open(self) -> Iterator["Quarantine"]:
        """Write the files when all went well, and none if not."""
        with self._stack:
            yield self

    def add(self, name: str, reason: str, raw: Iterable[bytes]) -> None:
        """Put a document away."""
        if self._folder is None:
            return
        if self._files is None:
            paths = (self._folder / f"{self._number:06}{end}" for end in (".jsonl", ".raw"))
            index, data = (self._stack.enter_context(write_atomically(path)) for path in paths)
            self._files = index, data
        index, data = self._files
        start = data.tell()
        for piece in raw:
            data.write(piece)
        entry = {"document": name, "reason": reason, "start": start, "end": data.tell()}
        index.write(json.dumps(entry).encode() + b"\n")


def read_quarantine(folder: str | Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield the name of each document that was put away, the reason, and its bytes."""
    for index in sorted(place(folder).glob("*.jsonl")):
        with index.open("rb") as lines, index.with_suffix(".raw").open("rb") as data:
            for line in lines:
                entry = json.loads(line)
                data.seek(entry["start"])
                yield entry["document"], entry["reason"], data.read(entry["end"] - entry["start"])


def clear_quarantine(folder: Path) -> None:
    """Take away what an earlier run put there."""
    if folder.is_dir():
        for path in (*folder.glob("[0-9]*.jsonl"), *folder.glob("[0-9]*.raw")):
            path.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
