"""
Propose rules from an index of templates: what goes and no rule knows, as TOML for a person to edit.

One rule a site and place. Its examples are lines that the site printed, and, for what must stay,
sentences of the site that stand on one page only.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from cleaner.canonical import SLOT
from cleaner.prose import count_words
from cleaner.rulefiles import as_toml
from cleaner.rules import Rule
from cleaner.templates import WHOLE, Seen

PLACES = {"head": "navigation", "middle": "widget", "tail": "footer"}  # and what stands there
MOST = 40  # lines of one rule; more are no longer readable
EXAMPLES = 2
NUMBER = r"[\w.,:/ '$%-]{0,40}"  # what a slot holds: a number, a date, a time
PLURAL_RE = re.compile(rf"(?<={SLOT} )[^\W\d_]{{3,}}")  # the canonical form drops its s
Row = dict[str, Any]


def propose(rows: Iterable[Row]) -> dict[str, str]:
    """
    Return rule files by category, for the rows of an index.

    Lines that a rule knows already are left out; prose is proposed only where it is certain.
    """
    going: dict[tuple[str, str], list[Row]] = defaultdict(list)
    sentences: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        seen = Seen.from_row(row)
        if row["prose"] and row["pages"] == 1:
            sentences[row["site"]].append(row["line"])
        elif not row["category"] and (seen.is_certain or seen.is_candidate):
            place = max(PLACES, key=lambda name: row[name])
            going[row["site"], place].append(row)
    files: dict[str, list[str]] = defaultdict(list)
    for (site, place), lines in sorted(going.items()):
        keep = tuple(sorted(set(sentences[site]), key=lambda text: (len(text), text))[:EXAMPLES])
        files[PLACES[place]] += _rules(site, place, lines, keep)
    return {category: "\n\n".join(parts) + "\n" for category, parts in sorted(files.items())}


def _rules(site: str, place: str, rows: list[Row], keep: tuple[str, ...]) -> Iterator[str]:
    slug = "-".join(re.findall("[a-z0-9]+", site.lower())) or "corpus"
    for number, low in enumerate(range(0, len(rows), MOST), 1):
        part = rows[low : low + MOST]
        lines = [row["line"] for row in part]
        rule = Rule(
            id=f"{PLACES[place]}.{slug}-{place}-{number}",
            about=f"What {site} prints on its pages ({place}).",
            languages=("*",),
            pattern="^(?:" + "|".join(_pattern(row["canonical"]) for row in part) + ")$",
            max_words=max(map(count_words, lines)) + 5,
            sites=() if site == WHOLE else (site,),
            match=tuple(lines) if len(lines) > 1 else (lines[0], lines[0].upper()),
            keep=keep,
        )
        counts = [f"# {row['pages']} of {row['of']} pages: {row['line'][:100]}" for row in part]
        todo = [] if len(keep) == EXAMPLES else ["# Add sentences that must stay to `keep`: two."]
        yield "\n".join([*counts, *todo, as_toml(rule)])


def _pattern(form: str) -> str:
    """Return a pattern for a canonical line: its slots take numbers, dates and times."""
    pieces = re.split(f"({SLOT}|{PLURAL_RE.pattern})", form)
    return "".join(
        NUMBER
        if piece == SLOT
        else re.escape(piece).replace(r"\ ", " ") + ("s?" if number % 2 else "")
        for number, piece in enumerate(pieces)
    )
