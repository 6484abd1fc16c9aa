r"""
What is known of the parts of a pattern, as `re` parses it.

Of each part we know what it may be, how it may begin and end, and strings one of which it must
hold (the method of R. Cox, "Regular Expression Matching with a Trigram Index", 2012). Parts that
follow each other make longer strings, and the sets are kept that seem rarest. Strings are of texts
as they are scanned (`prefilter.prepared`): folded; digits, ends of sentences and quotes each all
one; with a sign for each edge.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, groupby
from re import _constants as op  # type: ignore[attr-defined]
from re._parser import SubPattern  # type: ignore[import-not-found]
from typing import Any, NamedTuple

from cleaner.folding import fold_case
from cleaner.frequencies import ALIKE, BEGIN, END
from cleaner.stringsets import (
    LEAD_RE,
    MOST,
    NOTHING,
    Strings,
    across,
    crossed,
    product,
    rarest,
    trimmed,
)

COUNTED = 3  # repeats that are told apart
SPELLED = 6  # characters of a class that are told apart
DIGIT_RE = re.compile(r"\d")
FOLDING = str.maketrans(*ALIKE)
BEGINS = (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
ENDS = (op.AT_END, op.AT_END_STRING)
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


class Part(NamedTuple):
    """
    What is known of a part of a pattern: all that it may be (`exact`), if that is little; how it
    begins, and how the text up to its end ends, where "" is anything; strings one of which it holds
    (`held`: two such sets, the rarest); whether it takes nothing but a text's `lead`.
    """

    exact: Strings | None = None
    begins: Strings = NOTHING
    ends: Strings = NOTHING
    held: tuple[Strings, ...] = ()
    lead: bool = False


EMPTY = Part(NOTHING, lead=True)


class Reading(NamedTuple):
    """What is known of the parts of a pattern, by identity; with `lines`, ^ and $ are no edges."""

    lines: bool
    known: dict[tuple[Any, int], Part]


def sequence(items: Iterable[Any], reading: Reading) -> Part:
    """Return what is known of items that follow each other."""
    parts = []
    for is_literal, run in groupby(items, lambda item: item[0] is op.LITERAL):
        if is_literal:
            parts.append(_spelled(["".join(_folded(chr(code)) for _, code in run)]))
        else:
            parts += (_known(code, value, reading) for code, value in run)
    return reduce(_joined, parts, EMPTY)


def alternatives(items: SubPattern, most: int) -> Iterator[SubPattern]:
    """
    Take a pattern apart at its greatest choice, then what that gives: `^(a|b)$` is `^a$` or `^b$`.

    More is known of each than of all. There are `most` alternatives at the most.
    """
    places = [place for place, (code, _) in enumerate(items) if code is op.BRANCH]
    choices = [(len(items[place][1][1]), place) for place in places]
    count, place = max((choice for choice in choices if choice[0] <= most), default=(0, 0))
    if not count:
        yield items
        return
    for branch in items[place][1][1]:
        one = SubPattern(items.state, [*items[:place], *branch, *items[place + 1 :]])
        yield from alternatives(one, most // count)


def held_by(part: Part) -> tuple[Strings, ...]:
    """Return what a part holds, all that it may be considered."""
    return rarest(*part.held, trimmed(part.exact))


def _known(code: Any, value: Any, reading: Reading) -> Part:
    """Return what is known of a part, which is found out once, though many alternatives have it."""
    key = code, id(value)
    if key not in reading.known:
        reading.known[key] = _part(code, value, reading)
    return reading.known[key]


def _part(code: Any, value: Any, reading: Reading) -> Part:
    if code in (op.IN, op.NOT_LITERAL, op.ANY):
        return _class(value if code is op.IN else [(code, value)])
    if code is op.SUBPATTERN:
        return sequence(value[-1], reading)
    if code is op.ATOMIC_GROUP:
        return sequence(value, reading)
    if code is op.BRANCH:
        return reduce(_either, (sequence(branch, reading) for branch in value[1]))
    if code in REPEATS:
        low, high, items = value
        return _repeated(low, high, sequence(items, reading))
    if code is op.AT and not reading.lines:
        edge = {BEGIN} if value in BEGINS else {END} if value in ENDS else set()
        return _spelled(edge) if edge else EMPTY
    if code is op.ASSERT:
        part = sequence(value[1], reading)
        if value[0] < 0:  # what stands before
            return Part(ends=part.ends, held=held_by(part), lead=True)
        return EMPTY._replace(held=held_by(part))
    return EMPTY if code in (op.AT, op.ASSERT_NOT) else Part()


def _spelled(strings: Iterable[str]) -> Part:
    """Return a part that is one of some strings, which are folded."""
    exact = frozenset(strings)
    return Part(exact, exact, exact, lead=all(map(LEAD_RE.fullmatch, exact)))


def _folded(character: str) -> str:
    return DIGIT_RE.sub("0", fold_case(character)).translate(FOLDING)


def _class(items: Sequence[Any]) -> Part:
    """Return the characters of a class, if they are few."""
    kinds = {kind for kind, _ in items}
    if all(map(_is_digit, items)):
        return _spelled("0")
    if kinds == {op.LITERAL} and len(items) <= SPELLED:
        return _spelled(_folded(chr(code)) for _, code in items)
    words = any(value is op.CATEGORY_WORD for kind, value in items if kind is op.CATEGORY)
    if op.NEGATE in kinds:
        return Part(lead=words)
    return Part(lead=all(map(_is_lead, items)))


def _is_digit(item: tuple[Any, Any]) -> bool:
    kind, value = item
    if kind is op.RANGE:
        return chr(value[0]).isdecimal() and chr(value[1]).isdecimal() and value[1] - value[0] < 10
    return (kind, value) == (op.CATEGORY, op.CATEGORY_DIGIT)


def _is_lead(item: tuple[Any, Any]) -> bool:
    kind, value = item
    if kind is op.LITERAL:
        return bool(LEAD_RE.fullmatch(chr(value)))
    if kind is op.RANGE:
        few = value[1] - value[0] < 128
        return few and bool(LEAD_RE.fullmatch("".join(map(chr, range(value[0], value[1] + 1)))))
    return kind is op.CATEGORY and value in (op.CATEGORY_NOT_WORD, op.CATEGORY_SPACE)


def _repeated(low: int, high: int, part: Part) -> Part:
    exact = part.exact
    if exact is not None and high <= COUNTED and len(exact) ** high <= MOST:
        powers = accumulate([NOTHING, *[exact] * high], product)
        every: Strings = frozenset().union(*list(powers)[low:])
        return Part(every, every, every, part.held if low else (), part.lead)
    if not low:
        return Part(lead=part.lead)
    begins, ends, held = part.begins, part.ends, held_by(part)
    if exact is not None and len(exact) ** min(low, COUNTED) <= MOST:
        begins = ends = reduce(product, [exact] * min(low, COUNTED))
        held = rarest(*held, trimmed(begins))
    return Part(None, begins, ends, held, part.lead)


def _either(one: Part, other: Part) -> Part:
    exact = None
    if one.exact is not None and other.exact is not None:
        exact = one.exact | other.exact
    held = tuple(mine | others for mine, others in zip(held_by(one), held_by(other), strict=False))
    begins, ends = one.begins | other.begins, one.ends | other.ends
    return _limited(Part(exact, begins, ends, held, one.lead and other.lead))


def _joined(one: Part, other: Part) -> Part:
    """Return what is known of two parts that follow each other."""
    held = rarest(*one.held, *(held_by(other) if other.lead else other.held))
    if one.exact == frozenset({BEGIN}) and other.lead:  # a text is scanned from its first word on
        return one._replace(held=held)
    lead = one.lead and other.lead
    if one.exact is not None and other.exact is not None:
        both = product(one.exact, other.exact)
        if len(both) <= MOST:
            return Part(both, both, both, held, lead)
    begins = one.begins if one.exact is None else crossed(one.exact, other.begins)
    ends = other.ends if other.exact is None else crossed(one.ends, other.exact, end=True)
    meeting = across(one.ends, other.begins)
    sure = map(trimmed, (one.exact, other.exact, begins, ends, meeting))
    return Part(None, begins, ends, rarest(*held, *sure), lead)


def _limited(part: Part) -> Part:
    """Forget what is too much to know."""
    exact, begins, ends, held, lead = part
    if exact is not None and len(exact) > MOST:
        held = rarest(*held, trimmed(exact))
        exact = None
    begins, ends = crossed(begins, NOTHING), crossed(NOTHING, ends, end=True)
    return Part(exact, begins, ends, held, lead)
