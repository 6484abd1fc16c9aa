"""
One scan for all rules: which of thousands of patterns could match which lines.

Each pattern is asked once for strings that it cannot do without (`prefilter`), and the strings of
all are found in one pass of Hyperscan over the lines, so that a rule more costs next to nothing.
What that found is kept on disk; without Hyperscan, strings are tried one by one.
"""

import hashlib
import json
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from cleaner.places import write_atomically
from cleaner.prefilter import Shape, encoded, prepared, shape_of, ways
from cleaner.rules import Rule

FORMAT = 9  # of the cache; a change of what `ways` or `shape_of` returns is a change of it
FEW = 100  # rules; fewer are learnt at once, and not worth a file
DIRECT = 50_000  # characters that all patterns are tried on before they are worth learning about
SIZES = 1000  # characters; what could match any shorter text is remembered


class Scanner:
    """
    Finds the rules, by their number, that could match each of some texts.

    `shapes` is what is known of the pattern of each rule; nothing, as long as nothing was learnt.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.shapes: Sequence[Shape] = [Shape()] * len(rules)
        self._table: Table | None = None
        self._seen = 0

    def candidates(self, texts: Sequence[str]) -> Iterable[Sequence[int]]:
        """Return for each text the numbers of the rules that could match, in order."""
        if not self._table:
            self._seen += sum(map(len, texts))
            table = load(self.rules, learn=self._seen > DIRECT)
            if not table:
                return [range(len(self.rules))] * len(texts)
            self.shapes, self._table = table.known.shapes, table
        return self._table.candidates(texts)


class Known(NamedTuple):
    """
    What was learnt of rules, as it is kept: the `shapes` of their patterns, and who needs a string.

    `ways` are those in which the rules match: the number of the rule, how many characters a text
    may have, and whether it has a digit. `kinds` says once for all strings that the same ways need
    which these are: those that need one of its kind alone, and those that need one of two kinds,
    and this is of the first or of the second. `kind_of` has the kind of each string; the ways of
    `rest` need none.
    """

    shapes: list[Shape]
    ways: list[list[int]]
    rest: list[int]
    kinds: list[list[list[int]]]
    kind_of: list[int]


class Table:
    """Tells which rules could match a text, by its length and the strings that it holds."""

    def __init__(self, known: Known, strings: Sequence[str] = (), database: Any = None) -> None:
        self.known = known
        self.strings = strings
        self.database = database
        self.lock = Lock()  # a scan has scratch space, which is the database's
        self._by_size: dict[tuple[int, bool], list[int]] = {}
        self._alone = [[known.ways[way] for way in alone] for alone, _, _ in known.kinds]
        self._firsts = {kind for kind, (_, first, _) in enumerate(known.kinds) if first}
        self._seconds = {kind for kind, (_, _, second) in enumerate(known.kinds) if second}

    def candidates(self, texts: Sequence[str]) -> list[list[int]]:
        """Return for each text the numbers of the rules that could match, in order."""
        data = [prepared(text) for text in texts]
        strings: dict[int, list[int]] = defaultdict(list)
        for place, string in self.scan(data) if self.database else self._search(data):
            strings[place].append(string)
        return [
            self._users(strings.get(place), len(text), b"0" in data[place])
            for place, text in enumerate(texts)
        ]

    def _users(self, strings: Sequence[int] | None, size: int, digit: bool) -> list[int]:
        """Return the numbers of the rules that could match a text with these strings."""
        rest = self._by_size.get((size, digit))
        if rest is None:
            rest = self._rest(size, digit)
        if not strings:
            return rest
        kinds = set(map(self.known.kind_of.__getitem__, strings))
        found = [way for kind in kinds for way in self._alone[kind]]
        if not (self._firsts.isdisjoint(kinds) or self._seconds.isdisjoint(kinds)):
            found += map(self.known.ways.__getitem__, self._both(kinds))
        users = {rule for rule, least, most, _ in found if least <= size <= most}
        return sorted(users.union(rest)) if users else rest

    def _both(self, kinds: Iterable[int]) -> set[int]:
        """Return the ways that need one string of each of two groups, and have them."""
        firsts = {way for kind in kinds for way in self.known.kinds[kind][1]}
        seconds = {way for kind in kinds for way in self.known.kinds[kind][2]}
        return firsts & seconds

    def _rest(self, size: int, digit: bool) -> list[int]:
        """Return the numbers of the rules that could match any text of so many characters."""
        rest = (self.known.ways[number] for number in self.known.rest)
        could = {
            rule
            for rule, least, most, with_digit in rest
            if least <= size <= most and with_digit <= digit
        }
        found = sorted(could)
        if size < SIZES:
            self._by_size[size, digit] = found
        return found

    def scan(self, texts: Sequence[bytes]) -> list[tuple[int, int]]:
        """Find which of the strings stand in which texts, all at once."""
        starts = [*accumulate(map(len, texts), initial=0)]
        hits: list[tuple[int, int]] = []

        def hit(string: int, start: int, end: int, flags: int, context: object) -> None:
            hits.append((end, string))

        with self.lock:
            self.database.scan(b"".join(texts), hit)
        return [(bisect_left(starts, end) - 1, string) for end, string in hits]

    def _search(self, texts: Sequence[bytes]) -> Iterable[tuple[int, int]]:
        strings = [encoded(string) for string in self.strings]
        for place, text in enumerate(texts):
            for number, string in enumerate(strings):
                if string in text:
                    yield place, number


def load(rules: Sequence[Rule], learn: bool) -> Table | None:
    """Return the table of rules from the cache, else make it, if it is few or `learn` says so."""
    if len(rules) < FEW:
        return Table(*_learnt(rules))
    path = _path(rules)
    with suppress(OSError, ValueError, TypeError):
        return _read(path, len(rules))
    return _made(rules, path) if learn else None


def _learnt(rules: Sequence[Rule]) -> tuple[Known, list[str]]:
    """Find out what there is to know of rules, and the strings that they need."""
    told = [(rule.pattern, rule.case == "exact") for rule in rules]
    every = [(number, way) for number, one in enumerate(told) for way in ways(*one)]
    users: dict[str, tuple[list[int], list[int], list[int]]] = {}
    for place, (_, way) in enumerate(every):
        for role, group in enumerate(way.groups, len(way.groups) > 1):
            for string in group:
                users.setdefault(string, ([], [], []))[role].append(place)
    keys = [json.dumps(kind) for kind in users.values()]
    kinds = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    known = Known(
        [shape_of(*one) for one in told],
        [[number, way.least, way.most, way.digit] for number, way in every],
        [place for place, (_, way) in enumerate(every) if not way.groups],
        [json.loads(key) for key in kinds],
        [kinds[key] for key in keys],
    )
    return known, [*users]


def _made(rules: Sequence[Rule], path: Path | None) -> Table:
    if sys.stderr.isatty():
        print(f"cleaner: learning {len(rules)} rules, once until they change", file=sys.stderr)
    known, strings = _learnt(rules)
    data = _compiled(strings)
    if path and data:
        with suppress(OSError), write_atomically(path) as stream:
            stream.write(json.dumps(known).encode() + b"\n" + data)
    return Table(known, strings, _database(data))


def _read(path: Path | None, count: int) -> Table:
    """Read a table; raise `ValueError` where the file is not what was written."""
    if path is None:
        raise ValueError("nowhere to read from")
    head, _, data = path.read_bytes().partition(b"\n")
    shapes, *known = json.loads(head)
    if len(shapes) != count or not data:
        raise ValueError(f"{path}: {len(shapes)} rules, not {count}")
    return Table(Known([Shape(*shape) for shape in shapes], *known), database=_database(data))


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
    data = [encoded(string) for string in strings]
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
