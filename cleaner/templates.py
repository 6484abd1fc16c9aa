"""
What a site prints on its pages, as learned, and when that is evidence enough to take a line away.

Learning only counts; what the counts mean is decided here. A line that stands on `pages` of the
`of` pages known of a site is judged by how large a share of all the site's pages print it, at the
least, which is the lower bound of the score interval of Wilson (1927), "Probable inference, the
law of succession, and statistical inference", Journal of the American Statistical Association 22.

    certain     more than half of all pages of the site print it, with 99 % confidence: 6 of 6, 10
                of 12, 67 of 100. Such a line goes wherever it stands, a sentence, too: an agency's
                sentence, a quoted statement, a standfirst or a correction recurs in the pages of
                one story, and one story is never half of a site.
    candidate   two pages and a fifth of those known; of prose, half. Two pages are all that many
                sites have in a corpus, and menus are printed on each. Its place and company must
                say the same: `cleaner/stages/template.py`.

Where a corpus was learned without sites, there are no candidates, and certain is no line of fewer
than twenty pages.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Any

from cleaner.errors import UsageError
from cleaner.places import place

WHOLE = "*"  # stands for the site where a corpus was learned as one
PAGES = 2  # fewer prove nothing
LABEL_SHARE = 1 / 5
PROSE_SHARE = 1 / 2
SHARE = 1 / 2
CONFIDENT = 2.326  # the normal quantile of 99 %, one-sided
WHOLE_PAGES = 20
META = b"cleaner.templates"  # the key of what an index says of itself
VERSION = 1
COLUMNS = ("site", "canonical", "line", "last_line", "prose", "pages", "of", "head")


class TemplateError(UsageError):
    """An index of templates cannot be read or written; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """
    A line stands on `pages` of the `of` pages that are known of its site.

    On `head` of them it stands above the article. It `varies` where its slots held different
    numbers.
    """

    pages: int
    of: int
    head: int = 0
    prose: bool = False
    varies: bool = False
    whole: bool = False

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Seen":
        """Read a row of an index."""
        varies = row["line"] != row["last_line"]
        return cls(row["pages"], row["of"], row["head"], row["prose"], varies, row["site"] == WHOLE)

    @property
    def is_candidate(self) -> bool:
        """Enough for a line whose place and company say the same?"""
        share = PROSE_SHARE if self.prose else LABEL_SHARE
        return self.pages >= PAGES and self.pages >= share * self.of and not self.whole

    @property
    def is_certain(self) -> bool:
        """
        Enough for any line, wherever it stands?

        >>> Seen(2, 2).is_certain, Seen(5, 5).is_certain, Seen(6, 6).is_certain
        (False, False, True)
        """
        return self.share > SHARE and self.pages >= (WHOLE_PAGES if self.whole else PAGES)

    @property
    def is_everywhere(self) -> bool:
        """Do all pages have it, as far as is known?"""
        return self.pages == self.of or self.is_certain

    @property
    def share(self) -> float:
        """The share of all pages of the site that print the line, at the least; from 0 to 1."""
        return lower_bound(self.pages, self.of)


def lower_bound(pages: int, of: int, z: float = CONFIDENT) -> float:
    """
    Return the lower bound of a share of which a sample is known (Wilson 1927).

    >>> round(lower_bound(6, 6), 2), round(lower_bound(3, 6), 2)
    (0.53, 0.16)
    """
    share, square = pages / of, z * z
    middle = share + square / (2 * of)
    spread = z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + square / of))


@dataclass(frozen=True)
class Templates:
    """For each site, its canonical lines that stand on several pages; picklable."""

    lines: Mapping[str, Mapping[str, Seen]]
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        rows = sorted(
            (site, line, seen.pages, seen.of, seen.head, seen.varies)
            for site, lines in self.lines.items()
            for line, seen in lines.items()
        )
        digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]
        object.__setattr__(self, "hash", digest)

    def of(self, site: str) -> Mapping[str, Seen]:
        """Return the lines of a site; those of the whole corpus where it was learned as one."""
        return self.lines.get(WHOLE) or self.lines.get(site) or {}


def read_templates(path: str | Path) -> Templates:
    """
    Read an index that `learn` wrote; lines of one page only are left out.

    Raises `TemplateError` where there is none, or it is of another kind.
    """
    lines: dict[str, dict[str, Seen]] = {}
    for batch in read_index(path, COLUMNS, ("pages", ">=", PAGES)):
        for row in batch:
            lines.setdefault(row["site"], {})[row["canonical"]] = Seen.from_row(row)
    return Templates(lines)


def read_index(
    path: str | Path, columns: tuple[str, ...], condition: tuple[str, str, Any]
) -> list[list[dict[str, Any]]]:
    """Return the rows of an index that meet a condition, in batches, as dictionaries."""
    read_meta(path, columns)
    with place(path).open("rb") as stream:
        table = import_engine("pyarrow.parquet").read_table(
            stream, columns=list(columns), filters=[condition]
        )
    return [batch.to_pylist() for batch in table.to_batches(max_chunksize=65536)]


def read_meta(path: str | Path, columns: Iterable[str] = ()) -> dict[str, Any]:
    """
    Return what a file of an index says of itself.

    Raises `TemplateError` where it is no file of an index, or is not that with these columns.
    """
    parquet = import_engine("pyarrow.parquet")
    if not place(path).is_file():
        raise TemplateError(f"{path}: no such file; `cleaner learn` writes indexes of templates")
    try:
        with place(path).open("rb") as stream:
            schema = parquet.read_schema(stream)
    except Exception as error:  # of many kinds, by what is wrong with the file
        raise TemplateError(f"{path}: is no index of templates: {error}") from error
    raw = (schema.metadata or {}).get(META)
    if raw is None or (meta := json.loads(raw)).get("version") != VERSION:
        raise TemplateError(f"{path}: is no index of templates of this version; learn it again")
    if missing := set(columns) - set(schema.names):
        why = f"is another file of an index, without {min(missing)!r}"
        raise TemplateError(f"{path}: {why}; name the one that `learn -o` named")
    return dict(meta)


def is_index(path: str | Path) -> bool:
    """Is this a file of an index?"""
    try:
        return bool(read_meta(path))
    except TemplateError:
        return False


def import_engine(name: str) -> Any:
    """Import what reads, writes or counts an index; it comes with an extra."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise TemplateError(
            f"site templates need {name}: pip install 'boilerplate-cleaner[templates]'"
        ) from error
