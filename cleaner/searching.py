"""
Which patterns match a line: the search, and what spares it.

A pattern sees the stripped shadow of one line (of one paragraph for `scope = "block"`), so what
matches depends on that line alone, and a line seen before is not searched again.
"""

from collections.abc import Callable, Iterable
from re import Match
from typing import NamedTuple

from cleaner.memory import remembered
from cleaner.prefilter import fold_case, needs
from cleaner.prose import count_words
from cleaner.rules import Rule, Scope

# What a rule may take when it sets no `max_words` of its own: longer text is more likely an article
# about the thing than the thing.
MAX_WORDS: dict[Scope, int] = {"span": 100, "line": 40, "block": 120, "region": 300}
WORD_LENGTH = 30  # characters; a text of longer words is no text, and costs patterns too much

Find = Callable[[str], Iterable[Match[str]]]


class Hit(NamedTuple):
    """The pattern of a rule matches `start:end` of a line or paragraph."""

    rule: Rule
    start: int
    end: int


def searcher(rules: Iterable[Rule]) -> Callable[[str], tuple[Hit, ...]]:
    """Return what lists the hits of rules on a text, in their order."""
    finders = [(rule, _finder(rule), _longest(rule)) for rule in rules]

    @remembered
    def hits(text: str) -> tuple[Hit, ...]:
        size = max(count_words(text), len(text) / WORD_LENGTH)
        return tuple(
            Hit(rule, *found.span())
            for rule, find, longest in finders
            if size <= longest
            for found in find(text)
        )

    return hits


def max_words(rule: Rule) -> int:
    """Return how many words a rule may take."""
    return rule.max_words or MAX_WORDS[rule.scope]


def max_length(rule: Rule) -> float:
    """Return the longest text, in characters, that the pattern of a rule is tried on."""
    return _longest(rule) * WORD_LENGTH


def _longest(rule: Rule) -> float:
    """Return how many words a line may have for a rule to be worth a search."""
    return float("inf") if rule.scope == "span" else max_words(rule)


def _finder(rule: Rule) -> Find:
    """Return what finds a pattern: all of a span's, else the first, tried where it can begin."""
    pattern = rule.compiled(rule.pattern)
    need = needs(pattern)
    if need.anchored:
        return _first(pattern.match)  # `search` would try it at every character of the line

    def find_all(text: str) -> Iterable[Match[str]]:
        return pattern.finditer(text) if need.may_match(fold_case(text)) else ()

    def find_first(text: str) -> Iterable[Match[str]]:
        return search(text) if need.may_match(fold_case(text)) else ()

    search = _first(pattern.search)
    return find_all if rule.scope == "span" else find_first


def _first(search: "Callable[[str], Match[str] | None]") -> Find:
    def find(text: str) -> Iterable[Match[str]]:
        found = search(text)
        return (found,) if found else ()

    return find
