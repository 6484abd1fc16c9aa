"""
Where each offset of a rewritten text comes from.

An untouched text maps to itself, and `range(len(text) + 1)` says so. A rewritten one has an
`Origin`: segments that lie end to end in both texts, so that what is disjoint and complete in one
text is disjoint and complete in the other. Both answer `origin[offset]`.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, TypeAlias


class Segment(NamedTuple):
    """`start:end` of the rewritten text stands for `source_start:source_end` of its source."""

    start: int
    end: int
    source_start: int
    source_end: int

    @property
    def linear(self) -> bool:
        """Is every offset inside it an offset inside the source segment?"""
        return self.end - self.start == self.source_end - self.source_start


@dataclass(frozen=True, slots=True)
class Origin:
    """
    A monotone map from the offsets of a rewritten text to those of its source.

    An offset inside a segment whose length changed maps to the end of the source segment, so a cut
    there leaves all of the source on its left side. Where source characters were deleted, they
    belong to what follows; at the very end, to what stands before.

    >>> entity = Origin((Segment(0, 3, 0, 3), Segment(3, 4, 3, 8), Segment(4, 7, 8, 11)))
    >>> [entity[offset] for offset in range(len(entity))]  # "AT &amp; T" read as "AT & T"
    [0, 1, 2, 3, 8, 9, 10, 11]
    """

    segments: tuple[Segment, ...]
    starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        at = source_at = 0
        for segment in self.segments:
            if (
                segment[::2] != (at, source_at)
                or segment.end < at
                or segment.source_end < source_at
            ):
                raise ValueError(f"origin: {segment} does not continue at {at}, {source_at}")
            at, source_at = segment.end, segment.source_end
        object.__setattr__(self, "starts", tuple(segment.start for segment in self.segments))

    def __len__(self) -> int:
        return self.segments[-1].end + 1 if self.segments else 1

    def __getitem__(self, offset: int) -> int:
        if not 0 <= offset < len(self):
            raise IndexError(f"origin: offset {offset} outside 0:{len(self)}")
        if offset == len(self) - 1:
            return self.segments[-1].source_end if self.segments else 0
        index = bisect_left(self.starts, offset)
        if index < len(self.starts) and self.starts[index] == offset:
            return self.segments[index].source_start
        segment = self.segments[index - 1]
        inside = segment.source_start + offset - segment.start
        return inside if segment.linear else segment.source_end


Offsets: TypeAlias = range | Origin


def compose(outer: Offsets, inner: Offsets) -> Offsets:
    """
    Map the offsets of a text rewritten twice; `outer` is the later rewriting.

    >>> dropped = Origin((Segment(0, 1, 0, 1), Segment(1, 1, 1, 2), Segment(1, 3, 2, 4)))
    >>> [compose(dropped, dropped)[offset] for offset in range(3)]  # "abcd", "acd", "ad"
    [0, 1, 4]
    """
    if isinstance(outer, range):
        return inner
    if isinstance(inner, range):
        return outer
    return Origin(tuple(_through(outer, inner)))


def _through(outer: Origin, inner: Origin) -> Iterator[Segment]:
    at = source_at = 0
    for segment in outer.segments:
        for to, source_to in _ends(segment, inner):
            yield Segment(at, to, source_at, source_to)
            at, source_at = to, source_to
    if inner[len(inner) - 1] > source_at:
        yield Segment(at, at, source_at, inner[len(inner) - 1])


def _ends(outer: Segment, inner: Origin) -> Iterator[tuple[int, int]]:
    """Yield the ends of the parts of an outer segment, with where they end in inner's source."""
    low, high = outer.source_start, outer.source_end
    if not outer.linear:
        yield outer.end, inner[high]
        return
    first = max(0, bisect_left(inner.starts, low) - 1)
    for segment in islice(inner.segments, first, None):
        if segment.start >= high:
            break
        if segment.end > low or segment.start == low:
            end = min(segment.end, high)
            yield outer.start + end - low, segment.source_end if end == segment.end else inner[end]
