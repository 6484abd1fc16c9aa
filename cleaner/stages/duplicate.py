"""
Find what the page printed twice: its headline, a paragraph, or a teaser within one line.

The first copy stays. Short lines are left alone, because a refrain, a line of dialogue or a score
repeats with good reason.
"""

import re
from collections import Counter
from collections.abc import Iterator

from cleaner.document import Document, Removal
from cleaner.lines import Lines
from cleaner.matching import Matcher
from cleaner.prose import count_words

HEADLINE_WORDS = 4  # shorter lines repeat as labels do
TITLE_LINES = 3  # how far down the first copy may stand: a section label or a date before it
WAY_WORDS = 10  # before the copy of a headline
WAY_RE = re.compile(
    r"(?:home|start(?:seite)?|inicio|início|accueil|hjem|hem|etusivu|главная|ana ?sayfa|beranda"
    r"|share|teilen|compartir|partager)\b[^.:;!?]*$",
    re.IGNORECASE,
)
STEP_RE = re.compile(r"(?:\d{1,2}\.|[•*-]) ?")  # of a way that is a list
STEP_WORDS = 5
SITE_RE = re.compile(r"(?: [|·-] [^.!?]{2,30}| skip to (?:main )?content)", re.IGNORECASE)
BETWEEN = 2  # lines between the copies, such as a date; a poem's refrain comes later
SPEECH = ('"', "'", "-")  # how a line of dialogue begins
PARAGRAPH_WORDS = 20  # longer than a refrain's line
TEASER_WORDS = 5  # shorter copies in one line are an echo: "Going, going, gone"


def find_headline(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    r"""
    Yield the second copy of a headline, where both stand before the article's prose.

    >>> from cleaner.document import document
    >>> headline = "Rain stops the cup final\n\n"
    >>> doc = document(2 * headline + "The pitch was under water.")
    >>> [doc.text[r.start:r.end] for r in find_headline(doc)]
    ['Rain stops the cup final\n']
    """
    lines = doc.lines
    head = [index for index in lines.full if lines.prose and index < lines.prose[0]]
    keys = [lines.texts[index].casefold() for index in head[: TITLE_LINES + BETWEEN + 1]]
    for place, key in enumerate(keys):
        if key.startswith(SPEECH) or count_words(key) < HEADLINE_WORDS:
            continue
        first = keys.index(key)
        if first < min(place, TITLE_LINES) and place - first <= BETWEEN + 1:
            start, end = lines.whole(head[place], head[place])
            evidence = f"line {head[first] + 1} again"
            yield Removal(start, end, "duplicate.headline", evidence=evidence)


def find_prefixed(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    r"""
    Yield a line above the prose that repeats the headline after a way to it, or before the site.

    >>> from cleaner.document import document
    >>> headline = "Late again, and again"
    >>> doc = document(f"Home News {headline}\n{headline}\nThe ferry was late.")
    >>> doc.without(find_prefixed(doc)).text
    'Late again, and again\nThe ferry was late.'
    """
    lines = doc.lines
    head = [index for index in lines.full if lines.prose and index < lines.prose[0]]
    for place, index in enumerate(head):
        line = lines.texts[index]
        for other in head[max(0, place - BETWEEN) : place + BETWEEN + 1]:
            headline = lines.texts[other]
            before = line[: -len(headline)]
            is_way = line.endswith(headline) and _is_way(before, headline)
            if line != headline and (is_way or _is_title(line, headline)):
                evidence = f"line {other + 1} again"
                steps = _steps(head[:place], lines) if STEP_RE.fullmatch(before) else []
                for one in (*steps, index):
                    yield Removal(*lines.whole(one, one), "duplicate.prefixed", evidence=evidence)
                break


def _is_way(before: str, headline: str) -> bool:
    """Are these words before a headline no part of it: "Home News", "Share"?"""
    return (
        count_words(headline) >= HEADLINE_WORDS
        and count_words(before) <= WAY_WORDS
        and bool(WAY_RE.match(before) or STEP_RE.fullmatch(before))
    )


def _is_title(line: str, headline: str) -> bool:
    """Is a line the headline with the name of the site after it, as a page's title is?"""
    after = line.removeprefix(headline)
    return count_words(headline) >= HEADLINE_WORDS and bool(SITE_RE.fullmatch(after))


def _steps(above: list[int], lines: Lines) -> list[int]:
    """Return the steps of the way right above its last: "1. News", "2. Harbour"."""
    steps: list[int] = []
    for index in reversed(above):
        found = STEP_RE.match(lines.texts[index])
        if not found or count_words(lines.texts[index][found.end() :]) > STEP_WORDS:
            break
        steps.append(index)
    return steps


def find_paragraph(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    """Yield every later copy of a paragraph of prose."""
    lines = doc.lines
    long = [i for i in lines.prose if count_words(lines.texts[i]) >= PARAGRAPH_WORDS]
    looks = [_look(lines.texts[index]) for index in long]
    alike = Counter(looks)
    seen: dict[str, int] = {}
    for index, look in zip(long, looks, strict=True):
        if alike[look] > 1:
            first = seen.setdefault(" ".join(lines.texts[index].casefold().split()), index)
            if first < index:
                evidence = f"line {first + 1} again"
                yield Removal(*lines.whole(index, index), "duplicate.paragraph", evidence=evidence)


def _look(text: str) -> tuple[int, str]:
    """Return what copies share, but for the odd letter: far cheaper than to compare all of them."""
    return count_words(text), text[0].casefold()[0]


def find_doubled(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    """
    Yield the second copy in a line, no prose, that is one text twice, with a blank between or none.

    A picture's description runs into the headline that it links. Nobody writes so: what is said
    again for effect has a comma between.

    >>> from cleaner.document import document
    >>> doc = document("Five ways to dry a wet boat Five ways to dry a wet boat")
    >>> doc.without(find_doubled(doc)).text
    'Five ways to dry a wet boat'
    """
    lines = doc.lines
    for index in lines.full:
        text = lines.texts[index]
        size = len(text) // 2  # of a copy; an odd line has a blank in the middle
        between = text[size : len(text) - size]
        if text[:size] != text[len(text) - size :] or between.strip():
            continue
        if count_words(text[:size]) >= TEASER_WORDS and index not in lines.prose_set:
            start, end = lines.stripped(index)
            yield Removal(start + size, end, "duplicate.in-line", evidence=text[:size][:80])
