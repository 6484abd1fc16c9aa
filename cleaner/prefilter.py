"""
Strings of which one must stand in a text for a pattern to match: a cheap test before a search.

It skips work and never changes a result: texts and strings are folded so that whatever
`re.IGNORECASE` takes for equal is equal.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _casefix as casefix  # type: ignore[attr-defined]
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

SHORTEST = 3  # characters; shorter strings stand in every text
MOST = 60  # strings for one pattern; more cost as much as the search
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)

# What `re` equates beyond lowering (the long s and s, the dotless i and i), by its own table; and
# two letters whose lower case is longer, or depends on their place.
_EQUATED = {code: min(code, *codes) for code, codes in casefix._EXTRA_CASES.items()}
SPECIAL = {chr(code): chr(to) for code, to in _EQUATED.items() if code != to}
SPECIAL |= {"İ": "i", "Σ": SPECIAL.get("σ", "σ")}
SPECIAL_RE = re.compile("[" + "".join(map(re.escape, SPECIAL)) + "]")


class Needs(NamedTuple):
    """What a pattern needs to match: one of the strings, if any, and a beginning, if anchored."""

    strings: tuple[str, ...]
    anchored: bool

    def may_match(self, folded: str) -> bool:
        """Could the pattern match the text that was folded?"""
        return not self.strings or any(string in folded for string in self.strings)


@lru_cache(maxsize=4)
def fold_case(text: str) -> str:
    """
    Fold a text so that what `re.IGNORECASE` takes for equal is equal.

    >>> fold_case("Straße İSTANBUL ſo ΣΑΣ")
    'straße istanbul so ςας'
    """
    if not text.isascii() and SPECIAL_RE.search(text):
        text = SPECIAL_RE.sub(lambda found: SPECIAL[found[0]], text)
    return text.lower()


@lru_cache(maxsize=8192)
def needs(pattern: "re.Pattern[str]") -> Needs:
    r"""
    Find out what a pattern needs to match.

    >>> needs(re.compile(r"(?:Read|Lesen) more\b.*"))
    Needs(strings=(' more',), anchored=False)
    >>> needs(re.compile(r"^(?:Ad|\d+)$"))
    Needs(strings=(), anchored=True)
    """
    parsed = parser.parse(pattern.pattern, pattern.flags)
    begins = next(iter(parsed), None) == (op.AT, op.AT_BEGINNING)
    anchored = begins and not pattern.flags & re.MULTILINE
    return Needs(tuple(sorted(_needed(parsed) or ())), anchored)


def _needed(parsed: Iterable[Any]) -> frozenset[str] | None:
    """Return the best of what the items of a sequence need, since all of them must match."""
    best: frozenset[str] | None = None
    run = ""
    for code, value in [*parsed, (None, None)]:
        if code is op.LITERAL:
            run += chr(value)
            continue
        best = _better(best, frozenset({fold_case(run)}) if run else None)
        run = ""
        if code is op.BRANCH:
            best = _better(best, _any_of(value[1]))
        elif code is op.SUBPATTERN or (code in REPEATS and value[0] > 0):
            best = _better(best, _needed(value[-1]))
        elif code is op.ASSERT:
            best = _better(best, _needed(value[1]))
    return best


def _any_of(branches: Iterable[Any]) -> frozenset[str] | None:
    union: set[str] = set()
    for branch in branches:
        needed = _needed(branch)
        if needed is None:
            return None
        union |= needed
    return frozenset(union)


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Return the set whose shortest string is longer; the smaller where they are alike."""
    sets = [s for s in (one, other) if s and len(s) <= MOST and min(map(len, s)) >= SHORTEST]
    return max(sets, key=lambda s: (min(min(map(len, s)), 6), -len(s)), default=None)
