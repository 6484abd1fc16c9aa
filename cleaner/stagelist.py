"""The stages in order: one list of rule stages and of stages written in code."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from cleaner.document import Document, Removal
from cleaner.matching import Matcher
from cleaner.protection import Protection
from cleaner.rules import CATEGORIES, Rule, RuleError, RuleSet
from cleaner.stages.author import find_author
from cleaner.stages.duplicate import (
    find_doubled,
    find_headline,
    find_paragraph,
    find_prefixed,
)
from cleaner.stages.footer import find_footer
from cleaner.stages.furniture import remove_furniture
from cleaner.stages.language import DETECTORS, identify_language
from cleaner.stages.page import find_page_end, find_page_head
from cleaner.stages.repair import repair_encoding
from cleaner.stages.sources import find_sources
from cleaner.stages.stories import find_headlines_above, find_stories
from cleaner.stages.teaser import find_teaser
from cleaner.stages.template import LABEL, SENTENCE, find_labels, find_sentences
from cleaner.stages.tidy import find_blank_lines
from cleaner.templates import Templates

Stage = Callable[[Document], Document]
Finder = Callable[[Document, Matcher], Iterator[Removal]]

# The rules that are decided by code, by the id of their table in `rules/`.
FINDERS: dict[str, Finder] = {
    "navigation.page-head": find_page_head,
    "navigation.headlines-above": find_headlines_above,
    "credit.sources": find_sources,
    "bio.of-the-author": find_author,
    "related.teaser-at-end": find_teaser,
    "footer.unrelated": find_footer,
    "footer.page-end": find_page_end,
    "footer.stories-below": find_stories,
    "duplicate.headline": find_headline,
    "duplicate.prefixed": find_prefixed,
    "duplicate.paragraph": find_paragraph,
    "duplicate.in-line": find_doubled,
    "tidy.blank-lines": find_blank_lines,
}
LEARNED = {LABEL: find_labels, SENTENCE: find_sentences}  # by an index of templates, if any


def list_stages(
    rule_set: RuleSet,
    protections: tuple[Protection, ...] = (),
    templates: Templates | None = None,
    detector: str = "langdetect",
) -> Iterator[Stage]:
    """Yield the stages in their order; categories follow each other as `CATEGORIES` lists them."""
    finders = FINDERS | {
        rule_id: partial(find, templates=templates)
        for rule_id, find in LEARNED.items()
        if templates
    }
    for rule in rule_set:
        if not rule.pattern and rule.id not in FINDERS | LEARNED:
            raise RuleError(f"{rule.id}: pattern is missing; it says what the rule takes")
    matcher = Matcher(tuple(rule for rule in rule_set if rule.pattern), protections)
    yield repair_encoding
    if detector in DETECTORS:
        yield partial(identify_language, detect=DETECTORS[detector])
    for category in CATEGORIES:
        rules = [rule for rule in rule_set if rule.category == category]
        for rule in rules:
            if rule.id in finders:
                yield partial(_find, rule=rule, find=finders[rule.id], matcher=matcher)
        if any(rule.pattern for rule in rules):
            yield partial(remove_furniture, category=category, matcher=matcher)


def _find(doc: Document, rule: Rule, find: Finder, matcher: Matcher) -> Document:
    """Remove what a finder finds; its score is the rule's, unless it has statistics of its own."""
    found = [
        replace(removal, rule=rule.id, score=rule.score if rule.id in FINDERS else removal.score)
        for removal in find(doc, matcher)
        if not matcher.protects(doc, rule.id, removal.start, removal.end)
    ]
    return doc.without(found) if found else doc
