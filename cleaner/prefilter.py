r"""
What a text must hold for a pattern to match: strings, one of which it cannot do without.

They skip work and never change a result. Of each part of a pattern we know what it may be, how it
may begin and end, and what it must hold (the method of R. Cox, "Regular Expression Matching with a
Trigram Index", 2012); parts that follow each other make longer strings, and the set is taken that
seems rarest. A text is scanned as `prepared`: folded, so that whatever `re.IGNORECASE` takes for
equal is equal, and with a sign where it begins and ends, so that a string knows its place.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from itertools import accumulate, product
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from cleaner.folding import fold_case

BEGIN, END = "\1", "\2"  # no NUL, which ends a string for Hyperscan
LONGEST = 16  # characters of a string; what follows tells little more
MOST = 200  # strings for one pattern
CUTS = (LONGEST, 8, 5, 4, 3, 2, 1, 0)  # lengths tried where strings would be too many
FEWEST = 1.2  # how often the strings of a pattern may stand in a line, to be worth a scan
COMMONEST = (0.12, 0.04)  # and each of them, and each of the others beside them
RARE = 0.01  # as rare as that, the strings need no company
COUNTED = 3  # repeats that are told apart
SPELLED = 6  # characters of a class that are told apart
DIGIT_RE = re.compile(r"\d")  # all are scanned as one, since dates and counts are many
EDGES_RE = re.compile(f"[{BEGIN}{END}]")
LEAD_RE = re.compile(rf"(?:[^\w{BEGIN}{END}]|_)*")  # what patterns often skip before the first word
WEIGHTS = {BEGIN: 5, END: 5, " ": 0, "0": 0.6, ".": -1, "/": 2.2, "|": 2.2} | dict.fromkeys(
    "()[]{}<>#@\\^~=+*$%&", 3
)
LINES_RE = re.compile(r"\(\?[a-zA-Z]*m")  # a flag with which ^ and $ are no edges of the text
BEGINS = (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
ENDS = (op.AT_END, op.AT_END_STRING)
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
Strings = frozenset[str]
NOTHING: Strings = frozenset({""})
USELESS: Strings = frozenset({"", " ", BEGIN, END})


class Part(NamedTuple):
    """
    What is known of a part of a pattern: all that it may be (`exact`), if that is little; how it
    begins and ends, where "" is anything; strings one of which it holds (`held`: two such sets, the
    rarest); whether it takes nothing but a text's `lead`.
    """

    exact: Strings | None = None
    begins: Strings = NOTHING
    ends: Strings = NOTHING
    held: tuple[Strings, ...] = ()
    lead: bool = False


EMPTY = Part(NOTHING, lead=True)


@lru_cache(maxsize=8192)
def needed(source: str, exact: bool = False) -> tuple[tuple[str, ...], ...]:
    r"""
    Return strings of which a text, `prepared`, must hold one, and where these are common, others of
    which it must hold one, too; nothing where nothing is known.

    >>> needed(r"(?:Read|Lesen) more\b.*"), needed(r"\d+")
    ((('lesen more', 'read more'),), ())
    >>> needed(r"^\W{0,9}(?:Ad|No[rw] this)$")
    (('\x01ad\x02', '\x01nor this\x02', '\x01now this\x02'),)
    """
    parsed = parser.parse(source, 0 if exact else re.IGNORECASE)
    part = _sequence(parsed, bool(LINES_RE.search(source)))
    groups = [
        group
        for group, most in zip(_held(part), COMMONEST, strict=False)
        if frequency(group) <= FEWEST and max(map(_frequency, group)) <= most
    ]
    if len(groups) > 1 and (frequency(groups[0]) < RARE or _follows(*groups)):
        groups.pop()
    return tuple(tuple(sorted(group)) for group in groups)


def _follows(one: Strings, other: Strings) -> bool:
    """Does a text that holds one of some strings hold one of others anyway?"""
    return all(any(part in string for part in other) for string in one)


def prepared(text: str) -> str:
    r"""
    Return what is scanned for a text: from its first word on, and all before it once more.

    >>> prepared("(Read More)")
    '\x01read more)\x02\x01(read more)\x02'
    """
    text = EDGES_RE.sub("\3", text.strip())
    text = DIGIT_RE.sub("0", fold_case(text))
    start = LEAD_RE.match(text).end()  # type: ignore[union-attr]
    if not start:
        return f"{BEGIN}{text}{END}"
    return f"{BEGIN}{text[start:]}{END}{BEGIN}{text[: start + LONGEST]}{END}"


def frequency(strings: Iterable[str]) -> float:
    """
    Guess how often any of the strings stands in a line: a letter more, three times less.

    Brackets and the like, the ends of a text, and what is not ASCII count for more; a blank is
    everywhere, and a full stop tells less than nothing, since lines end with it.
    """
    return sum(map(_frequency, strings))


@lru_cache(maxsize=1 << 17)
def _frequency(string: str) -> float:
    return 3.0 ** -sum(map(WEIGHTS.get, string, map(_weight_of, string)))


def _weight_of(character: str) -> float:
    return 1 if character.isascii() else 3


def _sequence(items: Iterable[Any], lines: bool) -> Part:
    return reduce(_joined, (_part(code, value, lines) for code, value in items), EMPTY)


def _part(code: Any, value: Any, lines: bool) -> Part:
    if code is op.LITERAL:
        return _spelled({chr(value)})
    if code in (op.IN, op.NOT_LITERAL, op.ANY):
        return _class(value if code is op.IN else [(code, value)])
    if code is op.SUBPATTERN:
        return _sequence(value[-1], lines)
    if code is op.ATOMIC_GROUP:
        return _sequence(value, lines)
    if code is op.BRANCH:
        return reduce(_either, (_sequence(branch, lines) for branch in value[1]))
    if code in REPEATS:
        low, high, items = value
        return _repeated(low, high, _sequence(items, lines))
    if code is op.AT and not lines:
        edge = {BEGIN} if value in BEGINS else {END} if value in ENDS else set()
        return _spelled(edge) if edge else EMPTY
    if code is op.ASSERT:
        return EMPTY._replace(held=_held(_sequence(value[1], lines)))
    return EMPTY if code in (op.AT, op.ASSERT_NOT) else Part()


def _spelled(characters: Iterable[str]) -> Part:
    folded = frozenset(DIGIT_RE.sub("0", fold_case(one)) for one in characters)
    lead = all(LEAD_RE.fullmatch(character) for character in folded)
    return Part(folded, folded, folded, lead=lead)


def _class(items: Sequence[Any]) -> Part:
    """Return the characters of a class, if they are few."""
    kinds = {kind for kind, _ in items}
    if all(map(_is_digit, items)):
        return _spelled("0")
    if kinds == {op.LITERAL} and len(items) <= SPELLED:
        return _spelled(chr(code) for _, code in items)
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
        powers = accumulate([NOTHING, *[exact] * high], _product)
        every: Strings = frozenset().union(*list(powers)[low:])
        return Part(every, every, every, part.held if low else (), part.lead)
    if not low:
        return Part(lead=part.lead)
    return Part(None, part.begins, part.ends, _held(part), part.lead)


def _either(one: Part, other: Part) -> Part:
    exact = None
    if one.exact is not None and other.exact is not None:
        exact = one.exact | other.exact
    held = tuple(mine | others for mine, others in zip(_held(one), _held(other), strict=False))
    begins, ends = one.begins | other.begins, one.ends | other.ends
    return _limited(Part(exact, begins, ends, held, one.lead and other.lead))


def _joined(one: Part, other: Part) -> Part:
    """Return what is known of two parts that follow each other."""
    held = _rarest(*one.held, *other.held)
    if one.exact == frozenset({BEGIN}) and other.lead:  # a text is scanned from its first word on
        return one._replace(held=held)
    lead = one.lead and other.lead
    if one.exact is not None and other.exact is not None:
        both = _product(one.exact, other.exact)
        if len(both) <= MOST:
            return Part(both, both, both, held, lead)
    begins = one.begins if one.exact is None else _crossed(one.exact, other.begins)
    ends = other.ends if other.exact is None else _crossed(one.ends, other.exact, end=True)
    across = _across(one.ends, other.begins)
    sure = map(_trimmed, (one.exact, other.exact, begins, ends, across))
    return Part(None, begins, ends, _rarest(*held, *sure), lead)


def _product(one: Strings, other: Strings) -> Strings:
    """Join each string to each; the same edge twice is one, and what follows is lead."""
    return frozenset(_tidy(a + b) for a, b in product(one, other))


def _tidy(string: str) -> str:
    if string[:1] == BEGIN:
        string = string.lstrip(BEGIN)
        string = BEGIN + string[LEAD_RE.match(string).end() :]  # type: ignore[union-attr]
    return string.rstrip(END) + END if string[-1:] == END else string


def _crossed(one: Strings, other: Strings, *, end: bool = False) -> Strings:
    """Return how two parts begin, or end, cut short where it would be too much."""
    every = _product(one, other)
    return next(short for cut in CUTS if len(short := _cut(every, cut, end)) <= MOST)


def _across(ends: Strings, begins: Strings) -> Strings | None:
    """Return what stands where two parts meet, cut short where it would be too much."""
    for cut in CUTS:
        before, after = _cut(ends, cut, end=True), _cut(begins, cut)
        if len(before) * len(after) <= MOST:
            return _product(before, after)
    return None


def _cut(strings: Strings, size: int, end: bool = False) -> Strings:
    return frozenset(s[max(0, len(s) - size) :] if end else s[:size] for s in strings)


def _limited(part: Part) -> Part:
    """Forget what is too much to know."""
    exact, begins, ends, held, lead = part
    if exact is not None and len(exact) > MOST:
        held = _rarest(*held, _trimmed(exact))
        exact = None
    begins, ends = _crossed(begins, NOTHING), _crossed(NOTHING, ends, end=True)
    return Part(exact, begins, ends, held, lead)


def _trimmed(strings: Strings | None) -> Strings | None:
    """Cut strings to what tells most: the rarer of their ends."""
    if strings is None or not strings.isdisjoint(USELESS):
        return None
    cut = frozenset(
        s if len(s) <= LONGEST else min(s[:LONGEST], s[-LONGEST:], key=lambda c: frequency([c]))
        for s in strings
    )
    return cut if len(cut) <= MOST else None


def _held(part: Part) -> tuple[Strings, ...]:
    """Return what a part holds, all that it may be considered."""
    return _rarest(*part.held, _trimmed(part.exact))


def _rarest(*sets: Strings | None) -> tuple[Strings, ...]:
    """Return the two sets that are rarest in a text."""
    useful = {s for s in sets if s and s.isdisjoint(USELESS)}
    return tuple(sorted(useful, key=lambda s: (frequency(s), sorted(s)))[:2])
