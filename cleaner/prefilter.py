r"""
What a text must hold for a pattern to match: strings, one of which it cannot do without.

They skip work and never change a result. A text is scanned as `prepared`: folded, so that whatever
`re.IGNORECASE` takes for equal is equal, and with a sign where it begins and ends, so that a string
knows its place.
"""

import re
from functools import lru_cache
from re import _parser as parser  # type: ignore[attr-defined]

from cleaner.folding import fold_case
from cleaner.parts import (
    BEGIN,
    DIGIT_RE,
    END,
    LEAD_RE,
    LONGEST,
    Strings,
    frequency,
    held_by,
    sequence,
)

FEWEST = 1.2  # how often the strings of a pattern may stand in a line, to be worth a scan
COMMONEST = (0.12, 0.04)  # and each of them, and each of the others beside them
RARE = 0.01  # as rare as that, the strings need no company
EDGES_RE = re.compile(f"[{BEGIN}{END}]")
LINES_RE = re.compile(r"\(\?[a-zA-Z]*m")  # a flag with which ^ and $ are no edges of the text


@lru_cache(maxsize=8192)
def needed(source: str, exact: bool = False) -> tuple[tuple[str, ...], ...]:
    r"""
    Return strings of which a text, `prepared`, must hold one, and where these are common, others of
    which it must hold one, too; nothing where nothing is known.

    >>> needed(r"(?:Read|Lesen) more\b.*"), needed(r"\d+")
    ((('lesen more', 'read more'),), ())
    >>> needed(r"^\W{0,9}(?:Ad|No[rw] this)$")
    (('\x01ad\x02', '\x01nor this\x02', '\x01now this\x02'),)
    """
    parsed = parser.parse(source, 0 if exact else re.IGNORECASE)
    part = sequence(parsed, bool(LINES_RE.search(source)))
    groups = [
        group
        for group, most in zip(held_by(part), COMMONEST, strict=False)
        if frequency(group) <= FEWEST and all(frequency([one]) <= most for one in group)
    ]
    if len(groups) > 1 and (frequency(groups[0]) < RARE or _follows(*groups)):
        groups.pop()
    return tuple(tuple(sorted(group)) for group in groups)


def _follows(one: Strings, other: Strings) -> bool:
    """Does a text that holds one of some strings hold one of others anyway?"""
    return all(any(part in string for part in other) for string in one)


def prepared(text: str) -> str:
    r"""
    Return what is scanned for a text: from its first word on, and all before it once more.

    >>> prepared("(Read More)")
    '\x01read more)\x02\x01(read more)\x02'
    """
    text = EDGES_RE.sub("\3", text.strip())
    text = DIGIT_RE.sub("0", fold_case(text))
    start = LEAD_RE.match(text).end()  # type: ignore[union-attr]
    if not start:
        return f"{BEGIN}{text}{END}"
    return f"{BEGIN}{text[start:]}{END}{BEGIN}{text[: start + LONGEST]}{END}"
