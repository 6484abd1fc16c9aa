"""Remember what a function made of a line: bounded by size, since lines may be megabytes long."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

# Lines up to so many characters, and how many of them are remembered: some 25 MB for each class.
CLASSES = ((400, 65536), (2_000, 16384), (20_000, 1024), (1_000_000, 16))


def remembered(function: Callable[[str], T]) -> Callable[[str], T]:
    """Cache a function of a line; sites repeat their furniture, and stages look at lines again."""
    caches = [(longest, lru_cache(maxsize=count)(function)) for longest, count in CLASSES]
    short, first = caches[0]

    @wraps(function)
    def cached(line: str) -> T:
        if len(line) <= short:  # nearly all are
            return first(line)
        return next((cache for longest, cache in caches if len(line) <= longest), last)(line)

    def cache_clear() -> None:
        """Forget all of it, as what `lru_cache` makes does."""
        for cache in (last, *(cache for _, cache in caches)):
            cache.cache_clear()

    last = lru_cache(maxsize=2)(function)
    cached.cache_clear = cache_clear  # type: ignore[attr-defined]
    return cached
