"""
Clean shards in processes that read and write their own files, and hand back counts.

A worker that dies (out of memory, a fault in a library) is replaced, and its shard begun anew; a
document that brings down two workers fails, and the rest of the shard is cleaned.
"""

import contextlib
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from cleaner.batch import Work
from cleaner.counts import Counts
from cleaner.errors import Stopped
from cleaner.shards import Shard

STRIKES = 2  # deaths over one document
AT_REST = -1


def clean_shards(work: Work, shards: Iterable[Shard], jobs: int) -> Iterator[tuple[Shard, Counts]]:
    """
    Clean shards with so many processes; yield the counts of each as it is done.

    With one, in this process. Raises `Stopped` where nothing can be written.
    """
    if jobs <= 1:
        yield from ((shard, work.clean(shard)) for shard in shards)
        return
    crew = _Crew(work, iter(shards))
    try:
        for _ in range(jobs):
            crew.hire()
        yield from crew.results()
    finally:
        crew.dismiss()


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    at: Any  # the number of the document that is being cleaned, shared with the process
    shard: Shard


@dataclass
class _Crew:
    """The workers of a run, and what is left to do."""

    work: Work
    shards: Iterator[Shard]
    workers: list[_Worker] = field(default_factory=list)
    strikes: Counter[tuple[int, int]] = field(default_factory=Counter)

    def hire(self, shard: Shard | None = None) -> None:
        """Start a worker on a shard, or on the next."""
        shard = shard or next(self.shards, None)
        if shard is None:
            return
        ours, theirs = multiprocessing.Pipe()
        at = multiprocessing.RawValue("q", AT_REST)
        others = [worker.pipe for worker in self.workers]
        process = multiprocessing.Process(
            target=_serve, args=(self.work, theirs, at, os.getpid(), [ours, *others]), daemon=True
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours, at, shard)
        self.workers.append(worker)
        self._send(worker, shard)

    def results(self) -> Iterator[tuple[Shard, Counts]]:
        while self.workers:
            ready = wait([worker.pipe for worker in self.workers])
            for worker in [worker for worker in self.workers if worker.pipe in ready]:
                try:
                    answer = worker.pipe.recv()
                except (EOFError, OSError):
                    self._replace(worker)
                    continue
                if isinstance(answer, Stopped):
                    raise answer
                done, following = worker.shard, next(self.shards, None)
                if following is None:
                    self._let_go(worker)
                else:
                    self._send(worker, following)
                yield done, answer

    def dismiss(self) -> None:
        """End all workers, whatever they do."""
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join()
            worker.pipe.close()

    def _send(self, worker: _Worker, shard: Shard) -> None:
        worker.shard, worker.at.value = shard, AT_REST
        killers = {
            n for (s, n), count in self.strikes.items() if s == shard.number and count >= STRIKES
        }
        with contextlib.suppress(OSError):  # it died at rest; waiting for its answer will tell
            worker.pipe.send((shard, frozenset(killers)))

    def _replace(self, worker: _Worker) -> None:
        """Give the shard of a worker that died to a new one."""
        self._let_go(worker)
        number, code = worker.at.value, worker.process.exitcode
        self.strikes[worker.shard.number, number] += 1
        if self.strikes[worker.shard.number, number] > STRIKES:  # though the document is spared
            where = worker.shard.pieces[0].input.name
            raise Stopped(
                f"{where}: worker processes end there, again and again (exit code {code})"
            )
        self.hire(worker.shard)

    def _let_go(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.pipe.close()
        worker.process.join()


def _serve(work: Work, pipe: Connection, at: Any, parent: int, others: list[Connection]) -> None:
    """Clean what comes through the pipe, until it closes or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    for other in others:  # copies of the parent's ends, which would hide that it is gone
        other.close()

    def tell(number: int) -> None:
        at.value = number
        if os.getppid() != parent:
            os._exit(1)

    while True:
        try:
            shard, killers = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(work.clean(shard, killers, tell))
        except Stopped as stopped:
            pipe.send(stopped)
