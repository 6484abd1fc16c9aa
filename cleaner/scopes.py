"""What a hit claims of the text, scope by scope: the match, the line, the paragraph, a region."""

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

from cleaner.lines import Lines
from cleaner.rules import Rule, Scope
from cleaner.searching import Hit, max_length

MAX_LINES = 30  # full lines of a region after the first, where its rule does not say
EVIDENCE = 80  # characters of the matched text that the report shows


class Claim(NamedTuple):
    """`rule` wants `start:end` of a text, which are the lines `first` to `last` or inside one."""

    start: int
    end: int
    first: int
    last: int
    rule: Rule
    evidence: str


def claim_span(lines: Lines, first: int, last: int, hit: Hit) -> Claim | None:
    """
    Claim the match, with the blanks that would be left double or at an end of the line.

    Nothing is claimed inside a quotation: what somebody says is the article's.
    """
    text, base = lines.texts[first], lines.stripped(first)[0]
    start, end = hit.start, hit.end
    if _in_quotes(lines, first, start):
        return None
    while end < len(text) and text[end].isspace() and (not start or text[start - 1].isspace()):
        end += 1
    while start and end == len(text) and text[start - 1].isspace():
        start -= 1
    if (start, end) == (0, len(text)):
        return claim_lines(lines, first, first, hit)
    evidence = text[hit.start : hit.end][:EVIDENCE]
    return Claim(base + start, base + end, first, first, hit.rule, evidence)


def _in_quotes(lines: Lines, index: int, offset: int) -> bool:
    """Is a quotation open at this offset of a line?"""
    key = ("quotes", index)
    if key not in lines.memo:
        text = lines.texts[index]
        lines.memo[key] = [[at.start() for at in re.finditer(sign, text)] for sign in '"「」']
    straight, opened, closed = (bisect_left(places, offset) for places in lines.memo[key])
    return straight % 2 == 1 or opened > closed


def claim_lines(lines: Lines, first: int, last: int, hit: Hit) -> Claim | None:
    """Claim whole lines: the line, or all of the paragraph."""
    start, end = lines.whole(first, last)
    text = lines.texts[first] if first == last else "\n".join(lines.texts[first : last + 1])
    evidence = text[hit.start : min(hit.end, hit.start + EVIDENCE)]
    return Claim(start, end, first, last, hit.rule, evidence)


def claim_region(lines: Lines, first: int, last: int, hit: Hit) -> Claim | None:
    """Claim the line and what follows; nothing where the region finds no end in time."""
    end = _region_end(lines, first, hit.rule)
    return None if end is None else claim_lines(lines, first, end, hit)


def _region_end(lines: Lines, first: int, rule: Rule) -> int | None:
    """Return the last line of the region that opens at `first`, or None where it has no end."""
    place = lines.places[first]
    following = lines.full[place + 1 : place + 1 + (rule.max_lines or MAX_LINES)]
    until = rule.compiled(rule.until) if rule.until else None
    last = first
    for index in following:
        text = lines.texts[index]
        if until and len(text) <= max_length(rule) and until.search(text):
            return index if rule.through else last if last > first else None
        if rule.during and index in lines.prose_set:
            return last
        last = index
    whole = place + 1 + len(following) == len(lines.full)
    return last if whole and not until else None


SCOPES: dict[Scope, Callable[[Lines, int, int, Hit], Claim | None]] = {
    "span": claim_span,
    "line": claim_lines,
    "block": claim_lines,
    "region": claim_region,
}
