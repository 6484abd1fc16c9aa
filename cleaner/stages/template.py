"""
Find what the site prints on its other pages too, by an index that was learned.

The index says how often; place and company say whether a line that stands on few pages is a label
of the site or a short line of the article: "Why?", a score, the headline that another page links.
"""

from collections.abc import Iterator, Mapping

from cleaner.canonical import SLOT, canonical
from cleaner.document import Document, Removal
from cleaner.lines import Lines
from cleaner.matching import Matcher
from cleaner.stages.page import headline_like, long_words
from cleaner.templates import Seen, Templates

LABEL, SENTENCE = "template.label", "template.sentence"


def find_labels(doc: Document, matcher: Matcher, templates: Templates) -> Iterator[Removal]:
    """Yield the lines of a site that are not prose."""
    known, going = _judged(doc, matcher, templates)
    yield from _removals(doc, {i: seen for i, seen in known.items() if i in going}, LABEL)


def find_sentences(doc: Document, matcher: Matcher, templates: Templates) -> Iterator[Removal]:
    """Yield the sentences that a site prints on most of its pages."""
    known, _ = _judged(doc, matcher, templates)
    certain = {i: seen for i, seen in known.items() if seen.prose and seen.is_certain}
    yield from _removals(doc, certain, SENTENCE)


def _removals(doc: Document, found: Mapping[int, Seen], rule: str) -> Iterator[Removal]:
    for index, seen in sorted(found.items()):
        start, end = doc.lines.whole(index, index)
        where = "the corpus" if seen.whole else doc.site
        evidence = f"on {seen.pages} of {seen.of} pages of {where}"
        yield Removal(start, end, rule, round(max(seen.share, 0.01), 3), evidence)


def _judged(
    doc: Document, matcher: Matcher, templates: Templates
) -> tuple[dict[int, Seen], set[int]]:
    """Return what the index knows of the text, by line, and the lines of it that are labels."""
    lines, of_site = doc.lines, templates.of(doc.site)
    memo = lines.memo
    if not of_site:
        return {}, set()
    if templates.hash not in memo:
        known = {}
        for index in lines.full:
            form = canonical(lines.texts[index])
            if form in of_site and any(map(str.isalpha, form)):
                known[index] = of_site[form]
        memo[templates.hash] = known, _labels(lines, known, matcher)
    judged: tuple[dict[int, Seen], set[int]] = memo[templates.hash]
    return judged


def _labels(lines: Lines, known: dict[int, Seen], matcher: Matcher) -> set[int]:
    prose = [i for i in lines.prose if i not in known or not known[i].is_certain]
    article = long_words(" ".join(lines.texts[i] for i in prose))
    first, last = (prose[0], prose[-1]) if prose else (len(lines), -1)
    labels = {i for i, seen in known.items() if seen.is_label}
    going = {i for i, seen in known.items() if not seen.prose and seen.is_certain}
    for index in labels - going:
        text = lines.texts[index]
        if headline_like(text, article) or (
            SLOT in canonical(text) and not matcher.line_hits(text)
        ):
            continue
        outside = index < first or index > last
        if outside or index in lines.beside or labels.intersection(_beside(lines, index)):
            going.add(index)
    return going


def _beside(lines: Lines, index: int) -> list[int]:
    place = lines.places[index]
    return lines.full[max(0, place - 1) : place] + lines.full[place + 1 : place + 2]
