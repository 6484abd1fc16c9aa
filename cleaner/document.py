"""
The one object that goes from stage to stage, and what stages put into it.

A `Document` is one text in three states and the way back:

    source   what was read: decoded bytes, or what the extractor made of HTML
    body     the source with its encoding repaired; `origin` maps its offsets to the source
    text     the body without what was removed: the clean article

Stages only add removals; `text` is computed, so nothing can be lost on the way.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from cleaner.origin import Offsets, compose

if TYPE_CHECKING:
    from cleaner.lines import Lines

Status = Literal["clean", "unchanged", "flagged", "failed"]


@dataclass(frozen=True, slots=True, order=True)
class Removal:
    """
    `start:end` goes, because `rule` (of every rule that claimed it, the first) says so.

    `score` is the rule's, or the statistic's: how sure, from 0 to 1. `evidence` is what it saw:
    the matched text, a neighbour or a count. `also` names the other rules that claimed it.
    """

    start: int
    end: int
    rule: str
    score: float = 1.0
    evidence: str = ""
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"removal {self.start}:{self.end} is empty or negative")
        if "." not in self.rule:
            raise ValueError(f"removal {self.start}:{self.end} names no rule: {self.rule!r}")

    @property
    def category(self) -> str:
        return self.rule.partition(".")[0]

    def moved(self, start: int, end: int) -> "Removal":
        """Return the same for another span."""
        return Removal(start, end, self.rule, self.score, self.evidence, self.also)


class Repair(NamedTuple):
    """`before`, at `start:end` of the source, reads `after` in the body."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Document:
    r"""
    One text, what was removed from it, and the way back to what was read.

    `id` is what the corpus calls it. `reason` says why it is flagged or failed. `encoding` and
    `bom` are set where bytes were decoded; `rules_hash` where rules were applied.

    >>> doc = document("Ad\nIt rained.").without([Removal(0, 3, "ad.label")])
    >>> doc.text, doc.restore()
    ('It rained.', 'Ad\nIt rained.')
    """

    source: str
    body: str
    origin: Offsets
    removals: tuple[Removal, ...] = ()
    name: str = ""
    id: str = ""
    site: str = ""
    title: str = ""
    language: str = ""
    encoding: str = ""
    bom: bool = False
    status: Status = "unchanged"
    reason: str = ""
    rules_hash: str = ""
    _lines: "list[Lines]" = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.origin) != len(self.body) + 1 or self.origin[len(self.body)] != len(
            self.source
        ):
            raise ValueError("document: the origin does not span body and source")
        at = 0
        for removal in self.removals:
            if removal.start < at:
                raise ValueError(f"document: {removal} overlaps the removal before it")
            at = removal.end
        if at > len(self.body):
            raise ValueError("document: a removal ends outside the body")

    @property
    def text(self) -> str:
        """The clean text: the body without its removals."""
        if not self.removals:
            return self.body
        return "".join(self.body[start:end] for start, end in self.kept())

    @property
    def lines(self) -> "Lines":
        """The clean text cut into lines; computed once for each version of the document."""
        if not self._lines:
            from cleaner.lines import Lines

            self._lines.append(Lines.of(self))
        return self._lines[0]

    def kept(self) -> Iterator[tuple[int, int]]:
        """Yield the spans of the body that stay, none of them empty."""
        bounds = chain((0,), *((r.start, r.end) for r in self.removals), (len(self.body),))
        yield from ((start, end) for start, end in zip(bounds, bounds, strict=True) if start < end)

    def without(self, found: Iterable[Removal]) -> "Document":
        """
        Remove what was found in `text`; offsets are those of `text`.

        Where a span reaches over what is gone already, each part of it is a removal of its own.
        What two spans share goes to the one that begins first.
        """
        spans = tuple(self.kept())
        starts = [0, *accumulate(end - start for start, end in spans)]
        added, at = list(self.removals), 0
        for removal in sorted(found):
            low, at = max(at, removal.start), max(at, removal.end)
            index = bisect_right(starts, low) - 1
            while low < removal.end:
                high = min(starts[index + 1], removal.end)
                shift = spans[index][0] - starts[index]
                added.append(removal.moved(low + shift, high + shift))
                low, index = high, index + 1
        return replace(self, removals=tuple(sorted(added)))

    def told(self, **fields: str) -> "Document":
        """Return the document with other fields, whose text is the same."""
        doc = replace(self, **fields)  # type: ignore[arg-type]
        doc._lines.extend(self._lines)
        return doc

    def rewritten(self, body: str, origin: Offsets) -> "Document":
        """Give the document another body; `origin` maps it to the present one."""
        if self.removals:
            raise ValueError("document: a body with removals cannot be rewritten")
        return replace(self, body=body, origin=compose(origin, self.origin))

    def unchanged(self, status: Status, reason: str) -> "Document":
        """Take everything back: the text is the source again, and `reason` says why."""
        whole = range(len(self.source) + 1)
        return replace(
            self, body=self.source, origin=whole, removals=(), status=status, reason=reason
        )

    def repairs(self) -> Iterator[Repair]:
        """
        Yield where the text reads differently from the source, cut where removals cut.

        What was repaired inside a removal is not told: the source of a removal is in `removed()`.
        """
        if isinstance(self.origin, range):
            return
        bounds = sorted({offset for r in self.removals for offset in (r.start, r.end)})
        for segment in self.origin.segments:
            inside = bounds[bisect_right(bounds, segment.start) : bisect_left(bounds, segment.end)]
            for low, high in pairwise((segment.start, *inside, segment.end)):
                start = segment.source_start if low == segment.start else self.origin[low]
                end = segment.source_end if high == segment.end else self.origin[high]
                before, after = self.source[start:end], self.body[low:high]
                if before != after and not self._gone(low):
                    yield Repair(start, end, before, after)

    def removed(self) -> Iterator[tuple[Removal, int, int]]:
        """Yield each removal with the `start:end` of the source that went with it."""
        for removal in self.removals:
            yield removal, self.origin[removal.start], self.origin[removal.end]

    def restore(self) -> str:
        """Rebuild the source from the clean text, the removals and the repairs alone."""
        gone = (Repair(start, end, self.source[start:end], "") for _, start, end in self.removed())
        return restore(self.text, chain(gone, self.repairs()))

    def _gone(self, offset: int) -> bool:
        """Was the body at this offset removed? The very end goes with what stands before it."""
        index = bisect_right(self.removals, offset, key=lambda removal: removal.start) - 1
        if index < 0:
            return False
        end = self.removals[index].end
        return offset < end or offset == end == len(self.body)


def document(text: str, **fields: str) -> Document:
    """Make the document that a text is before anything happened to it."""
    return Document(source=text, body=text, origin=range(len(text) + 1), **fields)  # type: ignore[arg-type]


def restore(text: str, changes: Iterable[Repair]) -> str:
    r"""
    Undo changes: where `after` stands in the text, `before` stood at `start:end` of the source.

    A removal is a change to nothing. Raises `ValueError` where the text is not what they left.

    >>> restore("It rained.", [Repair(0, 3, "Ad\n", "")])
    'Ad\nIt rained.'
    """
    pieces: list[str] = []
    at = source_at = 0
    for start, end, before, after in sorted(changes, key=lambda change: change[:2]):
        stop = at + start - source_at
        if not at <= stop <= len(text) or not text.startswith(after, stop):
            raise ValueError(f"the text does not fit its report at offset {start} of the source")
        pieces += (text[at:stop], before)
        at, source_at = stop + len(after), end
    return "".join((*pieces, text[at:]))
