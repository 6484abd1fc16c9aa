r"""
What a text must hold for a pattern to match: the cheap questions before a search.

They skip work and never change a result: texts and strings are folded so that whatever
`re.IGNORECASE` takes for equal is equal. The strings of all rules are looked for in one scan.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _casefix as casefix  # type: ignore[attr-defined]
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

SHORTEST = 2  # characters; a single one stands in every text
MOST = 400  # strings for one pattern
LINE = 40  # how many times likelier a string stands somewhere in a line than at its beginning
BEGIN = 3  # characters of a beginning; two are shared by too many words
SPELLED = 30  # characters of a class that are tried one by one inside a beginning
LEAD_RE = re.compile(r"[\W_]*")  # what a pattern may skip before the first word
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
CLASSES = (op.IN, op.ANY, op.LITERAL, op.NOT_LITERAL)
OTHER = "\x80"  # stands for every letter and digit that is not ASCII
SIGN = "\x81"  # stands for every other character that is not ASCII
ASCII = tuple(map(chr, range(128)))
CATEGORIES = {
    op.CATEGORY_DIGIT: re.compile(r"\d"), op.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    op.CATEGORY_SPACE: re.compile(r"\s"), op.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    op.CATEGORY_WORD: re.compile(r"\w"), op.CATEGORY_NOT_WORD: re.compile(r"\W"),
}  # fmt: skip

# What `re` equates beyond lowering (the long s and s, the dotless i and i), by its own table; and
# two letters whose lower case is longer, or depends on their place.
_EQUATED = {code: min(code, *codes) for code, codes in casefix._EXTRA_CASES.items()}
SPECIAL = {chr(code): chr(to) for code, to in _EQUATED.items() if code != to}
SPECIAL |= {"İ": "i", "Σ": SPECIAL.get("σ", "σ")}
SPECIAL_RE = re.compile("[" + "".join(map(re.escape, SPECIAL)) + "]")


class Needs(NamedTuple):
    """
    What a pattern needs to match: one of the strings, if any, anywhere in the text.

    Of an anchored pattern we may know more: after any characters that are of no word, one of
    `begins` stands at the beginning of the text; an empty one says nothing.
    """

    strings: tuple[str, ...]
    anchored: bool
    begins: tuple[str, ...] = ()

    def may_match(self, folded: str) -> bool:
        """Could the pattern match the text that was folded?"""
        if self.begins:
            return bool(set(self.begins).intersection(beginnings(folded)))
        return not self.strings or any(string in folded for string in self.strings)


def beginnings(folded: str) -> tuple[str, ...]:
    """
    Return what a pattern may begin with to match a folded text.

    >>> beginnings("... read more")
    ('', 'r', 're', 'rea')
    """
    start = LEAD_RE.match(folded).end()  # type: ignore[union-attr]
    begin = folded[start : start + BEGIN]
    more = (OTHER,) if begin[:1] >= OTHER else ()
    return ("", *(begin[:size] for size in range(1, len(begin) + 1)), *more)


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
def needs(source: str, exact: bool = False) -> Needs:
    r"""
    Find out what a pattern needs to match.

    >>> needs(r"(?:Read|Lesen) more\b.*")
    Needs(strings=(' more',), anchored=False, begins=())
    >>> needs(r"^\W{0,9}(?:Ad|No[rw] this)$")
    Needs(strings=(), anchored=True, begins=('ad', 'nor', 'now'))
    """
    parsed = parser.parse(source, 0 if exact else re.IGNORECASE)
    strings = tuple(sorted(_needed(parsed) or ()))
    if next(iter(parsed), None) != (op.AT, op.AT_BEGINNING) or parsed.state.flags & re.MULTILINE:
        return Needs(strings, False)
    open_, closed = _begins(parsed, {""})
    every = tuple(sorted(open_ | closed))
    if "" in every or len(every) > MOST:
        every = ("",)
    rarer = strings and LINE * frequency(strings) < frequency(every)
    return Needs(strings, True) if rarer else Needs((), True, every)


def frequency(strings: Iterable[str]) -> float:
    """Guess how often any of the strings stands in a line: a letter more, three times less."""
    return sum(3.0 ** -len(string) for string in strings)


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
    """Return the set that is rarer in a text."""
    sets = [s for s in (one, other) if s and len(s) <= MOST and min(map(len, s)) >= SHORTEST]
    return min(sets, key=frequency, default=None)


def _begins(items: Iterable[Any], open_: set[str]) -> tuple[set[str], set[str]]:
    """
    Extend beginnings by what items match; return those that go on, and those that are known.

    A beginning is known when it is long enough, or when anything could follow.
    """
    closed: set[str] = set()
    for code, value in items:
        if not open_ or len(open_) + len(closed) > MOST:
            break
        if code in CLASSES:
            open_, done = _extended(open_, _members(code, value))
        elif code is op.BRANCH:
            open_, done = _union(_begins(branch, open_) for branch in value[1])
        elif code is op.SUBPATTERN:
            open_, done = _begins(value[-1], open_)
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
        open_, done = _begins(items, open_)
        closed |= done
        if count >= low:
            ends |= open_
        if open_ <= seen and count >= low:
            break
        seen |= open_
        if len(seen) > MOST:
            return set(), {""}
    return ends, closed


def _union(pairs: Iterable[tuple[set[str], set[str]]]) -> tuple[set[str], set[str]]:
    every = list(pairs)
    return set().union(*(a for a, _ in every)), set().union(*(b for _, b in every))


def _extended(open_: set[str], members: set[str]) -> tuple[set[str], set[str]]:
    """Add each character of a class to each beginning; before a word, other characters are lost."""
    words = {one for one in members if one == OTHER or not LEAD_RE.fullmatch(one)}
    begun, other = open_ - {""}, members & {OTHER, SIGN}
    if len(members) > SPELLED:
        made, known = set(), begun
    else:
        made, known = {b + one for b in begun for one in members - other}, begun if other else set()
    if "" in open_:
        made |= {one for one in words - other if len(words) <= SPELLED}
        known = known | (words if len(words) > SPELLED else words & {OTHER})
        made |= {""} if words != members else set()
    long = {one for one in made if len(one) >= BEGIN}
    return made - long, known | long


def _members(code: Any, value: Any) -> set[str]:
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
    return {fold_case(character)[0] for character in inside}


def _holds(kind: Any, value: Any, character: str) -> bool:
    if kind in (op.LITERAL, op.NOT_LITERAL):
        return ord(character) == int(value)
    if kind is op.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return kind is op.CATEGORY and bool(CATEGORIES[value].match(character))
