"""Know a line as the site's and not the article's, by the rules that match it."""

from collections.abc import Collection

from cleaner.matching import Matcher

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


def cue(text: str, matcher: Matcher, categories: Collection[str] = SITE_CATEGORIES) -> int:
    """
    Return `OWN` for a line that only a site prints, `NAME` for one that a menu may hold, else 0.

    A rule that needs a neighbour (`beside`) proves nothing by itself: "1" may be a rank as well as
    a count of comments, "Music" a prize as well as a section. Menus are told by many such names.
    """
    rules = [hit.rule for hit in matcher.line_hits(text) if hit.rule.category in categories]
    if any(not rule.beside and rule.scope != "span" for rule in rules):
        return OWN
    return NAME if any(rule.category in MENU for rule in rules) else 0
