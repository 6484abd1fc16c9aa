r"""
Tell cheaply which text an encoding repair could change, so that the rest never meets it.

ftfy asks of each line whether it looks like mojibake, with one long regular expression that costs
Python's engine a millisecond for a page. It needs no look-around, so RE2 answers the same some
fifty times quicker. The pattern is the installed ftfy's own; without RE2, ftfy is asked.
"""

import re
from collections.abc import Callable
from functools import cache

# Without one of these, not even ftfy has to be imported.
SUSPECT_RE = re.compile(r"[^\t\n\x0c\r\x20-\x7e]")
# A class, an escape, a comment, blanks that mean nothing in a verbose pattern, or anything else.
TOKEN_RE = re.compile(r"(\[(?:\\.|[^\]\\])*\])|(\\.)|#[^\n]*|\s+|([^\s#\\\[]+)", re.DOTALL)
WORD, SPACE = r"\p{L}\p{N}_", r"\s\x0b\x1c-\x1f\x85\p{Z}"


def may_change(text: str) -> bool:
    r"""
    Could ftfy change this text, or a line of it? True is only a suspicion.

    >>> may_change("“Été” — naïve"), may_change("l'Ã©tÃ©"), may_change("\x08")
    (False, True, True)
    """
    if text.isascii() and not SUSPECT_RE.search(text):
        return False
    return bool(_controls().search(text)) or (not text.isascii() and _badness()(text))


@cache
def _controls() -> "re.Pattern[str]":
    """Find what ftfy could want to change beside mojibake: controls, escapes, surrogates."""
    from ftfy.chardata import CONTROL_CHARS

    controls = "".join(sorted(re.escape(chr(code)) for code in CONTROL_CHARS))
    return re.compile(f"[{controls}\x1b\x7f-\x9f\ud800-\udfff]")


@cache
def _badness() -> Callable[[str], bool]:
    from ftfy.badness import BADNESS_RE, is_bad

    try:
        import re2
    except ImportError:
        return is_bad
    bad = re2.compile(to_re2(BADNESS_RE.pattern))
    return lambda text: bool(bad.search(text))


def to_re2(verbose: str) -> str:
    r"""
    Spell a verbose pattern for RE2, with Python's idea of words and blanks.

    >>> to_re2(r"[a\w] \s+ | ^x  # either")
    '[a\\p{L}\\p{N}_][\\s\\x0b\\x1c-\\x1f\\x85\\p{Z}]+|\\Ax'
    """
    pieces = []
    for found in TOKEN_RE.finditer(verbose):
        group, escape, plain = found.groups()
        if group:
            pieces.append(group.replace(r"\w", WORD).replace(r"\s", SPACE))
        elif escape:
            pieces.append({r"\w": f"[{WORD}]", r"\s": f"[{SPACE}]"}.get(escape, escape))
        elif plain:
            pieces.append(plain.replace("^", r"\A"))
    return "".join(pieces)
