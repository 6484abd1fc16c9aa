"""
Learn site templates: count on how many pages of its site each line stands, exactly, out of core.

Pages are spooled to disk as they come: of each its fingerprint and the keys of its lines, and of
each line its text once. DuckDB counts them, with its own spilling to disk, so that a corpus larger
than memory works. An index is two files:

    t.parquet         one row a line of a site: people can read it, and cleaning reads it
    t.pages.parquet   one row a page: its fingerprint and keys, so that indexes merge exactly

Counting a page twice is impossible: pages of a site with the same fingerprint are one page.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.canonical import canonical
from cleaner.document import Document
from cleaner.files import write_atomically
from cleaner.lines import shadow
from cleaner.matching import Matcher
from cleaner.pipeline import Cleaner
from cleaner.prose import is_prose
from cleaner.rules import Rule
from cleaner.stages.repair import repair_encoding
from cleaner.templates import PAGES, TemplateError, Templates, import_engine, read_templates

HEAD, MIDDLE, TAIL = range(3)  # before the first line of prose, after the last, or between
BATCH = 100_000  # lines kept in memory before they are spooled
MEMORY = "400MB"  # what DuckDB may take before it goes to disk
META = b"cleaner.templates"
VERSION = 1

LINES = "SELECT site, key, min(canonical) canonical, min(line) line, bool_or(prose) prose"
PAGES_OF = """
CREATE TABLE page AS
SELECT site, fingerprint, min(name) AS name, arg_min(keys, name) AS keys,
  arg_min(zones, name) AS zones
FROM read_parquet($pages) GROUP BY site, fingerprint
"""
COUNTED = f"""
WITH sizes AS (SELECT site, count(*) AS of FROM page GROUP BY site),
seen AS (SELECT site, name, unnest(keys) AS key, unnest(zones) AS zone FROM page),
counts AS (
  SELECT site, key, count(DISTINCT name) AS pages, count(*) FILTER (zone = {HEAD}) AS head,
    count(*) FILTER (zone = {MIDDLE}) AS middle, count(*) FILTER (zone = {TAIL}) AS tail,
    min(name) AS first, max(name) AS last
  FROM seen GROUP BY site, key),
texts AS ({LINES} FROM read_parquet($lines) GROUP BY site, key)
SELECT site, line, canonical, prose, pages, of, head, middle, tail, first, last, key
FROM counts JOIN texts USING (site, key) JOIN sizes USING (site)
WHERE pages >= $least ORDER BY site, pages DESC, canonical
"""
ADDED = f"""
WITH sizes AS (SELECT site, count(*) AS of FROM page GROUP BY site),
texts AS (
  {LINES}, sum(pages)::BIGINT pages, sum(head)::BIGINT head, sum(middle)::BIGINT middle,
    sum(tail)::BIGINT tail, min("first") AS first, max("last") AS last
  FROM read_parquet($lines) GROUP BY site, key)
SELECT site, line, canonical, prose, least(pages, of) AS pages, of, head, middle, tail, first, last,
  key
FROM texts JOIN sizes USING (site)
WHERE pages >= $least ORDER BY site, pages DESC, canonical
"""

Categorise = Callable[[str], str]


class Observed(NamedTuple):
    """What one page has: the canonical lines in order, each line's text, and where it stands."""

    forms: tuple[str, ...]
    texts: tuple[str, ...]
    zones: tuple[int, ...]


def observe(doc: Document) -> Observed:
    """Look at a page as its site printed it: with its encoding repaired, before any removal."""
    with suppress(ValueError):  # not settled: then as it was read, which is how cleaning keeps it
        doc = repair_encoding(doc)
    lines = doc.lines
    first, last = (lines.prose[0], lines.prose[-1]) if lines.prose else (len(lines), len(lines))
    texts = tuple(lines.texts[index] for index in lines.full)
    zones = tuple(
        HEAD if index < first else TAIL if index > last else MIDDLE for index in lines.full
    )
    return Observed(tuple(map(canonical, texts)), texts, zones)


