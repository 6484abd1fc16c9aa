r"""
The clean text as lines and paragraphs, with what stages ask about them.

Lines end at "\n" only. Each is judged by its *shadow*: curly quotes, dashes and odd spaces folded
one code point to one code point, so that offsets hold, and without the white space around it.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING, Any

from cleaner.prose import is_prose

if TYPE_CHECKING:
    from cleaner.document import Document

FOLDED = {
    "'": "‘’‚‛ʼ′´`",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000\t",
}


def shadow(text: str) -> str:
    r"""
    Fold typography that patterns should not have to spell, one code point to one.

    >>> shadow("“Don’t” – said\u00a0she")
    '"Don\'t" - said she'
    """
    if text.isascii():
        return text.replace("\t", " ").replace("`", "'")
    for plain, fancy in FOLDED.items():
        for character in fancy:
            text = text.replace(character, plain)  # far cheaper than str.translate
    return text


_shadow_of_body = lru_cache(maxsize=2)(shadow)


@dataclass(frozen=True)
class Lines:
    """
    The lines of one text: `starts[i]:ends[i]` without the line end, `texts[i]` the stripped shadow.

    `gaps` are offsets of the text where something was removed, with the categories that went there.
    """

    text: str
    shadow: str
    starts: list[int]
    ends: list[int]
    texts: list[str]
    gaps: dict[int, set[str]]
    memo: dict[object, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, doc: "Document") -> "Lines":
        text = doc.text
        whole = _shadow_of_body(doc.body)  # of all versions, since it is folded one to one
        folded = "".join(whole[start:end] for start, end in doc.kept()) if doc.removals else whole
        pieces = folded.split("\n")
        ends = [*map(add, accumulate(map(len, pieces)), range(len(pieces)))]
        starts = [0, *(end + 1 for end in ends[:-1])]
        gaps: dict[int, set[str]] = {}
        gone = 0
        for removal in doc.removals:
            gaps.setdefault(removal.start - gone, set()).add(removal.category)
            gone += removal.end - removal.start
        return cls(text, folded, starts, ends, [*map(str.strip, pieces)], gaps)

    def __len__(self) -> int:
        return len(self.texts)

    def stripped(self, index: int) -> tuple[int, int]:
        """Return the `start, end` of a line without the white space around it."""
        line = self.text[self.starts[index] : self.ends[index]]
        start = self.starts[index] + len(line) - len(line.lstrip())
        return start, start + len(self.texts[index])

    def at(self, offset: int) -> int:
        """Return the index of the line that an offset stands in."""
        return bisect_right(self.starts, offset) - 1

    def whole(self, first: int, last: int) -> tuple[int, int]:
        """Return the span of whole lines, with the line end that goes with them."""
        start, end = self.starts[first], self.ends[last]
        if last + 1 < len(self):
            return start, end + 1
        if start and self.text[start - 2 : start] == "\r\n":
            return start - 2, end
        return max(0, start - 1), end

    @cached_property
    def full(self) -> list[int]:
        """Indices of the lines that are not blank."""
        return [index for index, line in enumerate(self.texts) if line]

    @cached_property
    def prose(self) -> list[int]:
        """Indices of the lines that are prose."""
        return [index for index in self.full if is_prose(self.texts[index])]

    @cached_property
    def prose_set(self) -> frozenset[int]:
        """`prose`, for asking whether a line is."""
        return frozenset(self.prose)

    @cached_property
    def places(self) -> dict[int, int]:
        """Where each line that is not blank stands in `full`."""
        return {index: place for place, index in enumerate(self.full)}

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """`first, last` line of each paragraph: a run of full lines, or each line by itself."""
        runs: list[tuple[int, int]] = []
        for index in self.full:
            if runs and runs[-1][1] == index - 1:
                runs[-1] = runs[-1][0], index
            else:
                runs.append((index, index))
        if 3 * (len(runs) - 1) < len(self.full):  # hardly a blank line: lines are the paragraphs
            return [(index, index) for index in self.full]
        return runs

    @cached_property
    def beside(self) -> dict[int, set[str]]:
        """The categories that went right before or after a line, blank lines apart."""
        near: dict[int, set[str]] = {}
        starts = [self.starts[index] for index in self.full]
        for offset, categories in self.gaps.items():
            after = bisect_left(starts, offset)
            for place in (after - 1, after):
                if 0 <= place < len(self.full):
                    near.setdefault(self.full[place], set()).update(categories)
        return near
