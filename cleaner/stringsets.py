"""
Sets of strings, one of which a part of a pattern begins or ends with, holds, or is.

They grow where parts follow each other, and are cut short where there would be too many.
"""

import re
from itertools import product as pairs

from cleaner.frequencies import BEGIN, END, frequency

LONGEST = 10  # characters of a string; what follows tells little more
MOST = 200  # strings for one pattern
TRIED = 10 * MOST  # to see whether they are fewer
CUTS = (LONGEST, 8, 5, 4, 3, 2, 1, 0)  # lengths tried where strings would be too many
LEAD_RE = re.compile(rf"(?:[^\w{BEGIN}{END}]|_)*")  # what patterns often skip before the first word
Strings = frozenset[str]
NOTHING: Strings = frozenset({""})
USELESS: Strings = frozenset({"", " ", BEGIN, END})


def product(one: Strings, other: Strings) -> Strings:
    """Join each string to each; the same edge twice is one, and what follows is lead."""
    if NOTHING in (one, other):
        return one if other == NOTHING else other
    joined = [a + b for a, b in pairs(one, other)]
    edges = any(s[0] == BEGIN or s[-1] == END for s in joined if s)
    return frozenset(map(_tidy, joined) if edges else joined)


def _tidy(string: str) -> str:
    if string[:1] == BEGIN:
        string = string.lstrip(BEGIN)
        string = BEGIN + string[LEAD_RE.match(string).end() :]  # type: ignore[union-attr]
    return string.rstrip(END) + END if string[-1:] == END else string


def crossed(one: Strings, other: Strings, *, end: bool = False) -> Strings:
    """Return how two parts begin, or end, cut short where it would be too much."""
    for cut in CUTS:
        first, second = _cut(one, cut, end), _cut(other, cut, end)
        if len(first) * len(second) <= TRIED or not cut:
            joined = frozenset(a + b for a, b in pairs(first, second))
            short = frozenset(map(_tidy, _cut(joined, cut, end)))
            if len(short) <= MOST:
                return short
    return NOTHING


def across(ends: Strings, begins: Strings) -> Strings | None:
    """Return what stands where two parts meet, cut short where it would be too much."""
    for cut in CUTS:
        before, after = _cut(ends, cut, end=True), _cut(begins, cut)
        if len(before) * len(after) <= MOST:
            return product(before, after)
    return None


def _cut(strings: Strings, size: int, end: bool = False) -> Strings:
    if not size:
        return NOTHING
    return frozenset([s[-size:] for s in strings] if end else [s[:size] for s in strings])


def trimmed(strings: Strings | None) -> Strings | None:
    """Cut strings to what tells most: the rarer of their ends."""
    if strings is None or not strings.isdisjoint(USELESS):
        return None
    cut = frozenset(
        s if len(s) <= LONGEST else min(s[:LONGEST], s[-LONGEST:], key=lambda c: frequency([c]))
        for s in strings
    )
    return cut if len(cut) <= MOST else None


def rarest(*sets: Strings | None) -> tuple[Strings, ...]:
    """Return the two sets that are rarest in a text."""
    useful = {s for s in sets if s and s.isdisjoint(USELESS)}
    return tuple(sorted(useful, key=lambda s: (frequency(s), sorted(s)))[:2])
