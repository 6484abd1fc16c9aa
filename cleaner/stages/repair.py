"""
Repair the encoding of a text, line by line, and keep the way back.

ftfy decides what is broken; we restrict it to repairs. The author's typography (curly quotes,
ligatures, full-width forms) and every kind of line break stay. HTML entities and zero-width junk
are our own steps, since ftfy's entity decoding depends on what other lines hold.
"""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

from cleaner.document import Document
from cleaner.gates import may_change
from cleaner.origin import Origin, Segment

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

PASSES = 8  # repairs of repairs; each peels one layer of damage, and three are already rare
WINDOW = 4096  # longer lines are repaired in pieces, so that cost grows with their length

ENTITY_RE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Controls that were bytes of Windows-1252. Byte 85 is its ellipsis and also NEL, a line break; it
# is the ellipsis in company of others, and where a word stands before it and a blank after.
C1_RE = re.compile(r"[\x80-\x84\x86-\x9f]|(?<=\w)\x85(?= )")
LONG_LINE_RE = re.compile(rf"[^\n]{{{WINDOW}}}")
PIECE_RE = re.compile(rf"\S{{0,{WINDOW}}}\s*")

# Zero-width characters that mean nothing: the soft hyphen, ZERO WIDTH SPACE, WORD JOINER, a BOM
# inside the text. ZWSP separates words in Thai, Lao, Khmer, Burmese and Tibetan, so it stays there.
WORDLESS = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
JUNK_RE = re.compile(
    f"[\u00ad\u2060\ufeff]|(?<![{WORDLESS}])\u200b(?![{WORDLESS}])"
    # Joiners belong to scripts that join or stack, and to emoji; nothing before U+0300 does.
    "|(?<![\u0300-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\U0010ffff])"
)
# Direction marks steer mixed text; a line without right-to-left letters has nothing to steer.
DIRECTION_RE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
OURS_RE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
RIGHT_TO_LEFT_RE = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff]")


def repair_encoding(doc: Document) -> Document:
    """
    Repair mojibake, lossy sequences, control characters, entities and zero-width junk.

    Once something was removed, the body stands; a removal that made new mojibake is an error.
    """
    if doc.removals:
        return _checked(doc)
    for _ in range(PASSES):
        before = doc
        doc = _repaired(doc)
        if doc is before or not LONG_LINE_RE.search(doc.body):  # others are done at once
            return doc
    raise ValueError(f"the encoding is not repaired after {PASSES} passes")


def _repaired(doc: Document) -> Document:
    if not needs_repair(doc.body):
        return doc
    before = list(_pieces(doc.body))
    after = [repair(piece) for piece in before]
    if before == after:
        return doc
    return doc.rewritten("".join(after), Origin(tuple(_segments(before, after))))


def _segments(before: list[str], after: list[str]) -> Iterator[Segment]:
    """Yield edits as narrow as can be, and what lies between two of them as one segment."""
    at = source_at = 0
    stretches = chain.from_iterable(map(_stretches, before, after))
    for _, run in groupby(stretches, lambda stretch: stretch.edited):
        sizes = list(run)
        to = at + sum(stretch.size for stretch in sizes)
        source_to = source_at + sum(stretch.source_size for stretch in sizes)
        yield Segment(at, to, source_at, source_to)
        at, source_at = to, source_to


def _checked(doc: Document) -> Document:
    """Make sure that lines which lost a part need no repair now."""
    lines = doc.lines
    for index in {lines.at(offset) for offset in lines.gaps}:
        line = lines.text[lines.starts[index] : lines.ends[index]]
        if "".join(map(repair, _pieces(line))) != line:
            raise ValueError(f"line {index + 1} would need another repair after a removal")
    return doc


def needs_repair(text: str) -> bool:
    """Could a repair change the text? False costs one scan; True is only a suspicion."""
    return (
        ("&" in text and bool(ENTITY_RE.search(text)))
        or (not text.isascii() and bool(OURS_RE.search(text)))
        or may_change(text)
    )


def repair(line: str) -> str:
    r"""
    Repair one line, until there is nothing left to repair.

    >>> repair("l\u2019\u00c3\u00a9t\u00c3\u00a9 &amp;amp; l\u2019hiver")
    'l\u2019été & l\u2019hiver'
    >>> repair("“Curly” stays, \ufb01ne ligatures too.\r")
    '“Curly” stays, \ufb01ne ligatures too.\r'
    """
    for _ in range(PASSES):
        after = _without_junk(_resolved(_fixed(line)))
        if after == line:
            return line
        line = after
    raise ValueError(f"the encoding is not repaired after {PASSES} passes")


def _fixed(line: str) -> str:
    """Apply ftfy; a NEL is kept unless it was a byte of something else."""
    if not may_change(line):
        return line
    from ftfy import fix_and_explain  # most texts never need it, and it takes a while to import
    from ftfy.fixes import fix_c1_controls

    fixed = fix_and_explain(line, ftfy_config())
    decoded = any(step == ("decode", "utf-8") for step in fixed.explanation or ())
    if "\x85" not in line or decoded or C1_RE.search(line):
        return fix_c1_controls(fixed.text)
    return "\x85".join(map(_fixed, line.split("\x85")))


@cache
def ftfy_config() -> "TextFixerConfig":
    """Return what ftfy may do: repairs only."""
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,  # ours: see above
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_c1_controls=False,  # ours: NEL is a line break and stays
        normalization=None,
    )


def _resolved(line: str) -> str:
    """Resolve entities, and what they resolve to; each step makes the line shorter."""
    while "&" in line:
        before, line = line, ENTITY_RE.sub(_character, line)
        if line == before:
            break
    return line


def _character(entity: re.Match[str]) -> str:
    """Return what an entity stands for; a line break would make two lines of one, so a blank."""
    resolved = unescape(entity[0])
    return " " if resolved in ("\n", "\r") else resolved


def _without_junk(line: str) -> str:
    if line.isascii():
        return line
    line = JUNK_RE.sub("", line)
    return line if RIGHT_TO_LEFT_RE.search(line) else DIRECTION_RE.sub("", line)


def _pieces(text: str) -> Iterator[str]:
    """Yield lines with their ends; a line of absurd length in windows cut at white space."""
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        if len(line) <= WINDOW:
            yield line
            continue
        start = 0
        while start < len(line):
            end = start
            for word in PIECE_RE.finditer(line, start):
                if word.end() - start > WINDOW and end > start:
                    break
                end = word.end()
                if end == len(line):
                    break
            yield line[start:end]
            start = end


class _Stretch(NamedTuple):
    edited: bool
    size: int
    source_size: int


def _stretches(before: str, after: str) -> Iterator[_Stretch]:
    """Yield what was edited of a piece of text and what was not, in order."""
    if before == after:
        yield _Stretch(False, len(after), len(before))
        return
    for code in Levenshtein.opcodes(before, after):
        size, source_size = code.dest_end - code.dest_start, code.src_end - code.src_start
        yield _Stretch(code.tag != "equal", size, source_size)
