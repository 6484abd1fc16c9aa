"""
Find what surrounds the article of a whole page: menus above its headline, and all after its end.

Text taken from a whole page holds far more of the site than of the article. Single rules know many
of its lines; these two finders know where it stops, and take what stands between. They act only
where rules found a real menu or several lines of a site; text that an extractor made stays.
"""

import re
from collections.abc import Callable, Collection, Iterator

from cleaner.document import Document, Removal
from cleaner.lines import Lines
from cleaner.matching import Matcher
from cleaner.prose import count_words, long_words
from cleaner.stages.cues import MENU, NAME, OWN, SITE_CATEGORIES, cues

HEAD, END = "navigation.page-head", "footer.page-end"
NAVIGATION = frozenset({"navigation"})
AROUND = SITE_CATEGORIES | {"related", "tags", "bio", "feedback", "donation", "template"}
MENU_CUES = 8  # entries of menus above the headline
END_CUES = 5  # a site's lines after the article, there still or gone
SURE_CUES = 4  # of them that rules know; with fewer, a list may be the article's
ENTRY = 6  # words of an entry
SURE_END_CUES = 2  # of them that rules know, or that are gone
HEADLINES = 4  # one below the other
TITLE_WORDS = 6, 30  # of each
GAP = 5  # lines gone at one place that count among them, at most
PLACES = 3  # where they stand or stood
SHARE = 1 / 12  # of the lines after the article
STRETCH = 30  # lines without a cue: longer, and it is a list of the article
LEAD = 5  # lines after the first cue before a sentence may follow: longer than a box in an article
SENTENCE = 12  # words of a sentence that counts; shorter ones stand in forms
TEASER = 25  # words; a longer paragraph is more than a teaser
BODY = 3  # sentences of the article
HEADLINE = 3  # words
LIKE = 0.4  # of a headline's longer words stand in the article; a teaser's hardly ever do
LONG_RUN = 8  # sentences in a row that are an article, whatever they say
LIKE_RUN = 0.25  # and of the longer words of one or two sentences; with less, they are not its
LIKE_LONG_RUN = 0.15  # of three and more in a row
ITEM_RE = re.compile(r"(?:[•·*-]|\d{1,2}\.) ?")


def find_page_head(doc: Document, matcher: Matcher) -> Iterator[Removal]:
    """Yield the lines above the headline, down to the last menu, but for any that may be one."""
    lines, full = doc.lines, doc.lines.full
    gaps = _gaps(doc, MENU | {"template"}, len(lines.text))
    menus = cues(lines, matcher, NAVIGATION)
    known_at = [index in menus for index in full]
    if sum(known_at) + sum(gaps.values()) < SURE_CUES:
        return
    listed = _menu_items(lines) | _headlines(lines)
    known_at = [known or index in listed for known, index in zip(known_at, full, strict=True)]
    if sum(known_at) + sum(gaps.values()) < MENU_CUES:
        return
    sentences = sentences_of(lines, matcher)
    begin = beginning(full, sentences)
    if not begin:
        return
    article = long_words(lines.shadow[lines.starts[full[begin]] :])
    headlines = [p for p in range(begin) if shares_words(lines.texts[full[p]], article)]
    if not headlines:
        return
    seen = menu_end = 0
    for place, known in enumerate(known_at[: headlines[-1] + 1]):
        index = full[place]
        seen += gaps.get(index, 0) + known
        if index in gaps or known:
            menu_end = place + (known and place < headlines[-1])
    if seen >= MENU_CUES:
        above = [p for p in range(menu_end) if p not in headlines and full[p] not in sentences]
        for first, last in _runs(above):
            start, end = lines.whole(full[first], full[last])
            yield Removal(start, end, HEAD, evidence=f"above line {full[headlines[-1]] + 1}")


def _menu_items(lines: Lines) -> set[int]:
    """Return the lines of long lists of a few words each: above a headline, these are menus."""
    return _listed(lines, MENU_CUES, lambda t: bool(ITEM_RE.match(t)) and count_words(t) <= ENTRY)


def _headlines(lines: Lines) -> set[int]:
    """Return the lines of runs of headlines: below an article, these are of others."""
    return _listed(lines, HEADLINES, is_headline)


def _listed(lines: Lines, least: int, is_one: Callable[[str], bool]) -> set[int]:
    """Return the lines, no prose, that are alike and stand in runs of so many at least."""
    texts = lines.texts
    alike = [
        place
        for place, index in enumerate(lines.full)
        if index not in lines.prose_set and is_one(texts[index])
    ]
    long = [run for run in _runs(alike) if run[1] - run[0] + 1 >= least]
    return {lines.full[place] for first, last in long for place in range(first, last + 1)}


def is_headline(text: str) -> bool:
    """Does a line look like the headline of a story?"""
    words = text.split()
    begins = text.lstrip("• \"'")[:1]
    numbers = sum(map(str.isdigit, text))
    return (
        TITLE_WORDS[0] <= len(words) <= TITLE_WORDS[1]
        and (begins.isupper() or begins.isdigit())
        and 8 * numbers < len(text)
        and "|" not in text
        and text[-1] not in ":;,"
    )


