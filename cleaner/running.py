"""
Run a cleaner over inputs: cut them into shards, clean those, join what was cut, write the report.

A run keeps what it did in a state folder until it is complete, so that it can go on after whatever
ended it.
"""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from cleaner import __version__
from cleaner.batch import HANGS, Work, read_rows
from cleaner.counts import Counts, total
from cleaner.errors import UsageError
from cleaner.ids import count_repeated
from cleaner.inputs import Inputs
from cleaner.ledger import Ledger
from cleaner.pipeline import Cleaner
from cleaner.places import write_atomically
from cleaner.quarantine import clear_quarantine, quarantine_beside
from cleaner.reading import read_documents
from cleaner.records import Reading
from cleaner.reportfiles import write_report
from cleaner.shards import SIZE, Piece, Plan, plan_shards
from cleaner.state import open_ledger, open_state, signature
from cleaner.workers import clean_shards


@dataclass(frozen=True, slots=True)
class Options:
    """
    How a run is done; only `reading`, `learn` and `timeout` can change what is written.

    `size` is that of a shard, in bytes; `timeout` in seconds of one document. `state` is the folder
    of the ledger: given, it stays; otherwise it stands beside the output until the run is complete.
    """

    reading: Reading = field(default_factory=Reading)
    report: Path | None = None
    jobs: int = 1
    learn: bool = False
    size: int = SIZE
    timeout: float = HANGS
    state: Path | None = None
    resume: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Inputs, what cleans them, and where it goes; `out` None is nowhere."""

    inputs: Inputs
    cleaner: Cleaner
    out: Path | None
    options: Options = Options()

    @property
    def size(self) -> int:
        """The size of all inputs, in bytes."""
        return sum(Piece(one, None).size for one in self.inputs.files)

    @property
    def quarantine(self) -> Path | None:
        """The folder for what could not be cleaned."""
        return quarantine_beside(self.out.absolute()) if self.out else None

    def __call__(self) -> Iterator[Counts]:
        """
        Clean all inputs; yield what was counted, shard by shard, those of an earlier run first.

        Raises `UsageError` where a run cannot begin or go on, `Stopped` where the disk is full.
        """
        with (
            open_state(self.options.state, self.out) as state,
            open_ledger(state) as ledger,
        ):
            if not self._goes_on(ledger):
                self._begin(state, ledger)
            plan = plan_shards(self.inputs, state / "parts", self.options.size)
            done = _done(ledger, plan)
            yield from done.values()
            work = self._work(state)
            todo = (shard for shard in plan.shards if shard.number not in done)
            for shard, counts in clean_shards(work, todo, self.options.jobs):
                ledger.finish(shard.number, shard.key, counts)
                yield counts
            if not ledger.about().get("complete"):
                self._complete(state, ledger, plan)
                yield Counts(repeated=count_repeated(sorted((state / "ids").glob("*.ids"))))
                ledger.begin(self._about() | {"complete": True})
                for part in ("parts", "rows", "ids"):
                    shutil.rmtree(state / part, ignore_errors=True)
        if self.options.state is None:
            shutil.rmtree(state, ignore_errors=True)

    def _goes_on(self, ledger: Ledger) -> bool:
        """Does this run go on with that of the ledger? Raise `UsageError` where it must not."""
        before, now = ledger.about(), self._about()
        if self.options.resume and before:
            changed = [name for name in now if before.get(name) != now[name]]
            if changed and not self.options.force:
                raise UsageError(
                    f"--resume: the {' and the '.join(changed)} changed since the run began; "
                    "begin anew without --resume, or mix the old and the new with --force"
                )
            return True
        if before and not before.get("complete") and not self.options.force:
            where = f"{self.out}: " if self.out else ""
            raise UsageError(
                f"{where}a run was interrupted here; go on with it with --resume, "
                "or begin anew with --force"
            )
        return False

    def _about(self) -> dict[str, Any]:
        reading, options = self.options.reading, self.cleaner.options
        told = {**options, "columns": repr(reading.columns), "limit": reading.limit}
        told |= {"html": reading.html, "learn": self.options.learn, "size": self.options.size}
        told["report"] = bool(self.options.report)
        return {
            "input": signature(self.inputs),
            "rules": self.cleaner.rule_set.hash,
            "options": told,
            "version": __version__,
        }

    def _begin(self, state: Path, ledger: Ledger) -> None:
        ledger.clear()
        for part in ("parts", "rows", "ids"):
            shutil.rmtree(state / part, ignore_errors=True)
        (state / "templates.parquet").unlink(missing_ok=True)
        if self.quarantine:
            clear_quarantine(self.quarantine)
        ledger.begin(self._about())

    def _work(self, state: Path) -> Work:
        cleaner = self.cleaner
        if self.options.learn:
            from cleaner.learning import categoriser, write_index
            from cleaner.templates import read_templates

            index = state / "templates.parquet"
            if not index.exists():
                docs = read_documents(self.inputs, cleaner, self.options.reading)
                write_index(docs, index, categoriser(()), prune=True)
            cleaner = replace(cleaner, templates=read_templates(index))
        return Work(
            cleaner,
            self.options.reading,
            rows=state / "rows" if self.options.report else None,
            ids=state / "ids",
            quarantine=self.quarantine,
            timeout=self.options.timeout,
        )

    def _complete(self, state: Path, ledger: Ledger, plan: Plan) -> None:
        joined = ledger.joined()
        for index, parts in plan.joins.items():
            one = self.inputs.files[index]
            there = [part for part in parts if part.exists()]
            if index not in joined and there and one.target and one.kind.format.join:
                with write_atomically(one.target) as stream:
                    one.kind.format.join(there, stream)
                ledger.join(index)
            for part in there:
                part.unlink()
        done = _done(ledger, plan)
        counts = total(done.values())
        _check(counts, len(plan.shards), len(done))
        if self.options.report:
            self._report(state, plan, counts)

    def _report(self, state: Path, plan: Plan, counts: Counts) -> None:
        def parts() -> Iterator[Any]:
            for shard in plan.shards:
                yield from read_rows(state / "rows", shard.number)

        assert self.options.report
        written = sum(len(rows.documents) for rows in parts())
        _check(counts, counts.documents, written)
        meta: dict[str, Any] = {"cleaner": __version__, "rules": self.cleaner.rule_set.hash}
        meta |= {"options": self.cleaner.options, "columns": asdict(self.options.reading.columns)}
        meta["counts"] = counts.summed()
        write_report(self.options.report, parts, meta)


def _done(ledger: Ledger, plan: Plan) -> dict[int, Counts]:
    """Return what the shards counted that are done, and are still what they were."""
    keys = {shard.number: shard.key for shard in plan.shards}
    return {n: counts for n, key, counts in ledger.finished() if keys.get(n) == key}


def _check(counts: Counts, expected: int, found: int) -> None:
    """Raise where the books do not balance: that is a fault of ours, and must not be silent."""
    if expected != found or counts.documents != counts.statuses.total():
        raise RuntimeError(
            f"the counts do not add up: {expected} and {found}, {counts.documents} documents, "
            f"{dict(counts.statuses)}; please report this"
        )
