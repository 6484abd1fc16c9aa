"""
One scan for all rules: which of thousands of patterns could match which lines.

Each pattern is asked once for strings that it cannot do without (`prefilter`), and the strings of
all are found in one pass of Hyperscan over the lines, so that a rule more costs next to nothing.
What that found is kept on disk; without Hyperscan, strings are tried one by one.
"""

import hashlib
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from threading import Lock
from typing import Any, NamedTuple

from cleaner.places import write_atomically
from cleaner.prefilter import LINES_RE, needed, prepared
from cleaner.rules import Rule

FORMAT = 5  # of the cache; a change of what `needed` or `shape_of` returns is a change of it
FEW = 100  # rules; fewer are learnt at once, and not worth a file
DIRECT = 50_000  # characters that all patterns are tried on before they are worth learning about
ENDLESS = 1 << 32  # characters


class Shape(NamedTuple):
    """A match takes from `least` to `most` characters; does it begin and end with the text?"""

    begins: bool = False
    ends: bool = False
    least: int = 0
    most: int = ENDLESS

    @property
    def size(self) -> tuple[int, int]:
        """How many characters a text may have."""
        return self.least, self.most if self.begins and self.ends else ENDLESS


def shape_of(source: str, exact: bool = False) -> Shape:
    r"""
    Find out where in a text a pattern can match.

    >>> shape_of(r"^By \w{2,9}$").size, shape_of(r"^By \w{2,9}").size
    ((5, 13), (5, 4294967296))
    """
    parsed = parser.parse(source, 0 if exact else re.IGNORECASE)
    least, most = parsed.getwidth()
    if not len(parsed) or LINES_RE.search(source):
        return Shape(least=least)
    branches = parsed[0][1][1] if parsed[0][0] is op.BRANCH else [[parsed[0]]]
    begins = all(len(branch) and branch[0] == (op.AT, op.AT_BEGINNING) for branch in branches)
    ends = parsed[-1] in ((op.AT, op.AT_END), (op.AT, op.AT_END_STRING))
    return Shape(begins, ends, least, min(most + ends, ENDLESS))  # a line end may follow


class Scanner:
    """
    Finds the rules, by their number, that could match each of some texts.

    `shapes` is what is known of the pattern of each rule, and `sizes` how many characters a text
    may have for it; nothing, as long as nothing was learnt.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.shapes: Sequence[Shape] = [Shape()] * len(rules)
        self.sizes = [shape.size for shape in self.shapes]
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
            self.sizes = [shape.size for shape in self.shapes]
        return self._table.candidates(texts)


class Known(NamedTuple):
    """
    What was learnt of rules, as it is kept: the `shapes` of their patterns, and who needs a string.

    `kinds` says it once for all strings that the same rules need: the rules that need one of its
    kind alone, and those that need one of two kinds, and this is of the first or of the second.
    `kind_of` has the kind of each string; the rules of `rest` need none.
    """

    shapes: list[Shape]
    rest: list[int]
    kinds: list[tuple[list[int], list[int], list[int]]]
    kind_of: list[int]


class Table:
    """Tells which rules could match a text, by the strings that it holds."""

    def __init__(self, known: Known, strings: Sequence[str] = (), database: Any = None) -> None:
        self.known = known
        self.strings = strings
        self.database = database
        self.lock = Lock()  # a scan has scratch space, which is the database's

    def candidates(self, texts: Sequence[str]) -> Iterable[Sequence[int]]:
        """Return for each text the numbers of the rules that could match, in order."""
        every = [prepared(text) for text in texts]
        found = [set(self.known.rest) for _ in every]
        firsts: list[set[int]] = [set() for _ in every]
        seconds: list[set[int]] = [set() for _ in every]
        _, _, kinds, kind_of = self.known
        for place, string in self.scan(every) if self.database else self._search(every):
            alone, first, second = kinds[kind_of[string]]
            found[place].update(alone)
            firsts[place].update(first)
            seconds[place].update(second)
        return [sorted(a | (b & c)) for a, b, c in zip(found, firsts, seconds, strict=True)]

    def scan(self, texts: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Find which of the strings stand in which texts, all at once."""
        data = [text.encode("utf-8", "surrogatepass") for text in texts]
        starts = [*accumulate(map(len, data), initial=0)]
        hits: set[tuple[int, int]] = set()

        def hit(string: int, start: int, end: int, flags: int, context: object) -> None:
            hits.add((bisect_right(starts, end - 1) - 1, string))

        with self.lock:
            self.database.scan(b"".join(data), hit)
        return hits

    def _search(self, texts: Sequence[str]) -> Iterable[tuple[int, int]]:
        for place, text in enumerate(texts):
            for number, string in enumerate(self.strings):
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
    need = [needed(*one) for one in told]
    users: dict[str, tuple[list[int], list[int], list[int]]] = {}
    for number, groups in enumerate(need):
        for role, group in enumerate(groups, len(groups) > 1):
            for string in group:
                users.setdefault(string, ([], [], []))[role].append(number)
    keys = [json.dumps(kind) for kind in users.values()]
    kinds = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    known = Known(
        [shape_of(*one) for one in told],
        [number for number, groups in enumerate(need) if not groups],
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