def find_page_end(doc: Document, matcher: Matcher) -> Iterator[Removal]:
    """Yield everything from the first of the site's lines after the article to the end."""
    lines = doc.lines
    first = _end(doc, matcher)
    if first is not None:
        start, end = lines.whole(first, lines.full[-1])
        yield Removal(start, end, END, evidence=f"{sum(i >= first for i in lines.full)} lines")


def _end(doc: Document, matcher: Matcher) -> int | None:
    """Return the earliest cue below which nothing reads like the article, going up from the end."""
    lines = doc.lines
    gaps = _gaps(doc, AROUND, GAP)
    known = cues(lines, matcher, AROUND)
    if sum(gaps.values()) + len(known) < SURE_END_CUES:
        return None
    kinds = dict.fromkeys(_headlines(lines), NAME) | known
    if sum(gaps.values()) + len(kinds) < END_CUES:
        return None
    sentences = sentences_of(lines, matcher)
    found, places = gaps.get(-1, 0), int(-1 in gaps)
    best: int | None = None
    run: list[int] = []
    seen: dict[str, int] = {}
    short = last_cue = 0
    for count, index in enumerate(reversed(lines.full), 1):
        kind = kinds.get(index, 0)
        found += gaps.get(index, 0) + bool(kind)
        places += (index in gaps) + bool(kind)
        if index in sentences:
            run, short = [index, *run], 0
            if len(run) >= LONG_RUN:
                break
            continue
        if run:
            seen = seen or _first_seen(lines)
            if _ends_article(run, lines, seen):
                break
        run, short = [], 0 if index in lines.prose_set and not kind else short + 1
        last_cue = count if kind or index in gaps else last_cue
        if count - last_cue > STRETCH:
            break
        opens = index in gaps or kind == OWN
        alone = short > LEAD or short == count
        enough = found >= max(END_CUES, SHARE * count) and places >= PLACES
        if opens and alone and enough and sum(i < index for i in sentences) >= BODY:
            best = index
    return best


def beginning(full: list[int], sentences: set[int]) -> int:
    """Return the place of the first sentence that others follow soon; 0 if there is none."""
    for place, index in enumerate(full):
        if index in sentences and len(sentences.intersection(full[place : place + 8])) >= BODY:
            return place
    return 0


def shares_words(text: str, article: set[str]) -> bool:
    """Does a line speak of what the article speaks of? `article` are its longer words."""
    words = long_words(text)
    long = count_words(text) >= HEADLINE and not ITEM_RE.match(text)
    return long and len(words & article) >= LIKE * len(words)


def _ends_article(run: list[int], lines: Lines, seen: dict[str, int]) -> bool:
    """Do sentences, or the last of them, read like the article?"""
    least = 1 if count_words(lines.texts[run[-1]]) >= TEASER else 2
    return any(_is_article(run[-n:], lines, seen) for n in range(least, len(run) + 1))


def _is_article(run: list[int], lines: Lines, seen: dict[str, int]) -> bool:
    words = set().union(*(long_words(lines.texts[index]) for index in run))
    shared = [word for word in words if seen[word] < run[0]]
    return len(shared) > (LIKE_RUN if len(run) < BODY else LIKE_LONG_RUN) * len(words)


def _first_seen(lines: Lines) -> dict[str, int]:
    """Return the first line of every longer word."""
    seen: dict[str, int] = {}
    for index in reversed(lines.full):
        seen.update(dict.fromkeys(long_words(lines.texts[index]), index))
    return seen


def _gaps(doc: Document, categories: Collection[str], most: int) -> dict[int, int]:
    """Count the lines gone right before each full line, or at the end (-1)."""
    lines, full, own = doc.lines, doc.lines.full, (HEAD, END)
    found: dict[int, int] = {}
    gone = at = 0
    for removal in doc.removals:
        if removal.category in categories and removal.rule not in own:
            while at < len(full) and lines.starts[full[at]] < removal.start - gone:
                at += 1
            index = full[at] if at < len(full) else -1
            size = 1 + doc.body.count("\n", removal.start, removal.end - 1)
            found[index] = min(most, found.get(index, 0) + size)
        gone += removal.end - removal.start
    if any(removal.rule == END for removal in doc.removals):
        found.pop(-1, None)  # these went with the end; counted again, they would take ever more
    return found


def sentences_of(lines: Lines, matcher: Matcher) -> set[int]:
    """Return the sentences of some length that are no items of a list, and no site's."""
    known, found = cues(lines, matcher, AROUND), set()
    for index in lines.prose:
        words = count_words(lines.texts[index])
        item = words < 2 * SENTENCE and ITEM_RE.match(lines.texts[index])
        if words >= SENTENCE and not item and index not in known:
            found.add(index)
    return found


def _runs(places: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = runs[-1][0], place
        else:
            runs.append((place, place))
    return runs
