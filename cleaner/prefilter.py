r"""
What a text must hold for a pattern to match: the cheap questions before a search.

They skip work and never change a result: texts and strings are folded so that whatever
`re.IGNORECASE` takes for equal is equal. The strings of all rules are looked for in one scan.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from cleaner.beginnings import (
    CLASSES,
    MOST_BEGINS,
    OTHER,
    REPEATS,
    SIGN,
    beginnings,
    begins_of,
    members_of,
    sentences,
)  # fmt: skip
from cleaner.folding import fold_case

SHORTEST = 2  # characters; a single one stands in every text, unless it is of another script
MOST = 400  # strings for one pattern
RARE = 0.3  # how much rarer than beginnings strings must be to be looked for, too
ENDLESS = 1 << 32  # characters
ANYWHERE, SENTENCE, LINE = range(3)
RARE_SIGNS = "()[]{}<>#@|\\^~=+*$%&"
NO_WORD_RE = re.compile(r"[^\w\s]")


class Needs(NamedTuple):
    """
    What a pattern needs to match: one of `strings`, if any, anywhere in the text.

    It matches from `start` on: the beginning of the LINE, of a SENTENCE, or ANYWHERE. At one of
    these, after any characters that are of no word, stands one of `begins`, if any; an empty one
    says nothing. It takes `least` characters and, where it must end with the text, at `most` so
    many.
    """

    strings: tuple[str, ...]
    start: int
    begins: tuple[str, ...] = ()
    least: int = 0
    most: int = ENDLESS

    def may_match(self, folded: str) -> bool:
        """Could the pattern match the text that was folded?"""
        begins = sentences(folded) if self.start == SENTENCE else beginnings(folded)
        return (
            self.least <= len(folded) <= (self.most if self.start == LINE else ENDLESS)
            and (not self.begins or not begins.isdisjoint(self.begins))
            and (not self.strings or any(string in folded for string in self.strings))
        )


@lru_cache(maxsize=8192)
def needs(source: str, exact: bool = False) -> Needs:
    r"""
    Find out what a pattern needs to match.

    >>> needs(r"(?:Read|Lesen) more\b.*")
    Needs(strings=(' more',), start=0, begins=(), least=9, most=4294967296)
    >>> needs(r"^\W{0,9}(?:Ad|No[rw] this)$")
    Needs(strings=(), start=2, begins=('ad', 'nor', 'now'), least=2, most=18)
    >>> needs(r"(?:^|(?<=[.!?] ))Help [^.]+")
    Needs(strings=(), start=1, begins=('hel',), least=6, most=4294967296)
    """
    parsed = parser.parse(source, 0 if exact else re.IGNORECASE)
    strings = tuple(sorted(_needed(parsed) or ()))
    least, most = parsed.getwidth()
    ends = parsed[-1:] and parsed[-1] in ((op.AT, op.AT_END), (op.AT, op.AT_END_STRING))
    most = min(most + 1, ENDLESS) if ends else ENDLESS  # a line end may follow
    start = ANYWHERE if parsed.state.flags & re.MULTILINE else _start(parsed)
    if start == ANYWHERE:
        return Needs(strings, start, (), least, most)
    open_, closed = begins_of(parsed, {""})
    every = tuple(sorted(open_ | closed))
    if "" in every or len(every) > MOST_BEGINS:
        every = ()
    if every and not RARE * frequency(every) > frequency(strings) > 0:
        strings = ()
    return Needs(strings, start, every, least, most)


def _start(parsed: Any) -> int:
    """Where in a text does the pattern begin to match?"""
    first: Any = parsed[0] if len(parsed) else (None, None)
    if first == (op.AT, op.AT_BEGINNING):
        return LINE
    branches = first[1][1] if first[0] is op.BRANCH else [[first]]
    known = all(
        branch and (branch[0] == (op.AT, op.AT_BEGINNING) or _is_sentence(*branch[0]))
        for branch in branches
    )
    return SENTENCE if known else ANYWHERE


def _is_sentence(code: Any, value: Any) -> bool:
    """Does this look back at a sign and a blank?"""
    if code is not op.ASSERT or value[0] != -1:
        return False
    seen = list(value[1])[-2:]
    if len(seen) < 2 or seen[1] != (op.LITERAL, ord(" ")) or seen[0][0] not in CLASSES:
        return False
    return all(one == SIGN or NO_WORD_RE.fullmatch(one) for one in members_of(*seen[0]))


def frequency(strings: Iterable[str]) -> float:
    """
    Guess how often any of the strings stands in a line: a letter more, three times less.

    Brackets and the like, and what is not ASCII, count for more; a blank is everywhere.
    """
    return sum(3.0 ** -_weight(string) for string in strings)


def _weight(string: str) -> int:
    return sum(3 if one in RARE_SIGNS or one >= OTHER else one != " " for one in string)


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
        elif code is op.IN and all(kind is op.LITERAL for kind, _ in value):
            best = _better(best, frozenset(fold_case(chr(one)) for _, one in value))
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
    """Return the set that is rarer in a text."""
    sets = [s for s in (one, other) if s and len(s) <= MOST and min(map(_weight, s)) >= SHORTEST]
    return min(sets, key=frequency, default=None)
