"""What one page has that other pages of its site may have, too."""

from contextlib import suppress
from typing import NamedTuple

from cleaner.canonical import canonical
from cleaner.document import Document
from cleaner.prose import count_words
from cleaner.stages.page import SENTENCE, beginning
from cleaner.stages.repair import repair_encoding

HEAD, MIDDLE, TAIL = range(3)  # above the article, or any prose; between; after the last prose


class Observed(NamedTuple):
    """What one page has: the canonical lines in order, each line's text, and where it stands."""

    forms: tuple[str, ...]
    texts: tuple[str, ...]
    zones: tuple[int, ...]


def observe(doc: Document) -> Observed:
    """Look at a page as its site printed it: with its encoding repaired, before any removal."""
    with suppress(ValueError):  # not settled: then as it was read, which is how cleaning keeps it
        doc = repair_encoding(doc)
    lines = doc.lines
    first, last = (lines.prose[0], lines.prose[-1]) if lines.prose else (len(lines), len(lines))
    long = {index for index in lines.prose if count_words(lines.texts[index]) >= SENTENCE}
    if place := beginning(lines.full, long):  # not where a consent notice stands above the menu
        first = lines.full[place]
    texts = tuple(lines.texts[index] for index in lines.full)
    zones = tuple(
        HEAD if index < first else TAIL if index > last else MIDDLE for index in lines.full
    )
    return Observed(tuple(map(canonical, texts)), texts, zones)
