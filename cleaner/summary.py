"""What a run says while it works and when it is done: a progress bar, troubles, a closing table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cleaner.frames import DOCUMENTS, REMOVALS, Row, Rows
from cleaner.rules import CATEGORIES

DOCUMENT = {name: place for place, name in enumerate(DOCUMENTS)}
REMOVAL = {name: place for place, name in enumerate(REMOVALS)}


@dataclass
class Summary:
    """Counts what documents became, and tells; everything goes to the console given."""

    console: Console
    total: int
    ignored: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        return self.statuses["failed"]

    @property
    def flagged(self) -> int:
        return self.statuses["flagged"]

    @property
    def counts(self) -> dict[str, int]:
        """How many documents there were, and of each status."""
        names = ("clean", "unchanged", "flagged", "failed")
        return {"documents": self.statuses.total(), **{name: self.statuses[name] for name in names}}

    def follow(self, outcomes: Iterable[Rows]) -> Rows:
        """Take outcomes as they come, show progress on a terminal, and return all their rows."""
        every = Rows([], [], [])
        columns = (TextColumn("cleaning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        visible = self.console.is_terminal
        with Progress(*columns, console=self.console, transient=True, disable=not visible) as bar:
            task = bar.add_task("", total=self.total or None)
            for rows in outcomes:
                for part, added in zip(every, rows, strict=True):
                    part.extend(added)
                self._count(rows)
                bar.advance(task)
        return every

    def show(self) -> None:
        """Print the closing table."""
        table = Table(box=None, pad_edge=False)
        table.add_column("removed as", min_width=12)
        table.add_column("words", justify="right")
        for category in CATEGORIES:
            if self.categories[category]:  # tidying removes no words
                table.add_row(category, f"{self.categories[category]:,}")
        if table.row_count:
            self.console.print(table)
        self._say(self._totals())
        if self.ignored:
            self._say(f"not read: {plural(self.ignored, 'file')} of other kinds")

    def _count(self, rows: Rows) -> None:
        for row in rows.documents:
            self.statuses[str(row[DOCUMENT["status"]])] += 1
            self.words["in"] += int(row[DOCUMENT["words_in"]])
            self.words["out"] += int(row[DOCUMENT["words_out"]])
            self._tell(row)
        for row in rows.removals:
            self.categories[str(row[REMOVAL["category"]])] += int(row[REMOVAL["words"]])

    def _tell(self, row: Row) -> None:
        """Say on stderr what was wrong with a document."""
        if reason := row[DOCUMENT["reason"]]:
            name, status = row[DOCUMENT["document"]], row[DOCUMENT["status"]]
            self._say(f"{name}: {status}: {reason}")

    def _say(self, message: str) -> None:
        """Print a line as it is: a file's name is no markup, and a log wants no wrapping."""
        self.console.print(message, markup=False, highlight=False, soft_wrap=True)

    def _totals(self) -> str:
        if not self.statuses:
            return "no documents"
        parts = [f"{count:,} {status}" for status, count in sorted(self.statuses.items())]
        documents = plural(self.statuses.total(), "document")
        words = f"words in {self.words['in']:,}, out {self.words['out']:,}"
        return f"{documents}: {', '.join(parts)}; {words}"


def plural(count: int, noun: str) -> str:
    """
    Count things.

    >>> plural(1, "document"), plural(2000, "document")
    ('1 document', '2,000 documents')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
