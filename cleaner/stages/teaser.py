"""
Find the one teaser of another story at the very end: its headline, and a sentence below it.

A headline and a sentence may also close an article, as a last section. Here what stands beside them
says that the article is over: the box about its author went right above, or the credit of a
gallery, which is another page's, right below.
"""

import re
from collections.abc import Iterator

from cleaner.document import Document, Removal
from cleaner.lines import Lines, shadow
from cleaner.matching import Matcher
from cleaner.prose import count_words, long_words
from cleaner.stages.page import is_headline
from cleaner.stages.stories import is_title

RULE = "related.teaser-at-end"
BODY = 4  # sentences of the article
SENTENCES = 2  # of the teaser
TEASER = 60  # words of it
LIKE = 0.25  # of its longer words stand in the article, by chance
GALLERY_RE = re.compile(r"gallery (?:credit|by):? ", re.IGNORECASE)


def find_teaser(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    """Yield the headline with its sentences, to the end of the text."""
    lines = doc.lines
    if len(lines.prose) <= BODY or not lines.gaps:
        return
    for index in lines.full[: -2 - SENTENCES : -1]:
        if index in lines.prose_set:
            continue
        below = lines.full[lines.places[index] + 1 :]
        if _is_teaser(index, below, lines) and _is_after_the_end(index, doc):
            start, end = lines.whole(index, lines.full[-1])
            yield Removal(start, end, RULE, evidence=lines.texts[index])
        return


def _is_teaser(title: int, below: list[int], lines: Lines) -> bool:
    """Is this a headline with sentences, or one alone? A heading of few words is the article's."""
    return (
        is_headline(lines.texts[title])
        and sum(count_words(lines.texts[index]) for index in below) <= TEASER
    )


def _is_after_the_end(title: int, doc: Document) -> bool:
    lines = doc.lines
    above = lines.full[lines.places[title] - 1]
    beside = (at for at in lines.gaps if lines.ends[above] <= at <= lines.starts[title])
    if any("bio" in lines.gaps[at] for at in beside):
        words = long_words(lines.shadow[lines.starts[title] :])
        article = long_words(lines.shadow[: lines.starts[title]])
        return len(words & article) <= LIKE * len(words)
    return is_title(lines.texts[title]) and _has_gallery_below(doc)


def _has_gallery_below(doc: Document) -> bool:
    end, gone = doc.lines.ends[doc.lines.full[-1]], 0
    for removal in doc.removals:
        text = shadow(doc.body[removal.start : removal.end]).strip()
        if text and removal.start - gone >= end:
            return bool(GALLERY_RE.match(text))
        gone += removal.end - removal.start
    return False
