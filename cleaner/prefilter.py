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

SHORTEST = 2  # characters; a single one stands in every text, unless it is of another script
MOST = 400  # strings for one pattern
MOST_BEGINS = 4000
RARE = 0.3  # how much rarer than beginnings strings must be to be looked for, too
BEGIN = 3  # characters of a beginning; two are shared by too many words
ENDLESS = 1 << 32  # characters
SPELLED = 30  # characters of a class that are tried one by one inside a beginning
ANYWHERE, SENTENCE, LINE = range(3)
RARE_SIGNS = "()[]{}<>#@|\\^~=+*$%&"
LEAD_RE = re.compile(r"[\W_]*")  # what a pattern may skip before the first word
NO_WORD_RE = re.compile(r"[^\w\s]")
SENTENCE_RE = re.compile(r"(?<=[^\w\s]) ")  # before a sentence, and other places
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
CLASSES = (op.IN, op.ANY, op.LITERAL, op.NOT_LITERAL)
OTHER = "\x80"  # stands for every letter and digit that is not ASCII
SIGN = "\x81"  # stands for every other character that is not ASCII
LEAD = "\x82"  # begins a text that does not begin with a word
DIGIT_RE = re.compile("[0-9]")  # all stand for one in beginnings: dates would be thousands
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
    open_, closed = _begins(parsed, {""})
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
    return all(one == SIGN or NO_WORD_RE.fullmatch(one) for one in _members(*seen[0]))


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


def _begins(items: Iterable[Any], open_: set[str]) -> tuple[set[str], set[str]]:
    """
    Extend beginnings by what items match; return those that go on, and those that are known.

    A beginning is known when it is long enough, or when anything could follow.
    """
    closed: set[str] = set()
    for code, value in items:
        if not open_ or len(open_) + len(closed) > MOST_BEGINS:
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
    return {DIGIT_RE.sub("0", fold_case(character)[0]) for character in inside}


def _holds(kind: Any, value: Any, character: str) -> bool:
    if kind in (op.LITERAL, op.NOT_LITERAL):
        return ord(character) == int(value)
    if kind is op.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return kind is op.CATEGORY and bool(CATEGORIES[value].match(character))
