"""Which rule claims which span of a text, with every guard judged."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cleaner.code import is_code
from cleaner.document import Document
from cleaner.glued import (
    TELLING,
    Around,
    count_lines,
    count_sentences,
    furniture_of,
    goes_on,
    may_be_glued,
)
from cleaner.lines import Lines, shadow
from cleaner.protection import Protection, protected_by, touches
from cleaner.rules import Rule
from cleaner.scopes import SCOPES, Claim
from cleaner.searching import Hit, Searcher, spares

JUDGED = ("line", "span")  # scopes whose guards were judged when they were found


@dataclass(frozen=True, eq=False)
class Matcher:
    """Finds what rules claim. Holds no state but a memory of what lines match."""

    rules: tuple[Rule, ...]
    protections: tuple[Protection, ...] = ()
    line_hits: Searcher = field(init=False, repr=False)
    block_hits: Searcher = field(init=False, repr=False)

    def __post_init__(self) -> None:
        with_pattern = [rule for rule in self.rules if rule.pattern]
        line = Searcher(rule for rule in with_pattern if rule.scope != "block")
        block = Searcher(rule for rule in with_pattern if rule.scope == "block")
        object.__setattr__(self, "line_hits", line)
        object.__setattr__(self, "block_hits", block)

    def __reduce__(self) -> tuple[Any, ...]:
        return Matcher, (self.rules, self.protections)

    def claims(self, doc: Document) -> list[Claim]:
        """List every claim on the text of a document, in the order of the text."""
        lines, key = doc.lines, (self, doc.language, doc.site, doc.title)
        if key not in lines.memo:
            allowed = [claim for claim in self._claims(doc) if not self._keeps(doc, claim)]
            lines.memo[key] = sorted(_in_company(allowed, lines), key=lambda claim: claim[:2])
        claims: list[Claim] = lines.memo[key]
        return claims

    def hits(self, lines: Lines) -> dict[int, tuple[Hit, ...]]:
        """Return the hits on each line that has any, in the order of the text; none in programs."""
        key = (self, "hits")
        if key not in lines.memo:
            found = self.line_hits.of([lines.texts[index] for index in lines.full])
            every = {i: hits for i, hits in zip(lines.full, found, strict=True) if hits}
            for index in [index for index in every if is_code(index, lines)]:
                every[index] = tuple(filter(_is_debris, every[index]))
            lines.memo[key] = {index: hits for index, hits in every.items() if hits}
        known: dict[int, tuple[Hit, ...]] = lines.memo[key]
        return known

    def protects(self, doc: Document, rule_id: str, start: int, end: int) -> bool:
        """Does `start:end` of the text touch what is protected from this rule?"""
        if not self.protections:
            return False
        protected = protected_by(self.protections, rule_id, doc.site, doc.lines)
        return any(touches(spans, start, end) for spans in protected)

    def _keeps(self, doc: Document, claim: Claim) -> bool:
        """Is what a claim would take protected, the document's title, or part of a sentence?"""
        if self.protects(doc, claim.rule.id, claim.start, claim.end):
            return True
        if claim.rule.scope != "span" and _is_title(doc, claim.first, claim.last):
            return True
        one = claim.first == claim.last and claim.rule.category != "ad"  # which stands anywhere
        return one and goes_on(doc.lines, claim.first)

    def _claims(self, doc: Document) -> Iterator[Claim]:
        lines = doc.lines
        places = [((index, index), hits) for index, hits in self.hits(lines).items()]
        if self.block_hits.rules:
            blocks = ["\n".join(lines.texts[a : b + 1]) for a, b in lines.paragraphs]
            places += zip(lines.paragraphs, self.block_hits.of(blocks), strict=True)
        for (first, last), hits in places:
            for hit in hits:
                if hit.stands and _is_place(hit.rule, first, last, doc):
                    claim = self._claim(lines, first, last, hit)
                    if claim and (hit.rule.scope in JUDGED or _allows(claim, doc)):
                        yield claim

    def _claim(self, lines: Lines, first: int, last: int, hit: Hit) -> Claim | None:
        """Return what a hit claims; a sentence of the article that is glued to it stays."""
        text = lines.texts[first]
        if may_be_glued(hit.rule, text):
            around = Around(self._is_furniture, partial(self._article, lines))
            low, high = furniture_of(text, hit, around)
            if low >= high:
                return None
            if hit.rule.scope == "span" or (low, high) != (0, len(text)):
                return SCOPES["span"](lines, first, first, Hit(hit.rule, low, high))
        return SCOPES[hit.rule.scope](lines, first, last, hit)

    def _is_furniture(self, sentence: str) -> bool:
        hits = self.line_hits.of([sentence])[0]
        return any(hit.rule.category not in TELLING for hit in hits)

    def _article(self, lines: Lines) -> Counter[str]:
        """Count the longer words of lines that no rule knows; if there are none, of sentences."""
        key = (self, "article")
        if key not in lines.memo:
            hits = self.hits(lines)
            texts = [lines.texts[index] for index in lines.prose if index not in hits]
            every = (lines.texts[index] for index in lines.prose)
            lines.memo[key] = count_lines(texts) if texts else count_sentences(every)
        words: Counter[str] = lines.memo[key]
        return words


