"""
Find the list of sources that a site prints below an article: its heading, and what is cited.

No pattern of one line could tell, since an entry reads like a headline or like a sentence. The
heading says what follows, and entries have to look cited or be items: an address, a date at the
end, a journal's year, a number. "References", "Sources" and "Our sources" are left, since authors
write them.
"""

import re
from collections.abc import Iterator

from cleaner.document import Document, Removal
from cleaner.lines import Lines
from cleaner.matching import Matcher
from cleaner.prose import count_words

RULE = "credit.sources"
HEADING = 20  # characters
BODY = 3  # sentences of the article above
HEADING_RE = re.compile(r"(?:\d{1,2} sources?|article sources):?", re.IGNORECASE)
LONG = 25  # words of a paragraph that ends it
SURE = 2  # entries at the top, one of which has to look cited
MISSES = 2  # lines in a row that are no entries, with an entry after them
CITED_RE = re.compile(
    r"https?://|\bet al\b|\b(?:19|20)\d\d; ?\d|\((?:19|20)\d\d\)"
    r"|\b(?:accessed|archived|retrieved)\b.{0,30}\d{4}\.?$|,.* (?:19|20)\d\d$",
    re.IGNORECASE,
)
ITEM_RE = re.compile(r"(?:\d{1,3}\.|\[\d{1,3}\]|[•*-]) ?")


def find_sources(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    r"""
    Yield the heading with its list, down to the last entry.

    >>> from cleaner.document import document
    >>> story = "It rained all night.\nBy noon it had stopped.\nNobody had slept at all.\n"
    >>> listed = "2 Sources\n1. Holm I. Rain. J Sea. 2019;4:1.\n2. Rain, https://sea.example/rain"
    >>> doc = document(story + listed)
    >>> doc.without(find_sources(doc)).text == story.rstrip()
    True
    """
    lines = doc.lines
    for index in reversed(lines.full):  # the last heading is the list's, if another is a menu's
        text = lines.texts[index]
        if len(text) <= HEADING and HEADING_RE.fullmatch(text):
            below = lines.full[lines.places[index] + 1 :]
            last = _last(below, lines) if _are_cited(below[:SURE], lines) else None
            if last is not None and _is_below(index, last, lines):
                yield Removal(*lines.whole(index, last), RULE, evidence=text)
            return


def _are_cited(entries: list[int], lines: Lines) -> bool:
    """Is one of the first entries cited? Wells and joys may be numbered too."""
    return any(CITED_RE.search(lines.texts[index]) for index in entries)


def _is_below(first: int, last: int, lines: Lines) -> bool:
    """Is most of the article above the list?"""
    above = sum(index < first for index in lines.prose)
    return above >= BODY and above > sum(index > last for index in lines.prose)


def _last(below: list[int], lines: Lines) -> int | None:
    """Return the last entry of the list."""
    last, misses = None, 0
    for index in below:
        text = lines.texts[index]
        if CITED_RE.search(text) or ITEM_RE.match(text):
            last, misses = index, 0
        elif misses < MISSES and count_words(text) < LONG:
            misses += 1
        else:
            break
    return last
