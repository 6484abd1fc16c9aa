"""
What kinds of input there are, by the ending of a file's name.

To add one, write a line in `FORMATS`.
"""

from typing import NamedTuple


class Format(NamedTuple):
    """Is a file a page to extract, and what is added to the name of its clean text?"""

    html: bool = False
    added: str = ""


def format_of(suffix: str) -> Format:
    """Return the format of a file's ending; what is not known is taken for text."""
    return FORMATS.get(suffix.lower(), FORMATS[".txt"])


FORMATS = {
    ".txt": Format(),
    ".md": Format(),
    ".html": Format(html=True, added=".txt"),
    ".htm": Format(html=True, added=".txt"),
}
