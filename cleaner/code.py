"""
Know the lines of a program, in which "continue" and "print" are no links.

A line is judged by those around it, since it may be a word; a mistake costs a line of furniture.
"""

import re
from bisect import bisect_left

from cleaner.lines import Lines
from cleaner.memory import remembered

FENCES = ("'''", "~~~")  # backticks are folded to quotes
STATEMENT_RE = re.compile(
    r".*[{};\\]|.*\w\)[:,]|(?:\w[\w.]*|[})])\(.*"
    r"|(?:def|class|for|while|if|elif|else|try|except|with|func|fn|switch|case)\b.*[:{(]"
    r"|(?:import|from|return|let|const|var|package|using|#include|echo|export)\b.*[\"'>.(\[\]_=].*"
    r"|[\w.\[\]\"']+ ?[-+*/|&:]?==? ?\S.*|(?://|#|\$|>>>|/\*) ?[a-z].*|</?\w[^>]*>.*"
)
NEAR = 4  # full lines before, and after
ENOUGH = 3  # statements among them, one of them right beside it


def is_code(index: int, lines: Lines) -> bool:
    r"""
    Does a line stand in a program, or between fences?

    >>> from cleaner.document import document
    >>> code = "for boat in boats:\n    if boat.leaks:\n        continue\n    sail(boat)\n"
    >>> is_code(2, document(code + "Read on below.").lines)
    True
    >>> is_code(2, document("If it leaks:\nbail.\nContinue\nSail on (home).").lines)
    False
    """
    if "fences" not in lines.memo:
        lines.memo["fences"] = _fences(lines)
    if bisect_left(lines.memo["fences"], index) % 2:
        return True
    place, texts = lines.places[index], lines.texts
    beside = lines.full[max(0, place - 1) : place + 2]
    if not any(is_statement(texts[one]) for one in beside):  # so nearly always
        return False
    near = lines.full[max(0, place - NEAR) : place + NEAR + 1]
    return sum(is_statement(texts[one]) for one in near) >= ENOUGH


def _fences(lines: Lines) -> list[int]:
    """Return the lines that open or close a block of code; the last may be of no pair."""
    found = [index for index in lines.full if lines.texts[index].startswith(FENCES)]
    return found[: len(found) // 2 * 2]


@remembered
def is_statement(line: str) -> bool:
    """Does a line look like one of a program?"""
    return bool(STATEMENT_RE.fullmatch(line))