@dataclass(frozen=True, slots=True)
class Learned:
    """How many pages were learned, and how many documents had nothing to learn from."""

    pages: int
    skipped: int


def learn(
    docs: Iterable[Document], out: Path, categorise: Categorise, *, prune: bool = False
) -> Learned:
    """
    Write the index of the pages in `docs`; each has a `name` of its own and a `site`.

    `categorise` names the category of a line that a rule knows, or "". `prune` leaves out the lines
    of one page and the keys of pages: smaller, but indexes no longer merge exactly, which they say.
    """
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        spool = _Spool(Path(folder))
        skipped = 0
        for doc in docs:
            if doc.status == "failed" or not doc.lines.full:
                skipped += 1
            else:
                spool.add(doc.site, doc.name, observe(doc))
        spool.close()
        _build([spool.lines], [spool.pages], out, categorise, pruned=prune, exact=True)
        return Learned(spool.count, skipped)


def learned(docs: Iterable[Document]) -> Templates:
    """Learn the templates of a few documents and keep no index."""
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        path = Path(folder) / "templates.parquet"
        learn(docs, path, lambda line: "", prune=True)
        return read_templates(path)


def find_learned(cleaner: Cleaner, pages: list[str]) -> Document:
    """Learn from the pages of one site, then find what a cleaner removes from the first."""
    docs = [cleaner.read(page, name=str(i), site="example.org") for i, page in enumerate(pages)]
    return replace(cleaner, templates=learned(docs)).find(docs[0])


def categoriser(rules: Iterable[Rule]) -> Categorise:
    """Return what names the category of the first rule that knows a whole line, or ""."""
    matcher = Matcher(tuple(rule for rule in rules if rule.scope != "span"))

    def category(line: str) -> str:
        return next((hit.rule.category for hit in matcher.line_hits(shadow(line))), "")

    return category


def merge(indexes: Iterable[Path], out: Path, categorise: Categorise) -> None:
    """
    Write one index of several; exactly as if all had been learned at once, unless one is pruned.

    Of pruned indexes counts are added, so a page in two of them counts twice.
    """
    paths = list(indexes)
    pruned = any(read_meta(path)["pruned"] for path in paths)
    pages = [pages_of(path) for path in paths]
    _build(paths, pages, out, categorise, pruned=pruned, exact=not pruned)


def pages_of(path: Path) -> Path:
    """Return where the pages of an index are."""
    return path.with_name(f"{path.stem}.pages.parquet")


def read_meta(path: Path) -> dict[str, Any]:
    """Return what an index says of itself; raise `TemplateError` where it is none."""
    parquet = import_engine("pyarrow.parquet")
    if not path.is_file():
        raise TemplateError(f"{path}: no such file; `cleaner learn CORPUS -o {path}` writes it")
    try:
        raw = (parquet.read_schema(path).metadata or {}).get(META)
    except Exception as error:  # of many kinds, by what is wrong with the file
        raise TemplateError(f"{path}: is no index of templates: {error}") from error
    if raw is None or (meta := json.loads(raw)).get("version") != VERSION:
        raise TemplateError(f"{path}: is no index of templates of this version; learn it again")
    return dict(meta)


def _build(
    lines: list[Path],
    pages: list[Path],
    out: Path,
    categorise: Categorise,
    *,
    pruned: bool,
    exact: bool,
) -> None:
    """Count and write both files of an index."""
    meta = {"version": VERSION, "pruned": pruned}
    with _engine() as database:
        database.execute(PAGES_OF, {"pages": list(map(str, pages))})
        values = {"lines": list(map(str, lines)), "least": PAGES if pruned else 1}
        counted = database.sql(COUNTED if exact else ADDED, params=values)
        _write(counted, out, meta, categorise)
        keys = "site, fingerprint, name" + (
            ", [] AS keys, [] AS zones" if pruned else ", keys, zones"
        )
        ordered = database.execute(f"SELECT {keys} FROM page ORDER BY site, name, fingerprint")
        _write(ordered, pages_of(out), meta)


