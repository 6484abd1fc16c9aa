r"""
What a text must be like for a pattern to match: how long, and which strings it must hold.

They skip work and never change a result. A text is scanned as `prepared`: folded, so that whatever
`re.IGNORECASE` takes for equal is equal, and with a sign where it begins and ends, so that a string
knows its place.
"""

import re
from functools import lru_cache
from math import fsum
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser
from typing import Any, NamedTuple

from cleaner.folding import fold_case
from cleaner.frequencies import ALIKE, BEGIN, END, frequency
from cleaner.parts import (
    DIGIT_RE,
    Reading,
    alternatives,
    held_by,
    sequence,
)
from cleaner.stringsets import LEAD_RE, LONGEST, Strings

ALTERNATIVES = (1, 12, 100)  # in which a pattern is taken apart, until it is rare; the rarest count
STRINGS = 1000  # of one pattern, unless it is taken for one alternative
FEWEST = 1.2  # how often the strings of a pattern may stand in a line, to be worth a scan
COMMONEST = (0.12, 0.04)  # and each of them, and each of the others beside them
RARE = 0.02  # as rare as that, the strings need no company, and a pattern is not taken apart
EDGES_RE = re.compile(f"[{BEGIN}{END}]")
FOLDING = bytes.maketrans(*(characters.encode() for characters in ALIKE))
LINES_RE = re.compile(r"\(\?[a-zA-Z]*m")  # a flag with which ^ and $ are no edges of the text
OPENING_RE = re.compile(r"[^\w\s] ")  # before a sentence
ENDLESS = 1 << 32  # characters


class Shape(NamedTuple):
    """
    A match takes from `least` to `most` characters; does it begin and end with the text, or at
    least open a sentence: after a sign and a blank, if not with the text?
    """

    begins: bool = False
    ends: bool = False
    least: int = 0
    most: int = ENDLESS
    opens: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """How many characters a text may have."""
        return self.least, self.most if self.begins and self.ends else ENDLESS


def shape_of(source: str, exact: bool = False) -> Shape:
    r"""
    Find out where in a text a pattern can match.

    >>> shape_of(r"^By \w{2,9}$").size, shape_of(r"^By \w{2,9}").size
    ((5, 13), (5, 4294967296))
    """
    parsed = parser.parse(source, 0 if exact else re.IGNORECASE)
    return Shape(least=parsed.getwidth()[0]) if LINES_RE.search(source) else _shape(parsed)


def _shape(items: parser.SubPattern) -> Shape:
    least, most = items.getwidth()
    if not len(items):
        return Shape()
    branches = items[0][1][1] if items[0][0] is op.BRANCH else [[items[0]]]
    firsts = [branch[0] if len(branch) else None for branch in branches]
    begins = all(first == (op.AT, op.AT_BEGINNING) for first in firsts)
    opens = all(first == (op.AT, op.AT_BEGINNING) or _is_after_sign(first) for first in firsts)
    ends = items[-1] in ((op.AT, op.AT_END), (op.AT, op.AT_END_STRING))
    most = min(most + ends, ENDLESS)  # a line end may follow
    return Shape(begins, ends, least, most, opens)


def _is_after_sign(item: Any) -> bool:
    """Is this a look behind for a sign, such as a full stop, and a blank?"""
    if item is None or item[0] is not op.ASSERT or item[1][0] > 0:
        return False
    sign, blank = [None, None, *item[1][1]][-2:]
    signs = sign[1] if sign and sign[0] is op.IN else [sign]
    return blank == (op.LITERAL, ord(" ")) and all(
        one and one[0] is op.LITERAL and OPENING_RE.fullmatch(chr(one[1]) + " ") for one in signs
    )


class Way(NamedTuple):
    """
    A way to match: in a text of `least` to `most` characters that holds one of the strings of each
    group. There are two groups where the first is common, and none where nothing is known but that
    there is a `digit`, perhaps.
    """

    least: int
    most: int
    digit: bool
    groups: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=8192)
def ways(source: str, exact: bool = False) -> tuple[Way, ...]:
    r"""
    Return the ways in which a text, `prepared`, can match a pattern.

    >>> ways(r"^(?:Read|Lesen) more$")
    (Way(least=9, most=11, digit=False, groups=(('\x01lesen mor', '\x01read more'),)),)
    >>> [way.groups for way in ways(r"\d+|^\W{0,9}(?:Ad|No[rw] this)$")]
    [(), (('\x01ad\x02',),), (('\x01nor this\x02', '\x01now this\x02'),)]
    """
    parsed = parser.parse(source, 0 if exact else re.IGNORECASE)
    reading = Reading(bool(LINES_RE.search(source)), {})
    best: tuple[Way, ...] = ()
    least = float("inf")
    for most in ALTERNATIVES:
        found = tuple(dict.fromkeys(_way(items, reading) for items in alternatives(parsed, most)))
        strings = {string for way in found for group in way.groups for string in group}
        if best and len(strings) > STRINGS:
            break
        if (chance := fsum(map(_chance, found))) < least:
            best, least = found, chance
        if least <= RARE:
            break
    return best


def _chance(way: Way) -> float:
    """Guess how often a line is as a way needs it."""
    if not way.groups:
        return (0.3 if way.most < ENDLESS else 1) * (0.3 if way.digit else 1)
    return min(map(frequency, way.groups))


def _way(items: parser.SubPattern, reading: Reading) -> Way:
    held = held_by(sequence(items, reading))
    digit = any(all("0" in string for string in group) for group in held)
    groups = [
        group
        for group, most in zip(held, COMMONEST, strict=False)
        if frequency(group) <= FEWEST and all(frequency([one]) <= most for one in group)
    ]
    if len(groups) > 1 and (frequency(groups[0]) < RARE or _follows(*groups)):
        groups.pop()
    shape = Shape(least=items.getwidth()[0]) if reading.lines else _shape(items)
    least, most = shape.size
    return Way(least, most, digit, tuple(tuple(sorted(group)) for group in groups))


def _follows(one: Strings, other: Strings) -> bool:
    """Does a text that holds one of some strings hold one of others anyway?"""
    return all(any(part in string for part in other) for string in one)


def prepared(text: str) -> bytes:
    r"""
    Return what is scanned for a text: from its first word on, and all before it once more.

    >>> prepared("(Read 2 More)")
    b'\x01read 0 more)\x02\x01(read 0 mor\x02'
    """
    text = fold_case(text.strip())
    if BEGIN in text or END in text:
        text = EDGES_RE.sub("\3", text)
    if not text.isascii():
        text = DIGIT_RE.sub("0", text)
    ends = f"{BEGIN}{text}{END}"
    if not text[:1].isalnum() and (start := LEAD_RE.match(text).end()):  # type: ignore[union-attr]
        ends = f"{BEGIN}{text[start:]}{END}{BEGIN}{text[: start + LONGEST]}{END}"
    return encoded(ends).translate(FOLDING)


def encoded(text: str) -> bytes:
    """Encode a text; a lone surrogate is no error."""
    return text.encode("utf-8", "surrogatepass")
