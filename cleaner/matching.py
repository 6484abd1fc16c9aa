"""
Where rules match: which rule claims which span of a text, with every guard judged.

A pattern is tried on the stripped shadow of one line (of one paragraph for `scope = "block"`), so
what matches depends on that line alone, and a line seen before is not searched again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from re import Match, Pattern
from typing import Any, NamedTuple

from cleaner.document import Document
from cleaner.lines import Lines
from cleaner.prefilter import fold_case, needs
from cleaner.prose import count_words
from cleaner.protection import Protection, protected_by
from cleaner.rules import Rule, Scope

# What a rule may take when it sets no `max_words` or `max_lines` of its own: longer text is more
# likely an article about the thing than the thing.
MAX_WORDS: dict[Scope, int] = {"span": 100, "line": 40, "block": 120, "region": 300}
MAX_LINES = 30
WORD_LENGTH = 30  # characters; a text of longer words is no text, and costs patterns too much
EVIDENCE = 80  # characters of the matched text that the report shows


class Claim(NamedTuple):
    """`rule` wants `start:end` of a text, which are the lines `first` to `last` or inside one."""

    start: int
    end: int
    first: int
    last: int
    rule: Rule
    evidence: str


class Hit(NamedTuple):
    """The pattern of a rule matches `start:end` of a line or paragraph."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Matcher:
    """Finds what rules claim. Holds no state but a cache of what lines match."""

    rules: tuple[Rule, ...]
    protections: tuple[Protection, ...] = ()
    patterns: dict[str, Pattern[str]] = field(init=False, repr=False, compare=False)
    line_hits: Callable[[str], tuple[Hit, ...]] = field(init=False, repr=False, compare=False)
    block_hits: Callable[[str], tuple[Hit, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sources = {s for r in self.rules for s in (r.pattern, r.unless, r.until) if s}
        patterns = {}
        for rule in self.rules:
            for source in {rule.pattern, rule.unless, rule.until} & sources:
                patterns[rule.case + source] = rule.compiled(source)
        object.__setattr__(self, "patterns", patterns)
        block = tuple(rule for rule in self.rules if rule.scope == "block" and rule.pattern)
        line = tuple(rule for rule in self.rules if rule.scope != "block" and rule.pattern)
        for name, rules in (("line_hits", line), ("block_hits", block)):
            object.__setattr__(self, name, lru_cache(maxsize=8192)(self._hits_of(rules)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Matcher, (self.rules, self.protections)

    def claims(self, doc: Document) -> list[Claim]:
        """List every claim on the text of a document, in the order of the rules."""
        lines = doc.lines
        if self not in lines.memo:
            found = [
                claim
                for claim in self._claims(lines)
                if self._allows(claim, doc)
                and not self.protects(doc, claim.rule.id, claim.start, claim.end)
            ]
            lines.memo[self] = sorted(found, key=lambda claim: (claim.start, claim.end))
        claims: list[Claim] = lines.memo[self]
        return claims

    def protects(self, doc: Document, rule_id: str, start: int, end: int) -> bool:
        """Does `start:end` of the text touch what is protected from this rule?"""
        spans = protected_by(self.protections, rule_id, doc.site, doc.lines)
        return any(low < end and start < high for low, high in spans)

    def _hits_of(self, rules: Iterable[Rule]) -> Callable[[str], tuple[Hit, ...]]:
        finders = [
            (rule, _finder(rule, self.patterns[rule.case + rule.pattern]), _longest(rule))
            for rule in rules
        ]

        def hits(text: str) -> tuple[Hit, ...]:
            size = max(count_words(text), len(text) / WORD_LENGTH)
            return tuple(
                Hit(rule, *found.span())
                for rule, find, longest in finders
                if size <= longest
                for found in find(text)
            )

        return hits

    def _claims(self, lines: Lines) -> Iterator[Claim]:
        for index in lines.full:
            for hit in self.line_hits(lines.texts[index]):
                yield from SCOPES[hit.rule.scope](self, lines, index, hit)
        for first, last in lines.paragraphs:
            text = "\n".join(lines.texts[first : last + 1])
            for hit in self.block_hits(text):
                yield _whole(lines, first, last, hit.rule, text[hit.start : hit.end])

    def _allows(self, claim: Claim, doc: Document) -> bool:
        """Do the guards of the rule let the claim stand?"""
        rule, lines = claim.rule, doc.lines
        if rule.only_in and doc.language not in rule.only_in:
            return False
        if rule.sites and doc.site not in rule.sites:
            return False
        if rule.where == "head" and lines.prose and lines.prose[0] < claim.first:
            return False
        if rule.where == "tail" and lines.prose and lines.prose[-1] > claim.last:
            return False
        if rule.beside and not lines.beside.get(claim.first, set()).union(
            lines.beside.get(claim.last, ())
        ).intersection(rule.beside):
            return False
        going = lines.shadow[claim.start : claim.end].strip()
        if count_words(going) > max_words(rule) or len(going) > max_words(rule) * WORD_LENGTH:
            return False
        return not (rule.unless and self.patterns[rule.case + rule.unless].search(going))

    def _span(self, lines: Lines, index: int, hit: Hit) -> Iterator[Claim]:
        """The match, with the white space that would be left double or at an end of the line."""
        text, base = lines.texts[index], lines.stripped(index)[0]
        start, end = hit.start, hit.end
        while end < len(text) and text[end].isspace() and (not start or text[start - 1].isspace()):
            end += 1
        while start and end == len(text) and text[start - 1].isspace():
            start -= 1
        evidence = text[hit.start : hit.end]
        if (start, end) == (0, len(text)):
            yield _whole(lines, index, index, hit.rule, evidence)
        else:
            yield Claim(base + start, base + end, index, index, hit.rule, evidence[:EVIDENCE])

    def _line(self, lines: Lines, index: int, hit: Hit) -> Iterator[Claim]:
        evidence = lines.texts[index][hit.start : hit.end]
        yield _whole(lines, index, index, hit.rule, evidence)

    def _region(self, lines: Lines, index: int, hit: Hit) -> Iterator[Claim]:
        last = self._region_end(lines, index, hit.rule)
        if last is not None:
            evidence = lines.texts[index][hit.start : hit.end]
            yield _whole(lines, index, last, hit.rule, evidence)

    def _region_end(self, lines: Lines, index: int, rule: Rule) -> int | None:
        """Return the last line of the region that opens at `index`, or None where it has no end."""
        place = lines.full.index(index)
        following = lines.full[place + 1 : place + 1 + (rule.max_lines or MAX_LINES)]
        whole = place + 1 + len(following) == len(lines.full)
        prose = set(lines.prose) if rule.during else set()
        until = self.patterns.get(rule.case + rule.until) if rule.until else None
        last = index
        for after in following:
            text = lines.texts[after]
            if until and len(text) <= max_length(rule) and until.search(text):
                return after if rule.through else last
            if after in prose:
                return last
            last = after
        return last if whole and not until else None


def max_words(rule: Rule) -> int:
    """Return how many words a rule may take."""
    return rule.max_words or MAX_WORDS[rule.scope]


def _longest(rule: Rule) -> float:
    """Return how many words a line may have for a rule to be worth a search."""
    return float("inf") if rule.scope == "span" else max_words(rule)


def max_length(rule: Rule) -> float:
    """Return the longest text, in characters, that the pattern of a rule is tried on."""
    return _longest(rule) * WORD_LENGTH


def _finder(rule: Rule, pattern: Pattern[str]) -> Callable[[str], Iterable[Match[str]]]:
    """Return what finds a pattern: all of a span's, else the first, tried where it can begin."""
    need = needs(pattern)
    # `search` would try an anchored pattern at every character of the line.
    first = pattern.match if need.anchored else pattern.search

    def find(text: str) -> Iterable[Match[str]]:
        found = first(text) if need.anchored or need.may_match(fold_case(text)) else None
        return (found,) if found else ()

    def find_all(text: str) -> Iterable[Match[str]]:
        return pattern.finditer(text) if need.may_match(fold_case(text)) else ()

    return find_all if rule.scope == "span" and not need.anchored else find


def _whole(lines: Lines, first: int, last: int, rule: Rule, evidence: str) -> Claim:
    start, end = lines.whole(first, last)
    return Claim(start, end, first, last, rule, evidence[:EVIDENCE])


SCOPES: dict[Scope, Callable[[Matcher, Lines, int, Hit], Iterator[Claim]]] = {
    "span": Matcher._span,
    "line": Matcher._line,
    "region": Matcher._region,
}
