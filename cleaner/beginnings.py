"""
What a pattern may begin with: the first characters of a word, where a line or a sentence begins.

A beginning is three characters at most, folded, after any characters that are of no word. Digits
are all one, and what is not ASCII is told apart only as letters and signs, so that beginnings stay
few.
"""

import re
from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

from cleaner.folding import SPECIAL, fold_case

MOST_BEGINS = 4000
BEGIN = 3  # characters of a beginning; two are shared by too many words
SPELLED = 30  # characters of a class that are tried one by one inside a beginning
LEAD_RE = re.compile(r"[\W_]*")  # what a pattern may skip before the first word
SENTENCE_RE = re.compile(r"(?<=[^\w\s]) ")  # before a sentence, and other places
DIGIT_RE = re.compile("[0-9]")  # all stand for one in beginnings: dates would be thousands
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
CLASSES = (op.IN, op.ANY, op.LITERAL, op.NOT_LITERAL)
OTHER = "\x80"  # stands for every letter and digit that is not ASCII
SIGN = "\x81"  # stands for every other character that is not ASCII
LEAD = "\x82"  # begins a text that does not begin with a word
ASCII = tuple(map(chr, range(128)))
CATEGORIES = {
    op.CATEGORY_DIGIT: re.compile(r"\d"), op.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    op.CATEGORY_SPACE: re.compile(r"\s"), op.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    op.CATEGORY_WORD: re.compile(r"\w"), op.CATEGORY_NOT_WORD: re.compile(r"\W"),
}  # fmt: skip


def beginnings(folded: str, at: int = 0) -> set[str]:
    r"""
    Return what a pattern may begin with to match a folded text from a place on.

    >>> sorted(beginnings("... read more")), sorted(beginnings("9 may"))
    (['', 'r', 're', 'rea', '\x82'], ['', '0', '0 ', '0 m'])
    """
    start = LEAD_RE.match(folded, at).end()  # type: ignore[union-attr]
    begin = DIGIT_RE.sub("0", folded[start : start + BEGIN])
    found = {"", begin[:1], begin[:2], begin}
    if start > at:
        found.add(LEAD)
    if begin[:1] >= OTHER:
        found.add(OTHER)
    return found


def sentences(folded: str) -> set[str]:
    r"""
    Return what a pattern may begin with to match where a sentence may begin.

    >>> sorted(sentences('he left. "go!" she said.') - beginnings("he "))
    ['g', 'go', 'go!', 's', 'sh', 'she', '\x82']
    """
    found = beginnings(folded)
    for sentence in SENTENCE_RE.finditer(folded):
        found |= beginnings(folded, sentence.end())
    return found


def begins_of(items: Iterable[Any], open_: set[str]) -> tuple[set[str], set[str]]:
    """
    Extend beginnings by what items match; return those that go on, and those that are known.

    A beginning is known when it is long enough, or when anything could follow.
    """
    closed: set[str] = set()
    for code, value in items:
        if not open_ or len(open_) + len(closed) > MOST_BEGINS:
            break
        if code in CLASSES:
            open_, done = _extended(open_, members_of(code, value))
        elif code is op.BRANCH:
            open_, done = _union(begins_of(branch, open_) for branch in value[1])
        elif code is op.SUBPATTERN:
            open_, done = begins_of(value[-1], open_)
        elif code in REPEATS:
            open_, done = _repeated(value, open_)
        elif code in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue
        else:
            open_, done = set(), open_
        closed |= done
    return open_, closed


def _repeated(value: Any, open_: set[str]) -> tuple[set[str], set[str]]:
    """Extend beginnings by a repeat: so often as it takes, since each that matters adds to them."""
    low, high, items = value
    ends = set() if low else set(open_)
    closed: set[str] = set()
    seen: set[str] = set()
    for count in range(1, min(high, BEGIN + low + 1) + 1):
        open_, done = begins_of(items, open_)
        closed |= done
        if count >= low:
            ends |= open_
        if open_ <= seen and count >= low:
            break
        seen |= open_
        if len(seen) > MOST_BEGINS:
            return set(), {""}
    return ends, closed


def _union(pairs: Iterable[tuple[set[str], set[str]]]) -> tuple[set[str], set[str]]:
    every = list(pairs)
    return set().union(*(a for a, _ in every)), set().union(*(b for _, b in every))


def _extended(open_: set[str], members: set[str]) -> tuple[set[str], set[str]]:
    """Add each character of a class to each beginning; before a word, other characters are lost."""
    words = {one for one in members if one == OTHER or not LEAD_RE.fullmatch(one)}
    begun, other = open_ - {"", LEAD}, members & {OTHER, SIGN}
    if len(members) > SPELLED:
        made, known = set(), begun
    else:
        made, known = {b + one for b in begun for one in members - other}, begun if other else set()
    if open_ & {"", LEAD}:
        made |= {one for one in words - other if len(words) <= SPELLED}
        known = known | (words if len(words) > SPELLED else words & {OTHER})
        made |= {LEAD} if words != members else set()
    long = {one for one in made if len(one) >= BEGIN}
    return made - long, known | long


def members_of(code: Any, value: Any) -> set[str]:
    """Return the folded characters of a class."""
    items = value if code is op.IN else [(code, value)]
    negated = any(kind in (op.NEGATE, op.NOT_LITERAL, op.ANY) for kind, _ in items)
    inside = {c for c in ASCII if any(_holds(kind, one, c) for kind, one in items) != negated}
    kinds = {one if kind is op.CATEGORY else kind for kind, one in items}
    if negated:
        inside |= {SIGN} if op.CATEGORY_WORD in kinds else {OTHER, SIGN}
    inside |= {OTHER} if kinds & {op.CATEGORY_WORD, op.CATEGORY_DIGIT} else set()
    inside |= {SIGN} if kinds & {op.CATEGORY_SPACE, op.CATEGORY_NOT_WORD} else set()
    if kinds & {op.CATEGORY_NOT_DIGIT, op.CATEGORY_NOT_SPACE}:
        inside |= {OTHER, SIGN}
    for kind, one in items:
        if kind is op.LITERAL and not negated:
            inside.add(chr(one))
        elif kind is op.RANGE and one[1] >= 128:
            inside |= {OTHER, SIGN, *SPECIAL}
    return {DIGIT_RE.sub("0", fold_case(character)[0]) for character in inside}


def _holds(kind: Any, value: Any, character: str) -> bool:
    if kind in (op.LITERAL, op.NOT_LITERAL):
        return ord(character) == int(value)
    if kind is op.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return kind is op.CATEGORY and bool(CATEGORIES[value].match(character))
