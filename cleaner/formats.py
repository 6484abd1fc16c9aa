"""
What kinds of input there are: for each ending of a file's name, how its bytes become a document.

To add one, write a function and a line in `FORMATS`.
"""

from collections.abc import Callable
from typing import NamedTuple

from cleaner.document import Document
from cleaner.pipeline import Cleaner


class Format(NamedTuple):
    """How to clean the bytes of a file, and what is added to the name of its clean text."""

    clean: Callable[[Cleaner, bytes, str, str], Document]
    added: str = ""


def clean_text(cleaner: Cleaner, data: bytes, name: str, site: str) -> Document:
    """Clean text as it is."""
    return cleaner.clean(data, name=name, site=site)


def clean_html(cleaner: Cleaner, data: bytes, name: str, site: str) -> Document:
    """Extract the article of a page, and clean that."""
    return cleaner.clean(data, html=True, name=name, site=site)


def format_of(suffix: str) -> Format:
    """Return the format of a file's ending; what is not known is taken for text."""
    return FORMATS.get(suffix.lower(), FORMATS[".txt"])


FORMATS = {
    ".txt": Format(clean_text),
    ".md": Format(clean_text),
    ".html": Format(clean_html, ".txt"),
    ".htm": Format(clean_html, ".txt"),
}
