"""
Find what the site prints on its other pages too, by an index that was learned.

The index says how often. What is certain goes wherever it stands; of the other lines that stand on
several pages, place and company say whether a line is the site's, or a short line of the article
("Why?", an ingredient, the headline that another page links), or a sentence that two pages of one
story share:

    a label         goes before and after the article; inside it, if every page has it, in a run of
                    such lines that is as long as a menu, or of which one is certain, known to a
                    rule, or gone: recipes share ingredients, too, but not all of them
    with numbers    goes between two lines of the site, if the numbers are always the same
    a sentence      goes between two lines of the site, if it shares few words with the article
    a speaker       stays: a label that comes again and again in the article
    a headline      stays: what stands above the article and speaks of the same, or stands above no
                    other page's
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from cleaner.canonical import SLOT, canonical
from cleaner.document import Document, Removal
from cleaner.lines import Lines
from cleaner.matching import Matcher
from cleaner.prose import long_words
from cleaner.stages.page import beginning, sentences_of, shares_words
from cleaner.templates import PAGES, Seen, Templates

LABEL, SENTENCE = "template.label", "template.sentence"
RUN = 50  # lines that are unsure, one after the other
MENU_LINES = 6  # labels in a row that are a menu
ABOVE = 15  # lines above the article among which its headline is


def find_labels(doc: Document, matcher: Matcher, templates: Templates) -> Iterator[Removal]:
    """Yield the lines of a site that are not prose."""
    return _found(doc, matcher, templates, prose=False)


def find_sentences(doc: Document, matcher: Matcher, templates: Templates) -> Iterator[Removal]:
    """Yield the sentences of a site."""
    return _found(doc, matcher, templates, prose=True)


def _found(
    doc: Document, matcher: Matcher, templates: Templates, *, prose: bool
) -> Iterator[Removal]:
    of_site = templates.of(doc.site)
    if not of_site:
        return
    lines, place = doc.lines, ("template", templates.hash)
    if place not in lines.memo:
        forms = ((index, canonical(lines.texts[index])) for index in lines.full)
        known = {i: of_site[form] for i, form in forms if form in of_site and _has_letter(form)}
        lines.memo[place] = _Page(lines, known, matcher).going
    going: dict[int, Seen] = lines.memo[place]
    for index, seen in going.items():
        if seen.prose == prose:
            start, end = lines.whole(index, index)
            site = "the corpus" if seen.whole else doc.site
            evidence = f"on {seen.pages} of {seen.of} pages of {site}"
            score = round(max(seen.share, 0.01), 3)
            yield Removal(start, end, SENTENCE if prose else LABEL, score, evidence)


@dataclass(frozen=True)
class _Page:
    """The lines of a text, and what is known of those that stand on several pages of its site."""

    lines: Lines
    known: dict[int, Seen]
    matcher: Matcher

    @cached_property
    def going(self) -> dict[int, Seen]:
        """What goes, in the order of the text."""
        return {
            index: seen
            for index, seen in self.known.items()
            if index not in self._headlines | self._speakers
            and (seen.is_certain or self._goes(index, seen))
        }

    def _goes(self, index: int, seen: Seen) -> bool:
        if not seen.is_candidate:
            return False
        text = self.lines.texts[index]
        if seen.prose:
            return not shares_words(text, self._words) and all(self._sides(index))
        if SLOT in canonical(text) and index not in self.matcher.hits(self.lines):
            return not seen.varies and all(self._sides(index))
        return not self._is_inside(index) or index in self._vouched

    def _is_inside(self, index: int) -> bool:
        return bool(self._article) and self._article[0] < index < self._article[-1]

    @cached_property
    def _speakers(self) -> set[int]:
        """Labels that come again and again in the article: who speaks, or what is asked."""
        lines = self.lines.texts
        labels = [index for index, seen in self.known.items() if not seen.prose]
        inside = [i for i in labels if self._is_inside(i) and i not in self._vouched]
        again = {text for text, n in Counter(lines[i] for i in inside).items() if n > 1}
        return {index for index in labels if lines[index] in again}

    def _sides(self, index: int) -> tuple[bool, bool]:
        """Does a line of the site stand, or did something go, before and after; or nothing?"""
        full, place = self.lines.full, self.lines.places[index]
        before, after = full[max(0, place - RUN) : place + 1], full[place : place + 1 + RUN]
        return self._side(before[::-1]), self._side(after)

    def _side(self, line_and_others: list[int]) -> bool:
        """Go from a line over others that are unsure, too, to what vouches for them."""
        for one, other in pairwise(line_and_others):
            if self._gone_between(min(one, other), max(one, other)) or other in self._labels:
                return True
            if other not in self._unsure:
                return False
        return len(line_and_others) <= RUN

    @cached_property
    def _vouched(self) -> set[int]:
        """The lines of runs that are the site's for sure: two questions in a row are not."""
        vouched: set[int] = set()
        run: list[int] = []
        gone = False
        for before, index in pairwise([-1, *self.lines.full, -1]):
            cut = before >= 0 and index >= 0 and self._gone_between(before, index)
            if index in self._labels and self.known[index].is_everywhere:
                gone = gone or cut
                run.append(index)
            elif run:
                if gone or cut or self._is_menu(run):
                    vouched.update(run)
                run, gone = [], False
        return vouched

    def _is_menu(self, run: list[int]) -> bool:
        """Is a run of labels long, or known by more than this site's pages?"""
        certain = len(run) > 1 and any(self.known[index].is_certain for index in run)
        if certain or len(run) >= MENU_LINES:
            return True
        return not self.matcher.hits(self.lines).keys().isdisjoint(run)

    def _gone_between(self, low: int, high: int) -> bool:
        start, end = self.lines.ends[low], self.lines.starts[high]
        at = bisect_left(self._gaps, start)
        return at < len(self._gaps) and self._gaps[at] <= end

    @cached_property
    def _gaps(self) -> list[int]:
        """Where something went that was no article's."""
        return sorted(at for at, gone in self.lines.gaps.items() if gone - {"tidy", "duplicate"})

    @cached_property
    def _labels(self) -> set[int]:
        """Lines of the site that vouch for what is beside them."""
        return {
            index
            for index, seen in self.known.items()
            if seen.is_certain
            or (seen.is_candidate and not seen.prose and not self._has_number(index))
        }

    @cached_property
    def _unsure(self) -> set[int]:
        """Sentences of several pages, and lines with numbers: they follow what is around them."""
        return {i for i, seen in self.known.items() if seen.is_candidate} - self._labels

    def _has_number(self, index: int) -> bool:
        return SLOT in canonical(self.lines.texts[index])

    @cached_property
    def _article(self) -> list[int]:
        """The sentences that few other pages have, or none."""
        return [i for i in self.lines.prose if i not in self.known or not self._may_go(i)]

    def _may_go(self, index: int) -> bool:
        return self.known[index].is_candidate or self.known[index].is_certain

    @cached_property
    def _words(self) -> set[str]:
        return long_words(" ".join(self.lines.texts[index] for index in self._article))

    @cached_property
    def _headlines(self) -> set[int]:
        full = self.lines.full
        own = sentences_of(self.lines, self.matcher) - self.known.keys()
        first = beginning(full, own)
        if not first and self._article:
            first = self.lines.places[self._article[0]]
        above = full[max(0, first - ABOVE) : first]
        return {index for index in above if index in self.known and self._is_headline(index)}

    def _is_headline(self, index: int) -> bool:
        seen = self.known[index]
        if seen.head < PAGES and not seen.prose:  # other pages link it
            return True
        text = self.lines.texts[index]
        if not seen.prose and not long_words(text):  # "Back to the": it speaks of nothing
            return False
        return not seen.is_certain and shares_words(text, self._words)


def _has_letter(form: str) -> bool:
    return any(map(str.isalpha, form))
