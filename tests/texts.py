"""Texts for the laws: seeds, rule examples and hostile noise, put together at random."""

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from cleaner.decoding import decode
from cleaner.rulefiles import read_rules

ROOT = Path(__file__).parent.parent
HOSTILE = (
    "İstanbul'da İLAN", "Straße ß ẞ ﬁne", "\ud800", "\udfff\ud83d", "e\u0301\u0300\u0323",
    "a\x85b", "a\u2028b\u2029c", "\r", "\r\n", "\x00", "\x0b\x0c\x1c\x1d\x1e", "\u200b\u200d\ufeff",
    "👩\u200d👩\u200d👧", "\u202eabc\u202c", "שלום\u200fabc", "می\u200cخواهم", "\x1b[31mred\x1b[0m",
    "lâ€™Ã©tÃ©", "Ã\x85ngstrÃ¶m", "It\x92s late\x85", "&amp;amp;lt;&#x27;&nbsp;&#0;&#10;&NewLine;",
    "\u00a0\u3000\t ", "ﬃ ﾊﾝｶｸ", "\ufffd", "\U0010ffff\U000e0041", "́", "…", "—", "?!", "0",
)  # fmt: skip


@cache
def pieces() -> tuple[str, ...]:
    """Lines of the seeds and of the examples of every rule."""
    files = sorted(path for path in (ROOT / "seeds").iterdir() if path.suffix == ".txt")
    lines = {line for path in files for line in decode(path.read_bytes()).text.split("\n")}
    for rule in read_rules():
        for example in (*rule.match, *rule.keep):
            lines.update(example.split("\n"))
    return tuple(sorted(lines))


def texts() -> st.SearchStrategy[str]:
    """Lines, noise and glue in any order."""
    line = st.one_of(
        st.sampled_from(pieces()),
        st.sampled_from(HOSTILE),
        st.text(st.characters(), max_size=12),
        st.builds(" ".join, st.lists(st.sampled_from(pieces()), min_size=2, max_size=3)),
    )
    glue = st.sampled_from(("\n", "\n", "\n\n", "\r\n", "\n \n", "\u2028", "\x85", "", " "))
    return st.lists(st.tuples(line, glue), max_size=14).map(
        lambda parts: "".join(map("".join, parts))
    )
