"""Know a line as the site's and not the article's, by the rules that match it."""

from collections.abc import Iterable

from cleaner.lines import Lines
from cleaner.matching import Matcher
from cleaner.searching import Hit

SITE_CATEGORIES = frozenset(
    [
        "footer",
        "navigation",
        "legal",
        "share",
        "newsletter",
        "subscription",
        "app",
        "consent",
        "comments",
        "widget",
    ]
)
MENU = frozenset({"navigation", "footer"})
NAME, OWN = 1, 2


def cues(
    lines: Lines, matcher: Matcher, categories: frozenset[str] = SITE_CATEGORIES
) -> dict[int, int]:
    """
    Return which lines are cues: `OWN` one that only a site prints, `NAME` one that a menu may hold.

    A rule that needs a neighbour (`beside`) proves nothing by itself: "1" may be a rank as well as
    a count of comments, "Music" a prize as well as a section. Menus are told by many such names.
    """
    key = (matcher, categories)
    if key not in lines.memo:
        kinds = {i: _kind(hits, categories) for i, hits in matcher.hits(lines).items()}
        lines.memo[key] = {index: kind for index, kind in kinds.items() if kind}
    known: dict[int, int] = lines.memo[key]
    return known


def _kind(hits: Iterable[Hit], categories: frozenset[str]) -> int:
    rules = [hit.rule for hit in hits if hit.rule.category in categories]
    if any(not rule.beside and rule.scope != "span" for rule in rules):
        return OWN
    return NAME if any(rule.category in MENU for rule in rules) else 0
