"""What a run says while it works and when it is done: a progress bar, troubles, a closing table."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cleaner.counts import STATUSES, Counts
from cleaner.rules import CATEGORIES

Style = Literal["people", "json", "quiet"]
ABSURD = 0.5  # share of the documents in which one rule removes something: worth a look
ENOUGH = 200  # documents that make a share worth something
LEARNED = ("template", "duplicate", "tidy")  # categories that may well act everywhere


@dataclass
class Summary:
    """
    Adds counts up, and tells; everything goes to the console given.

    `size` is that of all inputs, in bytes. As JSON, each event is an object on a line.
    """

    console: Console
    size: int = 0
    ignored: int = 0
    links: int = 0
    style: Style = "people"
    counts: Counts = field(default_factory=Counts)
    _columns: set[str] = field(default_factory=set)
    _began: float = field(default_factory=monotonic)

    def follow(self, outcomes: Iterable[Counts]) -> None:
        """Take counts as they come, and show progress on a terminal."""
        columns = (
            TextColumn("cleaning"), BarColumn(), TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(),
        )  # fmt: skip
        hidden = self.style != "people" or not self.console.is_terminal
        with Progress(*columns, console=self.console, transient=True, disable=hidden) as bar:
            task = bar.add_task("", total=self.size or None, told="")
            for counts in outcomes:
                self.counts.add(counts)
                self._tell(counts)
                bar.update(task, advance=counts.size, told=self._progress())

    def show(self, quarantine: str = "") -> None:
        """Print the closing table; failed documents are in the folder `quarantine`, if any."""
        counts = self.counts
        if self.style == "json":
            notes = {"ignored": self.ignored, "links": self.links}
            notes["repeated_ids"] = counts.repeated
            told = {"words": counts.words, "removed": counts.categories, "quarantine": quarantine}
            self._log("done", **counts.summed(), **notes, **told, rules=dict(self.absurd_rules()))
            return
        table = Table(box=None, pad_edge=False)
        table.add_column("removed as", min_width=12)
        table.add_column("words", justify="right")
        for category in CATEGORIES:
            if counts.categories[category]:  # tidying removes no words
                table.add_row(category, f"{counts.categories[category]:,}")
        if table.row_count and self.style == "people":
            self.console.print(table)
        self._say(self._totals())
        for line in self._notes(quarantine):
            self._say(line)

    def absurd_rules(self) -> list[tuple[str, int]]:
        """Name the rules that fire on an absurd share of the documents, and on how many."""
        least = ABSURD * max(self.counts.documents, ENOUGH)
        return [
            (rule, count)
            for rule, count in sorted(self.counts.rules.items())
            if count > least and rule.partition(".")[0] not in LEARNED
        ]

    def _notes(self, quarantine: str) -> Iterable[str]:
        counts = self.counts
        if self.ignored:
            yield f"not read: {plural(self.ignored, 'file')} of other kinds"
        if self.links:
            yield f"not followed: {plural(self.links, 'link')} to folders; name each as IN"
        if counts.repeated:
            yield f"{plural(counts.repeated, 'record')} of an id that an earlier one has"
        if counts.statuses["failed"] and quarantine:
            yield f"what failed is in {quarantine}, as it was"
        for rule, count in self.absurd_rules():
            share = f"{count:,} of {plural(counts.documents, 'document')}"
            yield f"{rule} removed something from {share}: is it right? cleaner rules show {rule}"

    def _tell(self, counts: Counts) -> None:
        """Say what was wrong with documents, and which columns are used."""
        if counts.columns and counts.columns not in self._columns:
            self._columns.add(counts.columns)
            self._say(counts.columns)
        for name, status, reason in counts.troubles:
            if self.style == "json":
                self._log("trouble", document=name, status=status, reason=reason)
            else:
                self._say(f"{name}: {status}: {reason}")
        if more := counts.untold:
            self._say(f"… and {more:,} more, which the report and the quarantine name")
        if self.style == "json" and counts.documents:
            self._log("shard", **counts.summed(), columns=counts.columns)

    def _say(self, message: str) -> None:
        """Print a line as it is: a file's name is no markup, and a log wants no wrapping."""
        if self.style == "people":
            self.console.print(message, markup=False, highlight=False, soft_wrap=True)

    def _log(self, event: str, **told: Any) -> None:
        line = {"event": event, "seconds": round(monotonic() - self._began, 3), **told}
        text = json.dumps(line, ensure_ascii=True)
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _progress(self) -> str:
        counts = self.counts
        speed = counts.size / 1e6 / max(monotonic() - self._began, 1e-3)
        share = 1 - counts.words["out"] / counts.words["in"] if counts.words["in"] else 0
        bad = f"{counts.statuses['flagged']:,} flagged, {counts.statuses['failed']:,} failed"
        documents = plural(counts.documents, "document")
        return f"{documents}, {speed:.1f} MB/s, {share:.0%} removed, {bad}"

    def _totals(self) -> str:
        counts = self.counts
        if not counts.documents:
            return "no documents"
        parts = [f"{counts.statuses[s]:,} {s}" for s in STATUSES if counts.statuses[s]]
        words = f"words in {counts.words['in']:,}, out {counts.words['out']:,}"
        return f"{plural(counts.documents, 'document')}: {', '.join(parts)}; {words}"


def plural(count: int, noun: str) -> str:
    """
    Count things.

    >>> plural(1, "document"), plural(2000, "document")
    ('1 document', '2,000 documents')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
