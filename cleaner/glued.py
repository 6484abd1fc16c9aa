"""
Keep a sentence of the article that stands in one line with furniture, or part of which looks so.

Extractors join what a page shows apart: "Sign up for our newsletter.The ferry sank at noon." What
stands beside the match of a rule and speaks of what other lines speak of is the article's, and
stays. And poems and wrapped texts break a sentence, so that "Share" may be its first line.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from cleaner.lines import Lines
from cleaner.prose import count_words, is_prose, long_words
from cleaner.rules import Rule
from cleaner.searching import Hit

SHORTEST = 60  # characters of a line that may hold furniture and a sentence
WORDS = 10  # of a sentence; shorter ones share words by chance
SHARED, LIKE = 2, 0.25  # of its longer words stand in other lines: so many, and as great a share
BETWEEN = 0.5  # between two sentences of an appeal, which speaks of what a paper writes about
# What speaks of the article's own matter is not glued to it; notices have many sentences, and share
# words with each other.
TELLING = frozenset(["caption", "related", "bio", "credit"])
NOTICES = {"consent": 0.5, "legal": 0.5}
SHORT = 6  # words of a line that is taken for furniture, and goes on
LONG = 4  # words of the next line, unless a sign ends it
STOPS = ".!?:"
LABELS = frozenset(["by", "from", "published", "updated", "posted", "written"])
STOP_RE = re.compile(r"[.!?][\"')\]]*\s*(?=[^\W\d_a-zß-ÿ]|[\"'(])")


def goes_on(lines: Lines, index: int) -> bool:
    r"""
    Does the sentence of a short line go on in the next?

    >>> from cleaner.document import document
    >>> lines = document("Share\nthe bread.\nShare\nby mail").lines
    >>> goes_on(lines, 0), goes_on(lines, 2)
    (True, False)
    """
    line = lines.texts[index]
    words = lines.texts[index + 1].split() if index + 1 < len(lines) else []
    if len(words) < 2 or line[-1] in STOPS or count_words(line) > SHORT:
        return False
    first = words[0].strip(",")
    is_written = len(words) >= LONG or words[-1][-1] in ".,;!?"
    return is_written and first.isalpha() and first.islower() and first not in LABELS


def may_be_glued(rule: Rule, text: str) -> bool:
    """Could what a rule takes of a line be a sentence of the article?"""
    return rule.scope != "block" and len(text) >= SHORTEST and rule.category not in TELLING


def count_lines(texts: Iterable[str]) -> Counter[str]:
    """Count in how many lines each longer word stands."""
    return Counter(word for text in texts for word in long_words(text))


def count_sentences(texts: Iterable[str]) -> Counter[str]:
    """Count in how many sentences each longer word stands, where it stands in several."""
    words = count_lines(sentence for text in texts for sentence in STOP_RE.split(text))
    return Counter({word: count for word, count in words.items() if count > 1})


class Around(NamedTuple):
    """What tells of a sentence: is it furniture by itself, and which words do other lines have?"""

    is_furniture: Callable[[str], bool]
    article_words: Callable[[], Counter[str]]


def furniture_of(text: str, hit: Hit, around: Around) -> tuple[int, int]:
    """
    Return what goes of a line that a rule matches: all, or for a span the match, but the sentences
    of the article.

    Of the first sentences of articles, seven in eight share words enough with what follows.
    """
    low, high = (hit.start, hit.end) if hit.rule.scope == "span" else (0, len(text))
    stops = (stop.end() for stop in STOP_RE.finditer(text, low, high))
    parts = [*pairwise(sorted({low, hit.start, hit.end, high, *stops}))]
    like = NOTICES.get(hit.rule.category, LIKE)
    long = [part for part in parts if _may_be_article(text[slice(*part)].strip(), around)]
    kept = [part for part in long if _is_like(text[slice(*part)], like, around)]
    if hit.rule.scope == "span":  # a match that ran on where no blank is
        kept += [part for part in long if text[part[0] - 1 : part[0]] in tuple(".!?")]
    gone = [p for p in parts if p not in kept and hit.start < p[1] and p[0] < hit.end]
    if not gone:
        return hit.start, hit.start
    after = [first for first, _ in kept if first >= gone[-1][1]]
    between = (part for part in kept if gone[0][1] <= part[0] < gone[-1][1])
    after += [p[0] for p in between if _is_like(text[slice(*p)], BETWEEN, around)]
    low = max([low, *(last for _, last in kept if last <= gone[0][0])])
    return low, min([high, *after])


def _may_be_article(sentence: str, around: Around) -> bool:
    long = count_words(sentence) >= WORDS and is_prose(sentence)
    return long and not around.is_furniture(sentence)


def _is_like(sentence: str, share: float, around: Around) -> bool:
    """Does a sentence speak of what the article speaks of?"""
    words = long_words(sentence)
    return len(words & around.article_words().keys()) >= max(SHARED, share * len(words))
