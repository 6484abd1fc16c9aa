"""
Which part of a line goes, where a sentence of the article stands in one line with furniture.

Extractors join what a page shows apart: "Sign up for our newsletter.The ferry sank at noon." What
stands beside the match of a rule and speaks of what other lines speak of is the article's, and
stays.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from cleaner.prose import count_words, is_prose, long_words
from cleaner.rules import Rule
from cleaner.searching import Hit

SHORTEST = 60  # characters of a line that may hold furniture and a sentence
WORDS = 10  # of a sentence; shorter ones share words by chance
SHARED, LIKE = 2, 0.25  # of its longer words stand in other lines: so many, and as great a share
# What speaks of the article's own matter is not glued to it; notices have many sentences, and share
# words with each other.
TELLING = frozenset(["caption", "related", "bio", "credit"])
NOTICES = {"consent": 0.5, "legal": 0.5}
STOP_RE = re.compile(r"[.!?][\"')\]]*\s*(?=[^\W\d_a-zß-ÿ]|[\"'(])")


def may_be_glued(rule: Rule, text: str) -> bool:
    """Could what a rule takes of a line be a sentence of the article?"""
    return rule.scope != "block" and len(text) >= SHORTEST and rule.category not in TELLING


def count_lines(texts: Iterable[str]) -> Counter[str]:
    """Count in how many lines each longer word stands."""
    return Counter(word for text in texts for word in long_words(text))


def furniture_of(text: str, hit: Hit, article: Counter[str]) -> tuple[int, int]:
    """
    Return what goes of a line that a rule matches: all, or for a span the match, but the sentences
    of the article.

    A sentence that the rule matches by itself is not the article's. Of the first sentences of
    articles, seven in eight share words enough with what follows.
    """
    stops = (stop.end() for stop in STOP_RE.finditer(text))
    parts = [*pairwise(sorted({0, hit.start, hit.end, len(text), *stops}))]
    kept = [part for part in parts if _is_article(text, *part, hit.rule, article)]
    known = [part for part in parts if hit.start < part[1] and part[0] < hit.end]
    gone = [part for part in known if part not in kept]
    if not gone:
        return hit.start, hit.start
    low, high = (hit.start, hit.end) if hit.rule.scope == "span" else (0, len(text))
    low = max([low, *(last for _, last in kept if last <= gone[0][0])])
    high = min([high, *(first for first, _ in kept if first >= gone[-1][1])])
    return low, high


def _is_article(text: str, start: int, end: int, rule: Rule, article: Counter[str]) -> bool:
    """Does this part of a line speak of the article, or did a match run into it without a blank?"""
    sentence = text[start:end].strip()
    if count_words(sentence) < WORDS or not is_prose(sentence):
        return False
    if rule.scope != "span" or text[start - 1 : start] not in tuple(".!?"):
        words, share = long_words(sentence), NOTICES.get(rule.category, LIKE)
        if len(words & article.keys()) < max(SHARED, share * len(words)):
            return False
    return not rule.compiled(rule.pattern).search(sentence)
