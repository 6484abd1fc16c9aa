"""What came of documents, counted: it adds up, whatever the order, and goes into the ledger."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cleaner.document import Document
from cleaner.prose import count_words

STATUSES = ("clean", "unchanged", "flagged", "failed")
TOLD = 20  # troubles of a shard that are remembered word by word


@dataclass(slots=True)
class Counts:
    """
    How many documents there were, of which status, and what was removed from them.

    `rules` counts documents in which a rule removed something; `troubles` are the first of those
    that were flagged or failed: name, status, reason. `columns` says which were used, `repeated`
    counts records whose id an earlier one has, `untold` the troubles that are not remembered.
    """

    documents: int = 0
    size: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    troubles: list[tuple[str, str, str]] = field(default_factory=list)
    columns: str = ""
    repeated: int = 0
    untold: int = 0

    def count(self, doc: Document) -> None:
        """Add what came of a document."""
        self.documents += 1
        self.statuses[doc.status] += 1
        self.words["in"] += count_words(doc.source)
        self.words["out"] += count_words(doc.text)
        for removal, start, end in doc.removed():
            self.categories[removal.category] += count_words(doc.source[start:end])
        self.rules.update({removal.rule for removal in doc.removals})
        if doc.reason and len(self.troubles) < TOLD:
            self.troubles.append((doc.name, doc.status, doc.reason))
        elif doc.reason:
            self.untold += 1

    def add(self, other: "Counts") -> None:
        """Add what others counted, but for their troubles."""
        self.documents += other.documents
        self.size += other.size
        self.repeated += other.repeated
        for name in ("statuses", "words", "categories", "rules"):
            getattr(self, name).update(getattr(other, name))

    def summed(self) -> dict[str, int]:
        """Return how many documents there were, and of each status."""
        return {"documents": self.documents, **{name: self.statuses[name] for name in STATUSES}}

    def to_json(self) -> dict[str, Any]:
        """Return plain data, from which `of` makes the counts again."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Counts":
        counters = {n: Counter(data[n]) for n in ("statuses", "words", "categories", "rules")}
        troubles = [(name, status, reason) for name, status, reason in data["troubles"]]
        return cls(**{**data, **counters, "troubles": troubles})


def total(every: Iterable[Counts]) -> Counts:
    """Add counts up."""
    whole = Counts()
    for counts in every:
        whole.add(counts)
    return whole
