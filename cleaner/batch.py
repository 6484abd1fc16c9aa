"""
Clean what a shard holds: read, clean, write, count, and put away what cannot be cleaned.

Nothing that is wrong with one document stops the others, and nothing is dropped in silence: each
becomes a document with a status, and those that failed go to quarantine as they were.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import IO

from cleaner.counts import Counts
from cleaner.document import Document
from cleaner.errors import Stopped, Unreadable
from cleaner.frames import Rows, rows_of
from cleaner.hangs import Hung, deadline
from cleaner.ids import hashed
from cleaner.pipeline import Cleaner
from cleaner.places import write_atomically
from cleaner.quarantine import Quarantine
from cleaner.reading import failed, open_output, read_batches, read_record, reason_of
from cleaner.records import Reading, Record, Result
from cleaner.shards import Piece, Shard

HANGS = 300.0  # seconds of a document
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Work:
    """
    All that is needed to clean a shard.

    `rows`, `ids` and `quarantine` are folders for the rows of the report, for hashes of the ids,
    and for what failed; None for none. `timeout` is in seconds of one document.
    """

    cleaner: Cleaner
    reading: Reading = field(default_factory=Reading)
    rows: Path | None = None
    ids: Path | None = None
    quarantine: Path | None = None
    timeout: float = HANGS

    def clean(
        self,
        shard: Shard,
        killers: frozenset[int] = frozenset(),
        tell: Tell = lambda number: None,
    ) -> Counts:
        """
        Clean a shard and write what comes of it; return what was counted.

        `tell` is told the number of each document before it is cleaned; `killers` are the numbers
        of those that brought workers down, which fail. Raises `Stopped` where the disk is full.
        """
        with ExitStack() as stack:
            away = stack.enter_context(Quarantine(self.quarantine, shard.number).open())
            rows = stack.enter_context(_side_file(self.rows, shard.number, ".rows"))
            ids = stack.enter_context(_side_file(self.ids, shard.number, ".ids"))
            job = _Job(self, away, rows, ids, killers, tell)
            for piece in shard.pieces:
                job.clean(piece)
                job.counts.size += piece.size
        return job.counts


def read_rows(folder: Path, number: int) -> Iterator[Rows]:
    """Yield the rows of the report that a shard left."""
    with (folder / f"{number:06}.rows").open("rb") as stream:
        while True:
            try:
                yield Rows(*pickle.load(stream))
            except EOFError:
                return


@dataclass
class _Job:
    """A shard that is being cleaned."""

    work: Work
    away: Quarantine
    rows: IO[bytes] | None
    ids: IO[bytes] | None
    killers: frozenset[int]
    tell: Tell
    counts: Counts = field(default_factory=Counts)
    number: int = -1

    def clean(self, piece: Piece) -> None:
        """Clean a piece; where its file ends before its end, what was read stands."""
        before, rows = deepcopy(self.counts), self.rows.tell() if self.rows else 0
        try:
            self._write(piece, self._counted(self._results(piece)))
        except Stopped:
            raise
        except Exception as error:  # the boundary: of a file that is not written, nothing counts
            self.counts = before
            if self.rows:
                self.rows.seek(rows)
                self.rows.truncate()
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            self._count(failed(piece.input, f"cannot be written: {why}"), ())

    def _results(self, piece: Piece) -> Iterator[Result]:
        """Yield what comes of each batch; at last, what is wrong with the file."""
        batches = read_batches(piece, self.work.reading)
        try:
            for batch in batches:
                self.counts.columns = self.counts.columns or batch.columns.told()
                yield Result(batch, [self._document(piece, record) for record in batch.records])
        except (Unreadable, OSError) as error:
            trouble = reason_of(error)
        except Exception as error:  # the boundary: a file that its reader did not foresee
            trouble = f"cannot be read: {type(error).__name__}: {error}"
        else:
            return
        self._count(failed(piece.input, trouble), ())

    def _document(self, piece: Piece, record: Record) -> Document:
        self.number += 1
        self.tell(self.number)
        one = piece.input
        if self.number in self.killers:
            record = replace(record, trouble="brought down, twice, the process that cleaned it")
        try:
            with deadline(self.work.timeout):
                doc = read_record(self.work.cleaner, one, record)
                return doc if doc.status == "failed" else self.work.cleaner(doc)
        except BaseException as error:
            if type(error).__name__ == "PanicException":  # a fault in a library written in Rust
                record = replace(record, trouble=f"brought down a library: {error}")
                return read_record(self.work.cleaner, one, record)
            if not isinstance(error, Hung):
                raise
            record = replace(record, trouble=f"found no end within {self.work.timeout:g} s")
            return read_record(self.work.cleaner, one, record)

    def _counted(self, results: Iterable[Result]) -> Iterator[Result]:
        for result in results:
            for record, doc in zip(result.batch.records, result.docs, strict=True):
                self._count(doc, record.raw)
            yield result

    def _count(self, doc: Document, raw: Iterable[bytes]) -> None:
        self.counts.count(doc)
        if doc.status == "failed":
            self.away.add(doc.name, doc.reason, raw)
        if self.rows:
            pickle.dump(tuple(rows_of(doc)), self.rows)
        if self.ids and doc.id:
            self.ids.write(hashed(doc.id))

    def _write(self, piece: Piece, results: Iterator[Result]) -> None:
        """Write what comes of a piece: also an empty table, but nothing of a page that failed."""
        format_, codec = piece.input.kind
        first = next(results, None)
        if first is None or piece.target is None or not (format_.records or any(first.kept())):
            for _ in results:
                pass
            return
        every = chain([first], results)
        with open_output(piece.target, "" if piece.part else codec) as stream:
            format_.write(stream, every)


@contextmanager
def _side_file(folder: Path | None, number: int, ending: str) -> Iterator[IO[bytes] | None]:
    if folder is None:
        yield None
        return
    with write_atomically(folder / f"{number:06}{ending}") as stream:
        yield stream
