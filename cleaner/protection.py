"""
Text that must stay, whatever rules say: `--protect` and the `protect.toml` beside a user's rules.

    [[protect]]
    about = "Our helpline stands at the end of articles on purpose."
    pattern = '''^Samaritans: '''
    categories = ["footer"]           # or rules = [...]; against all rules without either
    sites = ["example.org"]           # on all sites without

Protection is judged before removal: what touches protected text is not removed at all.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.lines import Lines, shadow
from cleaner.rules import CATEGORIES, RuleError, RuleSet, suggestion
from cleaner.sites import with_hosts

FILE = "protect.toml"
KEYS: dict[str, type] = {
    "pattern": str,
    "about": str,
    "rules": list,
    "categories": list,
    "sites": list,
}


@dataclass(frozen=True, slots=True)
class Protection:
    """What `pattern` finds in a line stays, from the rules or categories named, or from all."""

    pattern: str
    about: str = ""
    rules: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def concerns(self, rule_id: str, site: str) -> bool:
        """Does it hold against this rule, on this site?"""
        if self.sites and site not in self.sites:
            return False
        category = rule_id.partition(".")[0]
        return (
            not (self.rules or self.categories)
            or rule_id in self.rules
            or category in self.categories
        )

    def spans(self, lines: Lines) -> Iterator[tuple[int, int]]:
        """Yield what the pattern finds in a text, `start, end`."""
        pattern = re.compile(shadow(self.pattern), re.IGNORECASE)
        for index in lines.full:
            base = lines.stripped(index)[0]
            for found in pattern.finditer(lines.texts[index]):
                yield base + found.start(), base + found.end()


def read_protections(folder: Path, rules: RuleSet) -> Iterator[Protection]:
    """Yield what the `protect.toml` of a folder of rules protects; raise `RuleError` on a fault."""
    path = folder / FILE
    if not path.exists():
        return
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RuleError(f"{path}: {error}") from error
    if set(tables) - {"protect"} or not isinstance(tables.get("protect", []), list):
        raise RuleError(f"{path}: only [[protect]] tables stand here")
    if not tables.get("protect"):
        raise RuleError(f"{path}: nothing here; write a [[protect]] table, or take the file away")
    for number, table in enumerate(tables["protect"], 1):
        yield read_protection(table, f"{path}: protect {number}", rules)


def read_protection(table: dict[str, Any], place: str, rules: RuleSet) -> Protection:
    """Make a protection of its table; `place` begins the message of a `RuleError`."""
    for key, value in table.items():
        if key not in KEYS:
            raise RuleError(f"{place}: unknown key: {key}; keys are {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]):
            raise RuleError(f"{place}: {key}: should be {KEYS[key].__name__}")
    if "pattern" not in table:
        raise RuleError(f"{place}: pattern is missing; it says which text should stay")
    values: dict[str, Any] = {k: tuple(v) if type(v) is list else v for k, v in table.items()}
    values["sites"] = with_hosts(values.get("sites", ()))
    made = Protection(**values)
    for name in (*made.rules, *made.categories):
        if name not in (rules.by_id if name in made.rules else CATEGORIES):
            raise RuleError(f"{place}: {name}: no such name{suggestion(name, rules.by_id)}")
    try:
        if re.compile(shadow(made.pattern)).search(""):
            raise RuleError(f"{place}: pattern: matches the empty text; name what should stay")
    except re.error as error:
        raise RuleError(f"{place}: pattern: {error}; check the regular expression") from error
    return made


def protected_by(
    protections: Iterable[Protection], rule_id: str, site: str, lines: Lines
) -> Iterator[list[tuple[int, int]]]:
    """Yield the spans of a text that a rule may not touch, a list for each protection."""
    for protection in protections:
        if protection.concerns(rule_id, site):
            if protection not in lines.memo:
                lines.memo[protection] = list(protection.spans(lines))
            yield lines.memo[protection]


def touches(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """
    Does `start:end` share a character with one of the spans, which are sorted and disjoint?

    >>> touches([(2, 4), (8, 9)], 4, 8), touches([(2, 4), (8, 9)], 3, 5)
    (False, True)
    """
    place = bisect_right(spans, start, key=lambda span: span[1])
    return place < len(spans) and spans[place][0] < end
