"""
One scan for all rules: which of thousands of patterns could match which lines.

Each pattern is asked once what it needs (`prefilter`). Beginnings are looked up in a table, and all
strings are found in one pass of Hyperscan over the lines, so that a rule more costs next to
nothing. What that found is remembered on disk; without Hyperscan, strings are tried one by one.
"""

import hashlib
import json
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any

from cleaner.beginnings import beginnings, sentences
from cleaner.folding import fold_case
from cleaner.places import write_atomically
from cleaner.prefilter import ANYWHERE, ENDLESS, LINE, SENTENCE, Needs, needs
from cleaner.rules import Rule

FORMAT = 4  # of the cache; a change of what `needs` returns is a change of the format
FEW = 100  # rules; fewer are learnt at once, and not worth a file
UNKNOWN = Needs((), ANYWHERE)
DIRECT = 50_000  # characters that all patterns are tried on before they are worth learning about


@dataclass(frozen=True, eq=False)
class Scanner:
    """Finds the rules, by their number, that could match each of some texts."""

    rules: tuple[Rule, ...]
    _learnt: list["Table"] = field(default_factory=list, init=False, repr=False)
    _seen: list[int] = field(default_factory=lambda: [0], init=False, repr=False)

    def candidates(self, texts: Sequence[str]) -> Iterable[Sequence[int]]:
        """Return for each text the numbers of the rules that could match, in order."""
        if not self._learnt:
            self._seen[0] += sum(map(len, texts))
            table = load(self.rules, learn=self._seen[0] > DIRECT)
            if table is None:
                return [range(len(self.rules))] * len(texts)
            self._learnt.append(table)
        return self._learnt[0].candidates(texts)

    def needs(self, number: int) -> Needs:
        """Return what is known of a rule: nothing, as long as nothing was learnt."""
        return self._learnt[0].needs[number] if self._learnt else UNKNOWN


class Table:
    """What the patterns of rules need, turned around: from what a text holds to the rules."""

    def __init__(self, needs: Sequence[Needs], database: Any = None) -> None:
        self.needs = needs
        self.always = {i for i, need in enumerate(needs) if not (need.strings or need.begins)}
        self.both = {i for i, need in enumerate(needs) if need.strings and need.begins}
        self.least = [need.least for need in needs]
        self.most = [need.most if need.start == LINE else ENDLESS for need in needs]
        self.begins: dict[str, list[int]] = defaultdict(list)
        self.sentences: dict[str, list[int]] = defaultdict(list)
        self.strings: dict[str, list[int]] = defaultdict(list)
        for number, need in enumerate(needs):
            begins = self.sentences if need.start == SENTENCE else self.begins
            for begin in need.begins:
                begins[begin].append(number)
            for string in need.strings:
                self.strings[string].append(number)
        self.rules_of = list(self.strings.values())
        self.database = database
        self.lock = Lock()  # a scan has scratch space, which is the database's

    def candidates(self, texts: Sequence[str]) -> list[list[int]]:
        """Return for each text the numbers of the rules that could match, in order."""
        folded = [fold_case(text) for text in texts]
        holding: list[set[int]] = [set() for _ in folded]
        for place, string in self._scan(folded) if self.database else self._search(folded):
            holding[place].update(self.rules_of[string])
        return [
            self._possible(text, numbers) for text, numbers in zip(folded, holding, strict=True)
        ]

    def _possible(self, folded: str, holding: set[int]) -> list[int]:
        """Return the rules that could match a text that holds the strings of some."""
        begun: set[int] = set()
        for begin in beginnings(folded) & self.begins.keys():
            begun.update(self.begins[begin])
        for begin in sentences(folded) & self.sentences.keys():
            begun.update(self.sentences[begin])
        found = (begun & holding) | ((begun ^ holding) - self.both) | self.always
        size, least, most = len(folded), self.least, self.most
        return sorted(number for number in found if least[number] <= size <= most[number])

    def _scan(self, folded: list[str]) -> Iterable[tuple[int, int]]:
        """Find which of the strings stand in which texts, all at once."""
        data = [text.encode("utf-8", "surrogatepass") for text in folded]
        ends = list(accumulate(len(one) + 1 for one in data))
        hits: set[tuple[int, int]] = set()

        def hit(string: int, start: int, end: int, flags: int, context: object) -> None:
            hits.add((bisect_right(ends, end - 1), string))

        with self.lock:
            self.database.scan(b"\n".join(data), hit)
        return hits

    def _search(self, folded: list[str]) -> Iterable[tuple[int, int]]:
        for place, text in enumerate(folded):
            for number, string in enumerate(self.strings):
                if string in text:
                    yield place, number


def load(rules: Sequence[Rule], learn: bool) -> Table | None:
    """Return the table of rules from the cache, else make it, if it is few or `learn` says so."""
    if len(rules) < FEW:
        return Table([needs(rule.pattern, rule.case == "exact") for rule in rules])
    path = _path(rules)
    with suppress(OSError, ValueError, TypeError):
        return _read(path, len(rules))
    return _made(rules, path) if learn else None


def _made(rules: Sequence[Rule], path: Path | None) -> Table:
    if sys.stderr.isatty():
        print(f"cleaner: learning {len(rules)} rules, once until they change", file=sys.stderr)
    table = Table([needs(rule.pattern, rule.case == "exact") for rule in rules])
    data = _compiled(list(table.strings))
    if path:
        with suppress(OSError), write_atomically(path) as stream:
            stream.write(json.dumps(table.needs).encode("utf-8", "surrogatepass") + b"\n" + data)
    table.database = _database(data)
    return table


def _read(path: Path | None, count: int) -> Table:
    """Read a table; raise `ValueError` where the file is not what was written."""
    if path is None:
        raise ValueError("nowhere to read from")
    head, _, data = path.read_bytes().partition(b"\n")
    rows = [Needs(tuple(s), start, tuple(b), *width) for s, start, b, *width in json.loads(head)]
    if len(rows) != count:
        raise ValueError(f"{path}: {len(rows)} rules, not {count}")
    return Table(rows, _database(data))


def _path(rules: Sequence[Rule]) -> Path | None:
    """Return where the table of these rules is kept, for this engine on this kind of processor."""
    from platform import machine

    from platformdirs import user_cache_path

    engine = find_spec("hyperscan") and version("hyperscan")
    about = [FORMAT, engine, machine(), sys.version_info[:2], sys.byteorder]
    patterns = [(rule.pattern, rule.case) for rule in rules]
    key = hashlib.sha256(json.dumps([about, patterns]).encode()).hexdigest()[:24]
    try:
        return user_cache_path("boilerplate-cleaner", appauthor=False) / f"{key}.rules"
    except (OSError, RuntimeError):  # no home at all
        return None


def _compiled(strings: list[str]) -> bytes:
    """Compile a database of strings, each known by its place; empty without the engine."""
    if not strings or not find_spec("hyperscan"):
        return b""
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    data = [string.encode("utf-8", "surrogatepass") for string in strings]
    database.compile(data, ids=list(range(len(data))), elements=len(data), literal=True)
    return bytes(hyperscan.dumpb(database))


def _database(data: bytes) -> Any:
    if not data:
        return None
    import hyperscan

    try:
        database = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.error as error:
        raise ValueError(f"the database cannot be loaded: {error}") from error
    return database
