"""
Spool pages to disk: of each page its fingerprint and the keys of its lines, of each line its text.

Memory holds one batch. Both files have the columns that an index has, so that what is learned and
what is merged is counted in one way.
"""

from pathlib import Path
from typing import Any

from cleaner.observing import Observed
from cleaner.prose import is_prose
from cleaner.templates import import_engine

BATCH = 100_000  # lines kept in memory before they are spooled


class Spool:
    """Two growing Parquet files on disk: pages with the keys of their lines, and lines."""

    def __init__(self, folder: Path) -> None:
        self.count = 0
        self.pages, self.lines = folder / "pages.parquet", folder / "lines.parquet"
        self._arrow = pa = import_engine("pyarrow")
        writer = import_engine("pyarrow.parquet").ParquetWriter
        keys = {"keys": pa.list_(pa.uint64()), "zones": pa.list_(pa.uint8())}
        texts = dict.fromkeys(("site", "fingerprint", "name"), pa.string())
        self._page_schema = pa.schema({**texts, **keys})
        texts = dict.fromkeys(("site", "canonical", "line", "last_line"), pa.string())
        self._line_schema = pa.schema({**texts, "key": pa.uint64(), "prose": pa.bool_()})
        self._writers = writer(self.pages, self._page_schema), writer(self.lines, self._line_schema)
        self._page_rows: list[dict[str, Any]] = []
        self._line_rows: dict[tuple[str, int], tuple[str, str, str]] = {}  # form, first, last
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
            before = self._line_rows.get(place, (form, known, known))
            self._line_rows[place] = form, min(before[1], known), max(before[2], known)
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
        table, names = self._arrow.Table.from_pylist, self._line_schema.names
        rows = [
            dict(zip(names, (site, form, *texts, key, is_prose(form)), strict=True))
            for (site, key), (form, *texts) in self._line_rows.items()
        ]
        self._writers[0].write_table(table(self._page_rows, self._page_schema))
        self._writers[1].write_table(table(rows, self._line_schema))
        self._page_rows, self._line_rows, self._waiting = [], {}, 0


def _safe(text: str) -> str:
    """Return a text as a file can hold it: without lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
