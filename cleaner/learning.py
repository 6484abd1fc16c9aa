"""Learn site templates from documents: count on how many pages of its site each line stands."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cleaner.counting import Categorise, count
from cleaner.document import Document
from cleaner.lines import shadow
from cleaner.matching import Matcher
from cleaner.observing import observe
from cleaner.pipeline import Cleaner
from cleaner.rules import Rule
from cleaner.spooling import Spool
from cleaner.templates import Templates, read_templates


def learn(docs: Iterable[Document]) -> Templates:
    """
    Learn templates from documents, each of a `site` and with a `name` of its own.

    They are pages as `Cleaner.read` returns them, before anything is removed.
    """
    if isinstance(docs, Document):
        raise TypeError("learn takes several documents; one tells nothing of its site")
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        path = Path(folder) / "templates.parquet"
        write_index(docs, path, categoriser(()), prune=True)
        return read_templates(path)


@dataclass(frozen=True, slots=True)
class Learned:
    """How many pages were learned, and how many documents had nothing to learn from."""

    pages: int
    skipped: int


def write_index(
    docs: Iterable[Document], out: Path, categorise: Categorise, *, prune: bool = False
) -> Learned:
    """
    Write the index of the pages in `docs`; each has a `name` of its own and a `site`.

    `categorise` names, for lines, the category of a rule that knows each, or "". `prune` leaves
    out the lines of one page and the keys of pages: smaller, but indexes no longer merge exactly,
    which they say.
    """
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        spool = Spool(Path(folder))
        skipped = 0
        for doc in docs:
            if not isinstance(doc, Document):
                kind = type(doc).__name__
                raise TypeError(f"learn takes documents, as `Cleaner.read` gives, no {kind}")
            if doc.status == "failed" or not doc.lines.full:
                skipped += 1
            else:
                spool.add(doc.site, doc.name, observe(doc))
        spool.close()
        count([spool.lines], [spool.pages], out, categorise, pruned=prune)
        return Learned(spool.count, skipped)


def find_learned(cleaner: Cleaner, pages: list[str]) -> Document:
    """Learn from the pages of one site, then find what a cleaner removes from the first."""
    docs = [cleaner.read(page, name=str(i), site="example.org") for i, page in enumerate(pages)]
    return replace(cleaner, templates=learn(docs)).find(docs[0])


def categoriser(rules: Iterable[Rule]) -> Categorise:
    """Return what names, for lines, the category of the first rule that knows each, or ""."""
    matcher = Matcher(tuple(rule for rule in rules if rule.scope != "span"))

    def categories(lines: Sequence[str]) -> list[str]:
        found = matcher.line_hits.of([shadow(line) for line in lines])
        return [hits[0].rule.category if hits else "" for hits in found]

    return categories
