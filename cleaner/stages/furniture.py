"""
Remove the furniture of one category: settle which rule takes what.

Where claims of the category overlap, the longest wins, then the first id; what it does not cover
still goes to the others. `also` names every other rule, of any category, that claimed a part.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from cleaner.document import Document, Removal
from cleaner.matching import Matcher
from cleaner.scopes import Claim


def remove_furniture(doc: Document, category: str, matcher: Matcher) -> Document:
    """Remove what the rules of a category claim."""
    every = matcher.claims(doc)
    claims = [claim for claim in every if claim.rule.category == category]
    return doc.without(_settled(claims, every)) if claims else doc


def _settled(claims: list[Claim], every: list[Claim]) -> Iterator[Removal]:
    starts = [claim.start for claim in every]  # in order, as claims are
    longest = max(claim.end - claim.start for claim in every)
    taken: list[tuple[int, int]] = []
    for claim in sorted(claims, key=lambda c: (c.start - c.end, c.rule.id, c.start)):
        first = bisect_left(starts, claim.start - longest)
        rivals = every[first : bisect_left(starts, claim.end)]  # what else may overlap
        for start, end in _free(claim.start, claim.end, taken):
            others = {c.rule.id for c in rivals if c.start < end and start < c.end}
            also = tuple(sorted(others - {claim.rule.id}))
            yield Removal(start, end, claim.rule.id, claim.rule.score, claim.evidence, also)
            insort(taken, (start, end))


def _free(start: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the parts of `start:end` outside the spans taken, which are sorted and disjoint."""
    free = []
    place = max(0, bisect_right(taken, (start,)) - 1)
    while place < len(taken) and taken[place][0] < end:
        low, high = taken[place]
        if start < low:
            free.append((start, low))
        if start < high:
            start = high
        place += 1
    return [*free, (start, end)] if start < end else free
