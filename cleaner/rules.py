"""
What a rule is, and the rule set that a cleaner is built from.

A rule is one `[[rule]]` table of `rules/<category>.toml`: pure data, with examples that are its
tests. `rules/README.md` explains every field.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Literal

from cleaner.errors import UsageError

Scope = Literal["span", "line", "block", "region"]

CATEGORIES = (
    "ad", "donation", "newsletter", "subscription", "feedback", "comments", "share", "related",
    "caption", "byline", "tags", "consent", "app", "affiliate", "legal", "credit", "navigation",
    "bio", "player", "widget", "debris", "notice", "footer", "duplicate", "template", "tidy",
)  # fmt: skip


class RuleError(UsageError):
    """A rule file is wrong; the message says where, what, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    One kind of furniture: how it is recognised, and the examples that prove it.

    A rule without a `pattern` is decided by code; its table is there for its examples. `until`,
    `during` (`while` in the file) and `to` say how a region ends.
    """

    id: str
    about: str
    languages: tuple[str, ...]
    match: tuple[str, ...]
    keep: tuple[str, ...]
    pattern: str = ""
    scope: Scope = "line"
    score: float = 0.9
    unless: str = ""
    max_words: int = 0
    where: str = ""
    beside: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    only_in: tuple[str, ...] = ()
    case: str = ""
    until: str = ""
    through: bool = False
    during: str = ""
    to: str = ""
    max_lines: int = 0

    @cached_property
    def category(self) -> str:
        return self.id.partition(".")[0]

    def compiled(self, source: str) -> re.Pattern[str]:
        """Compile one of the rule's patterns with the rule's idea of case."""
        return compile_pattern(source, self.case == "exact")


@lru_cache(maxsize=8192)  # `re` forgets after 512, and there are more rules than that
def compile_pattern(source: str, exact: bool) -> re.Pattern[str]:
    """Compile a regular expression; every cleaner of a process shares the result."""
    return re.compile(source, 0 if exact else re.IGNORECASE)


@dataclass(frozen=True)
class RuleSet:
    """Rules in the order of their stages, then as their files list them; ids are unique."""

    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                raise RuleError(f"{rule.id}: this id is taken; give the rule another one")
            seen.add(rule.id)
        order = {category: index for index, category in enumerate(CATEGORIES)}
        ordered = sorted(self.rules, key=lambda rule: order[rule.category])
        object.__setattr__(self, "rules", tuple(ordered))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __getitem__(self, rule_id: str) -> Rule:
        return self.by_id[rule_id]

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def hash(self) -> str:
        """Twelve hexadecimal digits that change with any field of any rule."""
        rows = [[getattr(rule, field.name) for field in fields(Rule)] for rule in self.rules]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()[:12]

    def select(self, *, keep: Iterable[str] = (), only: Iterable[str] = ()) -> "RuleSet":
        """
        Leave out categories and rules to `keep`, or all but some; names are categories or rule ids.

        `tidy` stays with `only`, since it cleans up after the others. Raises `RuleError` on a name
        that is neither.
        """
        keep, only = set(keep), set(only)
        for name in sorted(keep | only):
            if name not in CATEGORIES and name not in self.by_id:
                hint = suggestion(name, self.by_id)
                raise RuleError(f"{name}: no such category or rule{hint}")
        return RuleSet(
            tuple(
                rule
                for rule in self.rules
                if not keep & {rule.id, rule.category}
                and (not only or (only | {"tidy"}) & {rule.id, rule.category})
            )
        )


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean …?" where something known looks like the name, else the categories."""
    from difflib import get_close_matches

    close = get_close_matches(name, [*CATEGORIES, *known], n=1)
    return f"; did you mean {close[0]}?" if close else f"; categories are {', '.join(CATEGORIES)}"
