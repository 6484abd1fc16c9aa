"""
Prove rules by their examples: a rule that misses its `match`, or touches its `keep`, does not load.

An example is a whole little document. Proved alone, a rule needs no article above or below and
nothing beside, since neither is there; `faults` tries every `keep` against all rules together.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cleaner.document import Document, document
from cleaner.matching import Matcher
from cleaner.rules import Rule, RuleError, RuleSet

LEARNED = "template"  # the category whose rules need other pages of the site
PAGE_BREAK = "\n%%\n"


def prove(rule: Rule, place: str = "") -> None:
    """
    Raise `RuleError` where an example of a rule does not hold; rules in code have no pattern.

    `place` begins the message, the rule's id if it is not given.
    """
    if not rule.pattern:
        return
    place = place or rule.id
    alone = Matcher((replace(rule, beside=(), sites=(), where=""),))
    for example in rule.match:
        if not alone.claims(example_document(example, rule)):
            raise RuleError(f"{place}: match: the rule does not take {example!r}")
    strict = Matcher((replace(rule, sites=()),))
    for example in rule.keep:
        for claim in strict.claims(example_document(example, rule)):
            raise RuleError(f"{place}: keep: the rule takes {claim.evidence!r} of {example!r}")


def faults(
    rules: RuleSet,
    find: Callable[[Document], Document],
    traps: Iterable[tuple[str, str]] = (),
    find_learned: Callable[[list[str]], Document] | None = None,
) -> Iterator[str]:
    """
    Yield what all rules together get wrong on their examples and on traps (`language, text`).

    `find` runs the stages without the breakers, which would hide a rule that takes too much.
    `find_learned` runs them on the first of several pages of a site after learning from all: the
    examples of templates. Without it these are not tried.
    """
    for rule in rules:
        if rule.category == LEARNED:
            yield from _learned_faults(rule, find_learned) if find_learned else ()
            continue
        for example in rule.match if not rule.pattern else ():
            doc = find(example_document(example, rule))
            if rule.id not in {name for r in doc.removals for name in (r.rule, *r.also)}:
                yield f"{rule.id}: match: the rule does not take {example!r}"
        for example in rule.keep:
            yield from _taken(f"{rule.id}: keep", find(example_document(example, rule)))
    for language, text in traps:
        yield from _taken(f"trap ({language})", find(document(text, language=language)))


def read_traps() -> Iterator[tuple[str, str]]:
    """Yield the texts of the trap corpus that no rule may touch, as `language, text`."""
    here = Path(__file__).parent
    for folder in (here / "_traps", here.parent / "tests" / "traps"):
        for path in sorted(folder.glob("*.txt")):
            for trap in path.read_text(encoding="utf-8").split("\n%%\n"):
                yield path.stem, trap.strip("\n")


def _learned_faults(rule: Rule, find: Callable[[list[str]], Document]) -> Iterator[str]:
    for example in rule.match:
        if rule.id not in {removal.rule for removal in find(example.split(PAGE_BREAK)).removals}:
            yield f"{rule.id}: match: the rule does not take {example!r}"
    for example in rule.keep:
        yield from _taken(f"{rule.id}: keep", find(example.split(PAGE_BREAK)))


def _taken(place: str, doc: Document) -> Iterator[str]:
    for removal in doc.removals:
        gone = doc.body[removal.start : removal.end]
        yield f"{place}: {removal.rule} takes {gone!r} of {doc.body[:200]!r}"


def example_document(example: str, rule: Rule) -> Document:
    """Make an example a document, in a language in which the rule applies."""
    return document(example, language=(rule.only_in or rule.languages)[0])
