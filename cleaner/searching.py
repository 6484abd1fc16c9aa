"""
Which patterns match a line: the search, and what spares it.

A pattern sees the stripped shadow of one line (of one paragraph for `scope = "block"`), so what
matches depends on that line alone, and a line seen before is not searched again.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from re import Match, Pattern
from typing import NamedTuple

from cleaner.prefilter import ENDLESS, OPENING_RE
from cleaner.prose import count_words
from cleaner.rules import Rule, Scope
from cleaner.scanning import Scanner

# What a rule may take when it sets no `max_words` of its own: longer text is more likely an article
# about the thing than the thing.
MAX_WORDS: dict[Scope, int] = {"span": 100, "line": 40, "block": 120, "region": 300}
WORD_LENGTH = 30  # characters; a text of longer words is no text, and costs patterns too much

MEMORY = 4_000_000  # characters of lines whose hits are remembered, and as many before them
Find = Callable[[str], Match[str] | None]

LINE = 200  # characters that remembering a line costs beside its own


class Hit(NamedTuple):
    """
    The pattern of a rule matches `start:end` of a line or paragraph.

    `stands` says what the guards `max_words` and `unless` make of it, where what would go is known:
    the line, or the match.
    """

    rule: Rule
    start: int
    end: int
    stands: bool = True


class Searcher:
    """Lists the hits of rules on texts, in the order of the rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._scanner = Scanner(self.rules)
        self._longest = [_longest(rule) for rule in self.rules]
        self._finders: list[Find | None] = [None] * len(self.rules)
        self._known: dict[str, tuple[Hit, ...]] = {}
        self._before: dict[str, tuple[Hit, ...]] = {}
        self._size = 0  # of what is known, in characters
        self._most = MEMORY  # or what the last document took, if that is more

    def of(self, texts: Sequence[str]) -> list[tuple[Hit, ...]]:
        """Return the hits on each of the texts of a document, which are scanned together."""
        self._most = max(MEMORY, sum(map(len, texts)) + LINE * len(texts))
        if not self.rules:
            return [()] * len(texts)
        found = dict(zip(texts, map(self._known.get, texts), strict=True))
        new = [text for text, hits in found.items() if hits is None]
        found.update((text, self._recalled(text)) for text in new)
        new = [text for text in new if found[text] is None]
        if new:
            candidates = self._scanner.candidates(new)
            for text, numbers in zip(new, candidates, strict=True):
                found[text] = self._remembered(text, self._confirmed(text, numbers))
        return [found[text] or () for text in texts]

    def _confirmed(self, text: str, candidates: Sequence[int]) -> tuple[Hit, ...]:
        if not candidates:
            return ()
        size, hits = len(text), []
        words = max(count_words(text), size / WORD_LENGTH)
        longest, finders = self._longest, self._finders
        for number in candidates:
            if words <= longest[number]:
                find = finders[number] or self._finder(number)
                if found := find(text):
                    rule = self.rules[number]
                    every = (found,) if rule.scope != "span" else _all(rule, text)
                    hits += [_hit(rule, text, *one.span()) for one in every]
        return tuple(hits)

    def _finder(self, number: int) -> Find:
        """Compile the pattern of a rule when it is first tried: few of them ever are."""
        rule, shape = self.rules[number], self._scanner.shapes[number]
        pattern = rule.compiled(rule.pattern)
        # `search` would try an anchored pattern at every character of the text.
        find: Find = pattern.match if shape.begins else pattern.search
        if shape.ends and not shape.begins and shape.most < ENDLESS:
            find = partial(_search_end, pattern, shape.most)
        elif shape.opens and not shape.begins:
            find = partial(_search_openings, pattern)
        self._finders[number] = find
        return find

    def _recalled(self, text: str) -> tuple[Hit, ...] | None:
        """Return the hits on a text that was seen some time ago."""
        hits = self._before.get(text)
        return hits if hits is None else self._remembered(text, hits)

    def _remembered(self, text: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """Remember hits, since stages look at lines again; the oldest half goes when it is much."""
        if self._size > self._most:
            self._before, self._known, self._size = self._known, {}, 0
        self._known[text] = hits
        self._size += len(text) + LINE
        return hits


def _search_end(pattern: Pattern[str], most: int, text: str) -> Match[str] | None:
    """Search where a match that ends with the text can begin; look-behinds see what is before."""
    return pattern.search(text, max(0, len(text) - most))


def _search_openings(pattern: Pattern[str], text: str) -> Match[str] | None:
    """Search where a sentence can begin."""
    found = pattern.match(text)
    if not found:
        for opening in OPENING_RE.finditer(text):
            if found := pattern.match(text, opening.end()):
                break
    return found


def max_words(rule: Rule) -> int:
    """Return how many words a rule may take."""
    return rule.max_words or MAX_WORDS[rule.scope]


def max_length(rule: Rule) -> float:
    """Return the longest text, in characters, that the pattern of a rule is tried on."""
    return _longest(rule) * WORD_LENGTH


def _longest(rule: Rule) -> float:
    """Return how many words a text may have for a rule to be worth a search."""
    return float("inf") if rule.scope == "span" else max_words(rule)


def spares(rule: Rule, going: str) -> bool:
    """Do the guards `max_words` and `unless` of a rule spare what would go?"""
    most = max_words(rule)
    if len(going) > most * WORD_LENGTH or count_words(going) > most:
        return True
    return bool(rule.unless and rule.compiled(rule.unless).search(going))


def _hit(rule: Rule, text: str, start: int, end: int) -> Hit:
    if rule.scope == "line":
        return Hit(rule, start, end, not spares(rule, text))
    if rule.scope == "span":
        return Hit(rule, start, end, not spares(rule, text[start:end].strip()))
    return Hit(rule, start, end)


def _all(rule: Rule, text: str) -> Iterable[Match[str]]:
    return rule.compiled(rule.pattern).finditer(text)