def _is_debris(hit: Hit) -> bool:
    return hit.rule.category == "debris"


def _is_title(doc: Document, first: int, last: int) -> bool:
    """Is one of these lines the title that the document told, for the first time?"""
    if not doc.title:
        return False
    lines, key = doc.lines, ("title", doc.title)
    if key not in lines.memo:
        title = shadow(doc.title).strip().casefold()
        found = (index for index in lines.full if lines.texts[index].casefold() == title)
        lines.memo[key] = next(found, -1)
    return bool(first <= lines.memo[key] <= last)


def _is_place(rule: Rule, first: int, last: int, doc: Document) -> bool:
    """Do language, site and place let a rule act on these lines?"""
    if rule.only_in and doc.language not in rule.only_in:
        return False
    if rule.sites and doc.site not in rule.sites:
        return False
    return not rule.where or rule.scope == "region" or _stands_at(rule.where, first, last, doc)


def _stands_at(where: str, first: int, last: int, doc: Document) -> bool:
    """Is this the head of the text, before any prose, below its first line, or its tail?"""
    prose = doc.lines.prose
    before = bool(prose) and prose[0] < first
    after = bool(prose) and prose[-1] > last
    if where == "below-headline" and first == doc.lines.full[0]:
        return False
    return (before, after) == (where == "tail", where != "tail")


def _allows(claim: Claim, doc: Document) -> bool:
    """Do place, `max_words` and `unless` let a claim stand, all that would go considered?"""
    rule = claim.rule
    if rule.where and not _stands_at(rule.where, claim.first, claim.last, doc):
        return False
    return not spares(rule, doc.lines.shadow[claim.start : claim.end].strip())


def _in_company(claims: Iterable[Claim], lines: Lines) -> list[Claim]:
    """
    Leave out the claims that want company (`beside`) and have none.

    Company is what went before, and every other claim that stands: one weak line draws the next.
    """
    near = defaultdict(set, lines.beside)
    waiting: dict[int, list[Claim]] = defaultdict(list)
    standing: list[Claim] = []
    stands: set[int] = set()  # a claim of several lines waits at both its ends
    for claim in claims:
        beside = claim.rule.beside
        if not beside or not (near[claim.first] | near[claim.last]).isdisjoint(beside):
            standing.append(claim)
        else:
            for index in {claim.first, claim.last}:
                waiting[index].append(claim)
    for claim in standing if waiting else ():  # grows while it is read
        for index in _neighbours(claim, lines):
            drawn = [one for one in waiting[index] if claim.rule.category in one.rule.beside]
            waiting[index] = [one for one in waiting[index] if one not in drawn]
            standing += (one for one in drawn if id(one) not in stands)
            stands.update(map(id, drawn))
    return standing


def _neighbours(claim: Claim, lines: Lines) -> Iterator[int]:
    """Yield the full lines right before and after whole lines that are claimed."""
    if claim.start > lines.starts[claim.first] or claim.end < lines.ends[claim.last]:
        return
    first, last = lines.places[claim.first], lines.places[claim.last]
    yield from lines.full[max(0, first - 1) : first]
    yield from lines.full[last + 1 : last + 2]
