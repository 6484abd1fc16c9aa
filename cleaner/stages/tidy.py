"""
Take away the blank lines that removals leave, so that the result reads like an article.

Between two lines that stay, as many blank lines remain as stood together anywhere between them;
at the beginning and the end of the text, none. Blank lines that no removal touched stay.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from cleaner.document import Document, Removal
from cleaner.lines import Lines
from cleaner.matching import Matcher

RULE = "tidy.blank-lines"


def find_blank_lines(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    r"""
    Yield the blank lines that a removal has left over.

    >>> from cleaner.document import document
    >>> doc = document("A\n\nAd\n\nB").without([Removal(3, 6, "ad.label")])
    >>> doc.text, doc.without(find_blank_lines(doc)).text
    ('A\n\n\nB', 'A\n\nB')
    """
    lines = doc.lines
    if not lines.gaps:
        return
    gaps = sorted(lines.gaps)
    for first, last in _blank_runs(lines):
        low = bisect_left(gaps, lines.starts[first])
        touched = gaps[low : bisect_right(gaps, _after(lines, last))]
        if touched:
            keep = _allowed(doc, first, last, touched)
            for index in range(first + keep, last + 1):
                start, end = lines.whole(index, index)
                if start < end:  # the one line of an empty text has nothing to take
                    yield Removal(start, end, RULE, evidence="blank line")


def _after(lines: Lines, last: int) -> int:
    return min(lines.ends[last] + 1, len(lines.text))


def _blank_runs(lines: Lines) -> Iterator[tuple[int, int]]:
    """Yield `first, last` of each run of blank lines."""
    first = 0
    for index in [*lines.full, len(lines)]:
        if first < index:
            yield first, index - 1
        first = index + 1


def _allowed(doc: Document, first: int, last: int, gaps: list[int]) -> int:
    """Return how many blank lines of a run stay."""
    lines = doc.lines
    if last == len(lines) - 1:  # the last "line" is empty where the text ends with a line end
        return int(doc.body.endswith("\n"))
    if first == 0:
        return 0
    cut = set(gaps)
    cuts = [index for index in range(first, last + 2) if lines.starts[index] in cut]
    bounds = [first, *cuts, last + 1]
    return max(high - low for low, high in pairwise(bounds))
