"""The short way: clean one text, or many, with a cleaner that is made once for its options."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from cleaner.document import Document
from cleaner.pipeline import Cleaner


def clean(text: str | bytes, *, html: bool = False, **options: Any) -> Document:
    """
    Clean one text, or the article of an HTML page; options are those of `Cleaner`.

    Bytes are decoded first. To clean many texts, make a `Cleaner` or call `clean_many`.
    """
    return cleaner_for(**options).clean(text, html=html)


def clean_many(
    texts: Iterable[str | bytes], *, html: bool = False, **options: Any
) -> Iterator[Document]:
    """
    Clean texts one by one, lazily and in order; options are those of `Cleaner`.

    Documents are named by their number, from 0.
    """
    if isinstance(texts, str | bytes):
        raise TypeError("clean_many takes several texts; for one there is clean")
    cleaner = cleaner_for(**options)
    return (cleaner.clean(text, html=html, name=str(i)) for i, text in enumerate(texts))


def cleaner_for(**options: Any) -> Cleaner:
    """Return a cleaner with these options, the same one unless files are read for it."""
    if options.get("rules") or options.get("templates"):
        return Cleaner(**options)
    return _cleaner(**{key: _hashable(value) for key, value in options.items()})


@lru_cache(maxsize=8)
def _cleaner(**options: Any) -> Cleaner:
    return Cleaner(**options)


def _hashable(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, set | frozenset | list) else value
