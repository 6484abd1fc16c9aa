"""
Find what the page printed twice: its headline, or a paragraph.

The first copy stays. Short lines are left alone, because a refrain, a line of dialogue or a score
repeats with good reason.
"""

from collections.abc import Iterator

from cleaner.document import Document, Removal
from cleaner.matching import Matcher
from cleaner.prose import count_words

HEADLINE_WORDS = 4  # shorter lines repeat as labels do
HEAD_LINES = 12  # how far down the head the second copy may stand
TITLE_LINES = 3  # and the first: a section label or a date may come before it
SPEECH = ('"', "'", "-")  # how a line of dialogue begins
PARAGRAPH_WORDS = 20  # longer than a refrain's line


def find_headline(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    r"""
    Yield the second copy of a headline, where both stand before the article's prose.

    >>> from cleaner.document import document
    >>> headline = "Rain stops the cup final\n\n"
    >>> doc = document(2 * headline + "The pitch was under water.")
    >>> [doc.text[r.start:r.end] for r in find_headline(doc)]
    ['Rain stops the cup final\n']
    """
    lines = doc.lines
    head = [index for index in lines.full if lines.prose and index < lines.prose[0]]
    seen: dict[str, int] = {}
    for place, index in enumerate(head[:HEAD_LINES]):
        key = lines.texts[index].casefold()
        if key.startswith(SPEECH):
            continue
        if key in seen and count_words(key) >= HEADLINE_WORDS:
            start, end = lines.whole(index, index)
            yield Removal(start, end, "duplicate.headline", evidence=f"line {seen[key] + 1} again")
        elif place < TITLE_LINES:
            seen.setdefault(key, index)


def find_paragraph(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    """Yield every later copy of a paragraph of prose."""
    lines = doc.lines
    seen: dict[str, int] = {}
    for index in lines.prose:
        key = " ".join(lines.texts[index].casefold().split())
        if key in seen and count_words(key) >= PARAGRAPH_WORDS:
            start, end = lines.whole(index, index)
            yield Removal(start, end, "duplicate.paragraph", evidence=f"line {seen[key] + 1} again")
        seen.setdefault(key, index)
