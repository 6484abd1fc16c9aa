"""
Repair the encoding of a text, line by line, and keep the way back.

ftfy decides what is broken; we restrict it to repairs. The author's typography (curly quotes,
ligatures, full-width forms) and every kind of line break stay. HTML entities and zero-width junk
are our own steps, since ftfy's entity decoding depends on what other lines hold.
"""

import re
from collections.abc import Iterator
from html import unescape

import ftfy
from ftfy.fixes import fix_c1_controls
from rapidfuzz.distance import Levenshtein

from cleaner.document import Document
from cleaner.origin import Origin, Segment

CONFIG = ftfy.TextFixerConfig(
    unescape_html=False,  # ours: see above
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_c1_controls=False,  # ours: NEL is a line break and stays
    normalization=None,
)
PASSES = 8  # repairs of repairs; each peels one layer of damage, and three are already rare
WINDOW = 4096  # longer lines are repaired in pieces, so that cost grows with their length

# What ftfy could want to change: anything not ASCII, controls but TAB, CR and FF, and escapes.
SUSPECT_RE = re.compile(r"[^\t\r\x0c\x20-\x7e]")
ENTITY_RE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
C1_RE = re.compile("[\x80-\x84\x86-\x9f]")  # without NEL
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
        if doc is before or not LONG_LINE_RE.search(
            doc.body
        ):  # a line is repaired to its end at once
            return doc
    raise ValueError(f"the encoding is not repaired after {PASSES} passes")


def _repaired(doc: Document) -> Document:
    if not needs_repair(doc.body):
        return doc
    pieces: list[str] = []
    segments: list[Segment] = []
    at = source_at = 0
    for before in _pieces(doc.body):
        after = repair(before)
        pieces.append(after)
        for start, end, source_start, source_end in _aligned(before, after):
            segments.append(
                Segment(at + start, at + end, source_at + source_start, source_at + source_end)
            )
        at, source_at = at + len(after), source_at + len(before)
    body = "".join(pieces)
    return doc if body == doc.body else doc.rewritten(body, Origin(tuple(_joined(segments))))


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
    return not text.isascii() or "&" in text or bool(SUSPECT_RE.search(text.replace("\n", "")))


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
            break
        line = after
    return line


def _fixed(line: str) -> str:
    """Apply ftfy; a NEL is kept unless it was a byte of something else."""
    if not SUSPECT_RE.search(line):
        return line
    if "\x85" not in line:
        return fix_c1_controls(ftfy.fix_and_explain(line, CONFIG).text)
    fixed = ftfy.fix_and_explain(line, CONFIG)
    decoded = any(step == ("decode", "utf-8") for step in fixed.explanation or ())
    if decoded or C1_RE.search(line):
        return fix_c1_controls(fixed.text)
    return "\x85".join(map(_fixed, line.split("\x85")))


def _resolved(line: str) -> str:
    return ENTITY_RE.sub(_character, line) if "&" in line else line


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


def _aligned(before: str, after: str) -> Iterator[Segment]:
    """Yield segments of `after` over `before`, with what was rewritten as narrow as can be."""
    if before == after:
        yield Segment(0, len(after), 0, len(before))
        return
    for edit in Levenshtein.opcodes(before, after):
        yield Segment(edit.dest_start, edit.dest_end, edit.src_start, edit.src_end)


def _joined(segments: list[Segment]) -> Iterator[Segment]:
    """Join neighbours that are both linear, so that a long text has few segments."""
    held = segments[0]
    for segment in segments[1:]:
        if held.linear and segment.linear:
            held = Segment(held.start, segment.end, held.source_start, segment.source_end)
        else:
            yield held
            held = segment
    yield held
