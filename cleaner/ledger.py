"""
The ledger of a run: which shards are done, and what was counted, so that a run can go on.

It is a small SQLite file in the state folder of the run, with what the run was about: its inputs,
rules and options. A shard is entered when all that it wrote is on disk under its final name.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner.counts import Counts
from cleaner.errors import UsageError

SCHEMA = """
create table if not exists about (name text primary key, value text not null);
create table if not exists shards (number integer primary key, key text, counts text not null);
create table if not exists joined (input integer primary key);
"""


class Ledger:
    """What is done of a run; every entry is on disk when its method returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise UsageError(f"{path}: is no ledger: {error}; name another --state") from error

    def about(self) -> dict[str, Any]:
        """Return what the run is about; empty for a new one."""
        row = self._base.execute("select value from about").fetchone()
        return json.loads(row[0]) if row else {}

    def begin(self, about: dict[str, Any]) -> None:
        """Note what the run is about."""
        value = json.dumps(about)
        self._base.execute("insert or replace into about values ('run', ?)", (value,))

    def clear(self) -> None:
        """Forget all."""
        self._base.executescript("delete from about; delete from shards; delete from joined;")

    def finish(self, number: int, key: str, counts: Counts) -> None:
        """Enter a shard that is done; `key` says what it held."""
        row = (number, key, json.dumps(counts.to_json()))
        self._base.execute("insert or replace into shards values (?, ?, ?)", row)

    def finished(self) -> Iterator[tuple[int, str, Counts]]:
        """Yield the number and the key of each shard that is done, and its counts, in order."""
        for number, key, counts in self._base.execute("select * from shards order by number"):
            yield number, key, Counts.of(json.loads(counts))

    def join(self, index: int) -> None:
        """Enter an input whose parts are one file."""
        self._base.execute("insert or replace into joined values (?)", (index,))

    def joined(self) -> set[int]:
        """Return the inputs whose parts are one file."""
        return {index for (index,) in self._base.execute("select input from joined")}

    def close(self) -> None:
        """Close the file."""
        self._base.close()