@contextmanager
def _engine() -> Iterator[Any]:
    duckdb = import_engine("duckdb")
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        database = duckdb.connect(str(Path(folder) / "count.duckdb"))
        try:
            database.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}'")
            database.execute("SET preserve_insertion_order = false")
            yield database
        finally:
            database.close()


def _write(
    result: Any, path: Path, meta: dict[str, Any], categorise: Categorise | None = None
) -> None:
    """Write the rows of a query, batch by batch; a category only where a line is on two pages."""
    pyarrow, parquet = import_engine("pyarrow"), import_engine("pyarrow.parquet")
    reader = result.to_arrow_reader(BATCH)
    schema = reader.schema
    if categorise:
        schema = schema.append(pyarrow.field("category", pyarrow.string()))
    schema = schema.with_metadata({META: json.dumps(meta)})
    with write_atomically(path) as stream, parquet.ParquetWriter(stream, schema) as writer:
        for batch in reader:
            columns = list(batch.columns)
            if categorise:
                rows = zip(batch["line"].to_pylist(), batch["pages"].to_pylist(), strict=True)
                columns.append(
                    pyarrow.array([categorise(line) if n >= PAGES else "" for line, n in rows])
                )
            arrays = [column.cast(kind.type) for column, kind in zip(columns, schema, strict=True)]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))


class _Spool:
    """Two growing Parquet files on disk: pages with the keys of their lines, and lines."""

    def __init__(self, folder: Path) -> None:
        self.count = 0
        self.pages, self.lines = folder / "pages.parquet", folder / "lines.parquet"
        self._arrow = pa = import_engine("pyarrow")
        writer = import_engine("pyarrow.parquet").ParquetWriter
        keys = {"keys": pa.list_(pa.uint64()), "zones": pa.list_(pa.uint8())}
        names = ("site", "fingerprint", "name")
        self._page_schema = pa.schema({**dict.fromkeys(names, pa.string()), **keys})
        names = ("site", "canonical", "line")
        fields = {**dict.fromkeys(names, pa.string()), "key": pa.uint64(), "prose": pa.bool_()}
        self._line_schema = pa.schema(fields)
        self._writers = writer(self.pages, self._page_schema), writer(self.lines, self._line_schema)
        self._page_rows: list[dict[str, Any]] = []
        self._line_rows: dict[tuple[str, int], tuple[str, str]] = {}  # canonical, least text
        self._waiting = 0
        self._hashes = import_engine("xxhash")

    def add(self, site: str, name: str, page: Observed) -> None:
        """Take in a page."""
        site, name = _safe(site), _safe(name)
        forms = [_safe(form) for form in page.forms]
        hashes = [self._hashes.xxh3_64_intdigest(form.encode()) for form in forms]
        seen = dict.fromkeys(zip(hashes, page.zones, strict=True))
        fingerprint = self._hashes.xxh3_128_hexdigest("\n".join(forms).encode())
        keys, zones = [key for key, _ in seen], [zone for _, zone in seen]
        row = {"site": site, "fingerprint": fingerprint, "name": name, "keys": keys, "zones": zones}
        self._page_rows.append(row)
        for form, key, text in zip(forms, hashes, page.texts, strict=True):
            place, known = (site, key), _safe(text)
            before = self._line_rows.get(place)
            if before is None or known < before[1]:
                self._line_rows[place] = form, known
        self.count += 1
        self._waiting += len(keys)
        if self._waiting > BATCH:
            self._flush()

    def close(self) -> None:
        """Write what waits; the files are complete then."""
        self._flush()
        for writer in self._writers:
            writer.close()

    def _flush(self) -> None:
        table = self._arrow.Table.from_pylist
        rows = [
            {"site": site, "key": key, "canonical": form, "line": text, "prose": is_prose(form)}
            for (site, key), (form, text) in self._line_rows.items()
        ]
        self._writers[0].write_table(table(self._page_rows, self._page_schema))
        self._writers[1].write_table(table(rows, self._line_schema))
        self._page_rows, self._line_rows, self._waiting = [], {}, 0


def _safe(text: str) -> str:
    """Return a text as a file can hold it: without lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
