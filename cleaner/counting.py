"""
Count what was spooled, or merge indexes: DuckDB counts, exactly, and spills to disk by itself.

An index is two Parquet files:

    t.parquet         one row a line of a site: people can read it, and cleaning reads it
    t.pages.parquet   one row a page: its fingerprint and the keys of its lines, so that indexes
                      merge exactly

Counting a page twice is impossible: pages of a site with the same fingerprint are one page.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cleaner.places import is_remote, write_atomically
from cleaner.spooling import BATCH
from cleaner.templates import COLUMNS, META, PAGES, VERSION, TemplateError, import_engine, read_meta

MEMORY = "400MB"  # what DuckDB may take before it goes to disk

LINES = """SELECT site, key, min(canonical) canonical, min(line) line, max(last_line) last_line,
  bool_or(prose) prose"""
# A zone is 0 at the head, 1 in the middle and 2 at the tail: `cleaner/observing.py`.
PAGES_OF = """
CREATE TABLE page AS
SELECT site, fingerprint, min(name) AS name, arg_min(keys, name) AS keys,
  arg_min(zones, name) AS zones
FROM page_rows GROUP BY site, fingerprint
"""
COUNTED = """
WITH sizes AS (SELECT site, count(*) AS of FROM page GROUP BY site),
seen AS (SELECT site, name, fingerprint, unnest(keys) AS key, unnest(zones) AS zone FROM page),
counts AS (
  SELECT site, key, count(DISTINCT fingerprint) AS pages, count(*) FILTER (zone = 0) AS head,
    count(*) FILTER (zone = 1) AS middle, count(*) FILTER (zone = 2) AS tail,
    min(name) AS first, max(name) AS last
  FROM seen GROUP BY site, key),
texts AS (LINES FROM line_rows GROUP BY site, key)
SELECT site, line, last_line, canonical, prose, pages, of, head, middle, tail, first, last, key
FROM counts JOIN texts USING (site, key) JOIN sizes USING (site)
WHERE pages >= {least} ORDER BY site, pages DESC, canonical
""".replace("LINES", LINES)
ADDED = """
WITH sizes AS (SELECT site, count(*) AS of FROM page GROUP BY site),
texts AS (
  LINES, sum(pages)::BIGINT pages, sum(head)::BIGINT head, sum(middle)::BIGINT middle,
    sum(tail)::BIGINT tail, min("first") AS first, max("last") AS last
  FROM line_rows GROUP BY site, key)
SELECT site, line, last_line, canonical, prose, least(pages, of) AS pages, of, head,
  middle, tail, first, last, key
FROM texts JOIN sizes USING (site)
WHERE pages >= {least} ORDER BY site, pages DESC, canonical
""".replace("LINES", LINES)

Categorise = Callable[[Sequence[str]], Sequence[str]]


def count(
    lines: list[Path], pages: list[Path], out: Path, categorise: Categorise, *, pruned: bool
) -> None:
    """
    Count the lines on the pages, and write both files of an index.

    `categorise` names, for lines, the category of a rule that knows each, or "".
    """
    with _engine(lines, pages) as database:
        _write_index(database, COUNTED, out, categorise, pruned=pruned)


def merge(indexes: Iterable[Path], out: Path, categorise: Categorise) -> None:
    """
    Write one index of several; exactly as if all had been learned at once, unless one is pruned.

    Of pruned indexes counts are added, so a page in two of them counts twice.
    Raises `TemplateError` where one is no index, or has lost its pages.
    """
    paths = list(indexes)
    for path in filter(is_remote, paths):
        raise TemplateError(f"{path}: is not on this machine; copy it and its pages here, to merge")
    metas = [read_meta(path, COLUMNS) for path in paths]
    pruned = any(meta["pruned"] for meta in metas)
    pages = [pages_of(path) for path in paths]
    for path in pages:
        read_meta(path, ("fingerprint",))
    with _engine(paths, pages) as database:
        _write_index(database, ADDED if pruned else COUNTED, out, categorise, pruned=pruned)


def pages_of(path: Path) -> Path:
    """Return where the pages of an index are."""
    return path.with_name(f"{path.stem}.pages.parquet")


def _write_index(
    database: Any, query: str, out: Path, categorise: Categorise, *, pruned: bool
) -> None:
    meta = {"version": VERSION, "pruned": pruned}
    counted = database.sql(query.format(least=PAGES if pruned else 1))
    keys = "[]::UBIGINT[] AS keys, []::UTINYINT[] AS zones" if pruned else "keys, zones"
    ordered = f"SELECT site, fingerprint, name, {keys} FROM page ORDER BY site, name, fingerprint"
    _write(database.sql(ordered), pages_of(out), meta)
    _write(counted, out, meta, categorise)  # last: an index whose pages are missing is none


@contextmanager
def _engine(lines: list[Path], pages: list[Path]) -> Iterator[Any]:
    """Give a database with the rows of lines and of pages, each page once."""
    duckdb = import_engine("duckdb")
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        database = duckdb.connect(str(Path(folder) / "count.duckdb"))
        try:
            database.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}'")
            database.execute("SET preserve_insertion_order = false")
            database.read_parquet(list(map(str, lines))).create_view("line_rows")
            database.read_parquet(list(map(str, pages))).create_view("page_rows")
            database.execute(PAGES_OF)
            yield database
        finally:
            database.close()


def _write(
    result: Any, path: Path, meta: dict[str, Any], categorise: Categorise | None = None
) -> None:
    """Write the rows of a query, batch by batch; a category only where a line is on two pages."""
    pyarrow, parquet = import_engine("pyarrow"), import_engine("pyarrow.parquet")
    compute = import_engine("pyarrow.compute")
    reader = result.to_arrow_reader(BATCH)
    schema = reader.schema
    if categorise:
        schema = schema.append(pyarrow.field("category", pyarrow.string()))
    schema = schema.with_metadata({META: json.dumps(meta)})
    with write_atomically(path) as stream, parquet.ParquetWriter(stream, schema) as writer:
        for batch in reader:
            columns = list(batch.columns)
            if categorise:
                often = compute.greater_equal(batch["pages"], PAGES)
                known = iter(categorise(batch["line"].filter(often).to_pylist()))
                columns.append(pyarrow.array([next(known) if n else "" for n in often.to_pylist()]))
            arrays = [column.cast(kind.type) for column, kind in zip(columns, schema, strict=True)]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))
