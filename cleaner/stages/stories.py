"""
Find other stories above an article's headline, and below it with their teasers under a heading.

Rules take a list of headlines, but stop at the first sentence, since it could be the article's.
Here all to the end is looked at: short lines with a sentence or two between them that speak of
other things than the article, or cards that end in links "Read more".
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from cleaner.document import Document, Removal
from cleaner.lines import Lines, shadow
from cleaner.matching import Matcher
from cleaner.prose import count_words, long_words
from cleaner.searching import Hit
from cleaner.stages.page import is_headline, shares_words

RULE, ABOVE = "footer.stories-below", "navigation.headlines-above"
HEADING = 8  # words
BODY = 6  # sentences of the article
MOST = 8  # headings tried, the last ones; each costs a look at all below
LABELS = 3  # headlines, or sections, among the teasers
RUN = 2  # sentences in a row that a teaser has
TEASER = 45  # words of each
LONGER = 2  # the article is so many times as long as the teasers
LIKE = 0.25  # of a teaser's longer words stand in the article, by chance
OTHERS = 3  # headlines of others above the article's own
MARKS = 2  # labels that come again among them, or that went: a table of contents has none
HEADLINES = 3  # of others below a heading that also writers use
# What a digest's author writes above its last items, and what may be a box or a subheading.
WRITERS_RE = re.compile(
    r"\W*(?:in other news|trending now|don't miss|más noticias"
    r"|weitere (?:meldungen|nachrichten))\b",
    re.IGNORECASE,
)
EITHER_RE = re.compile(r"\W*(?:related|trending|the latest|more on this.*)\W*", re.IGNORECASE)
CAPITALS = 0.6  # of a headline's words; a poem's lines have one
CARDS = 2  # that end in a link
LINK_RE = re.compile(
    r"(?:[^\w\"]|_){0,6}(?:read more|continue reading|mehr (?:lesen|erfahren)|weiterlesen"
    r"|lire (?:la suite|plus)|en savoir plus|leer más|seguir leyendo|leggi (?:tutto|di più)"
    r"|leia mais|saiba mais|lees (?:meer|verder)|läs mer|les mer|læs mere|lue lisää"
    r"|czytaj (?:więcej|dalej)|читать далее|devamını oku|baca selengkapnya|続きを読む|阅读全文"
    r"|اقرأ المزيد)\b",
    re.IGNORECASE,
)


def find_headlines_above(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    """Yield headlines of others above the article's own, with the labels among them."""
    lines = doc.lines
    head = [index for index in lines.full if lines.prose and index < lines.prose[0]]
    titles = [index for index in head if is_title(lines.texts[index])]
    if len(titles) <= OTHERS:
        return
    article = long_words(lines.shadow[lines.starts[lines.prose[0]] :])
    shared = {index for index in titles if shares_words(lines.texts[index], article)}
    if titles[-1] not in shared or len(titles) - len(shared) < OTHERS:
        return
    gone = _gone(lines.ends[titles[0]], lines.starts[titles[-1]], lines)
    if _repeats(head, lines) + gone < MARKS:
        return
    for index in head[: head.index(titles[-1])]:
        if index not in shared:
            evidence = f"above line {titles[-1] + 1}"
            yield Removal(*lines.whole(index, index), ABOVE, evidence=evidence)


def _repeats(indices: list[int], lines: Lines) -> int:
    """Count the lines, no sentences, that stand more than once."""
    texts = Counter(lines.texts[index] for index in indices if index not in lines.prose_set)
    return sum(count for count in texts.values() if count > 1)


def _gone(start: int, end: int, lines: Lines) -> int:
    """Count the places between two offsets where something of the site went."""
    gone = (kinds for at, kinds in lines.gaps.items() if start <= at <= end)
    return sum(bool(kinds - {"tidy", "duplicate"}) for kinds in gone)


def is_title(text: str) -> bool:
    """Is this a headline most words of which have capitals?"""
    words = [word for word in text.split() if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    return is_headline(text) and capitals >= CAPITALS * len(words)


def find_stories(doc: Document, matcher: Matcher) -> Iterator[Removal]:
    """Yield everything from the heading to the end."""
    lines = doc.lines
    if len(lines.prose) <= BODY:
        return
    hits = matcher.hits(lines)
    late = (index for index in hits if index > lines.prose[BODY - 1])
    headings = [index for index in late if _is_heading(lines.texts[index], hits[index])]
    for index in headings[-MOST:]:
        below = lines.full[lines.places[index] + 1 :]
        if _are_teasers(index, below, lines) or _are_cards(index, below, doc):
            start, end = lines.whole(index, lines.full[-1])
            yield Removal(start, end, RULE, evidence=lines.texts[index])
            return


def _is_heading(text: str, hits: Iterable[Hit]) -> bool:
    """Does a rule know it as the heading of a box with other stories, which may stand anywhere?"""
    may_be = count_words(text) <= HEADING and not WRITERS_RE.match(text)
    return may_be and any(
        hit.rule.scope == "region"
        and hit.rule.id.startswith(("related.list-inside", "related.trending"))
        for hit in hits
    )


def _are_teasers(heading: int, below: list[int], lines: Lines) -> bool:
    """Is this a list of labels, headlines and teasers of other things than the article's?"""
    above = lines.shadow[: lines.starts[heading]]
    rest = lines.shadow[lines.starts[heading] :]
    if len(above) < LONGER * len(rest):
        return False
    if sum(index not in lines.prose_set for index in below) < LABELS:
        return False
    if not _is_site(heading, below, lines):
        return False
    article = long_words(above)
    run: list[int] = []
    for index in below:
        run = [*run, index] if index in lines.prose_set else []
        if run and (len(run) > RUN or count_words(lines.texts[index]) > TEASER):
            return False
        words = long_words(" ".join(lines.texts[one] for one in run))
        if len(words & article) > LIKE * len(words):
            return False
    return True


def _is_site(heading: int, below: list[int], lines: Lines) -> bool:
    """Is there a headline, a label that comes again, or one that went? A digest has its own."""
    texts = [lines.texts[index] for index in below if index not in lines.prose_set]
    headlines = sum(map(is_headline, texts))
    if _repeats(below, lines) or headlines >= HEADLINES:
        return True
    sure = not EITHER_RE.fullmatch(lines.texts[heading])
    return sure and bool(headlines or _gone(lines.ends[heading] + 1, len(lines.text), lines))


def _are_cards(heading: int, below: list[int], doc: Document) -> bool:
    """Is this one headline after another, each with its story's beginning and a link that went?"""
    lines = doc.lines
    links: list[int] = []
    gone = 0
    for removal in doc.removals:
        if removal.category == "related":
            texts = shadow(doc.body[removal.start : removal.end]).split("\n")
            links += [removal.start - gone for text in texts if LINK_RE.match(text.strip())]
        gone += removal.end - removal.start
    links = [at for at in links if at > lines.starts[heading]]
    if len(links) < CARDS or not below or links[-1] < lines.ends[below[-1]]:
        return False
    titles = sum(is_headline(lines.texts[i]) for i in below if i not in lines.prose_set)
    return bool(titles) and lines.starts[heading] > len(lines.text) - lines.starts[heading]
