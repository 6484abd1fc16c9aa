"""
Find the footer of an unrelated site: the tail that belongs to the site and not to the story.

It is recognised by what it is, several lines that rules know as footer, navigation or the like,
and by sharing no words with the article. Then the lines among and after them go too: an address,
a slogan, and a closing sentence such as a disclaimer, which no pattern could tell from prose.
"""

from collections.abc import Iterator

from cleaner.document import Document, Removal
from cleaner.lines import Lines
from cleaner.matching import Matcher
from cleaner.prose import count_words, long_words
from cleaner.stages.cues import OWN, SITE_CATEGORIES, cues

RULE = "footer.unrelated"
CUES = 3  # lines or gaps that belong to a site; two of them stand under many articles
OWN_CUES = 2  # of them that no article prints
CUE_SHARE = 1 / 3  # of the lines of the footer; the rest is what only this site prints
SENTENCES = 2  # closing sentences of the site that may follow its cues
SENTENCE = 45  # words; a longer one is a paragraph of an article
SHARED = 0.25  # of the footer's longer words may stand in the article too, by chance


def find_footer(doc: Document, matcher: Matcher) -> Iterator[Removal]:
    """Yield the footer as one removal, tried with as few closing sentences as possible."""
    lines = doc.lines
    for sentences in range(min(SENTENCES + 1, len(lines.prose))):
        article_end = lines.prose[-1 - sentences]
        block = _from_first_cue([i for i in lines.full if i > article_end], lines, matcher)
        if block and _is_footer(block, lines, matcher):
            start, end = lines.whole(block[0], block[-1])
            evidence = f"{len(block)} lines"
            yield Removal(start, end, RULE, evidence=evidence)
            return


def _from_first_cue(tail: list[int], lines: Lines, matcher: Matcher) -> list[int]:
    """Return the tail from its first cue that is not a sentence."""
    for place, index in enumerate(tail):
        if index not in lines.prose_set and index in cues(lines, matcher):
            return tail[place:]
    return []


def _is_footer(block: list[int], lines: Lines, matcher: Matcher) -> bool:
    gone = _gone(block, lines)
    known = [cues(lines, matcher).get(index, 0) for index in block]
    count = gone + sum(map(bool, known))
    own = gone + known.count(OWN)
    if count < CUES or own < OWN_CUES or count < CUE_SHARE * len(block):
        return False
    if any(
        index in lines.prose_set and count_words(lines.texts[index]) > SENTENCE for index in block
    ):
        return False
    article = long_words(lines.shadow[: lines.starts[block[0]]])
    strange = (index for index, kind in zip(block, known, strict=True) if not kind)
    words = {word for index in strange for word in long_words(lines.texts[index])}
    return len(words & article) <= SHARED * len(words)


def _gone(block: list[int], lines: Lines) -> int:
    start, end = lines.starts[block[0]], lines.ends[block[-1]]
    return sum(start <= at <= end and bool(SITE_CATEGORIES & c) for at, c in lines.gaps.items())
