"""
Read `[[rule]]` tables from TOML; refuse what is wrong, with a message for its author.

Every message begins with the place (`rules/ad.toml: ad.label: pattern`) and ends with what to do.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, get_args

from cleaner.lines import shadow
from cleaner.proof import prove
from cleaner.protection import FILE as PROTECT_FILE
from cleaner.rules import CATEGORIES, Rule, RuleError, RuleSet, Scope
from cleaner.sites import with_hosts

ID_RE = re.compile(r"[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGE_RE = re.compile(r"[a-z]{2,3}|\*")
REQUIRED = ("id", "about", "languages", "match", "keep")
LISTS = ("languages", "match", "keep", "beside", "sites", "only_in")
PATTERNS = ("pattern", "unless", "until")
REGION_ENDS = ("until", "during", "to")
CHOICES = {
    "scope": get_args(Scope),
    "where": ("head", "below-headline", "tail"),
    "case": ("exact",),
    "during": ("not-prose",),
    "to": ("end",),
}
FIELDS = {field.name: field for field in fields(Rule)}
KEYS = ["while" if name == "during" else name for name in FIELDS]
TYPES: dict[str, type] = {"score": float, "max_words": int, "max_lines": int, "through": bool}


def rules_folder() -> Path:
    """Return the folder of the shipped rules: inside the package, or beside it in a checkout."""
    here = Path(__file__).parent
    return next(path for path in (here / "_rules", here.parent / "rules") if path.is_dir())


def read_rules(*folders: Path) -> RuleSet:
    """
    Read the shipped rules and those of the given folders.

    Raises `RuleError` on the first fault, among them an example that does not hold. The examples
    of the shipped rules hold: the tests prove them, so that starting need not.
    """
    rules = {rule.id: rule for rule in _shipped(rules_folder())}
    homes = dict.fromkeys(rules, "the shipped rules")
    for folder in folders:
        for rule in _own(folder):
            path = f"{folder / rule.category}.toml"
            if rule.id in rules:
                taken = f"this id is taken in {homes[rule.id]}; give the rule another one"
                raise RuleError(f"{path}: {rule.id}: {taken}")
            prove(rule, f"{path}: {rule.id}")
            rules[rule.id], homes[rule.id] = rule, path
    return RuleSet(tuple(rules.values()))


def _own(folder: Path) -> list[Rule]:
    """Read the rules of a user; raise `RuleError` where there are none, nor anything protected."""
    rules = read_folder(folder)
    if not rules and not (folder / PROTECT_FILE).is_file():
        raise RuleError(f"{folder}: no rules here; write [[rule]] tables in <category>.toml")
    return rules


@cache  # they do not change while a process runs, and take a while to read
def _shipped(folder: Path) -> tuple[Rule, ...]:
    return tuple(read_folder(folder, proved=True))


def read_folder(folder: Path, proved: bool = False) -> list[Rule]:
    """
    Read every rule file of a folder, in the order of their names.

    Patterns of rules that the tests have `proved` are not compiled, which is what takes time.
    """
    if not folder.is_dir():
        what = "is a file" if folder.is_file() else "no such folder"
        raise RuleError(f"{folder}: {what}; rules are read from a folder of <category>.toml files")
    return [
        rule
        for path in sorted(folder.glob("*.toml"))
        if path.name != PROTECT_FILE
        for rule in read_file(path, proved)
    ]


def read_file(path: Path, proved: bool = False) -> Iterator[Rule]:
    """Yield the rules of `<category>.toml`."""
    if path.stem not in CATEGORIES:
        raise RuleError(f"{path}: a rule file is named after its category: {', '.join(CATEGORIES)}")
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RuleError(f"{path}: {error}") from error
    if set(tables) - {"rule"}:
        unknown = sorted(set(tables) - {"rule"})
        raise RuleError(f"{path}: {unknown[0]}: only [[rule]] tables stand in a rule file")
    if not isinstance(tables.get("rule", []), list):
        raise RuleError(f"{path}: [rule]: write [[rule]], with two brackets")
    if not tables.get("rule"):
        raise RuleError(f"{path}: no rules here; write a [[rule]] table, or take the file away")
    for number, table in enumerate(tables["rule"], 1):
        place = f"{path}: {table.get('id', f'rule {number}')}"
        rule = read_table(table, place)
        if not proved:
            _check_patterns(rule, place)
        if rule.category != path.stem:
            raise RuleError(f"{path}: {rule.id}: the id must begin with {path.stem!r} and a dot")
        yield rule


def read_table(table: dict[str, Any], place: str) -> Rule:
    """Make a rule of its table; `place` begins the message of the `RuleError` it may raise."""
    if "during" in table:
        raise RuleError(f"{place}: during: write `while`")
    table = {"during" if key == "while" else key: value for key, value in table.items()}
    _check_fields(table, place)
    for key in LISTS:
        if key in table:
            table[key] = tuple(table[key] if isinstance(table[key], list) else [table[key]])
    if "sites" in table:
        table["sites"] = with_hosts(table["sites"])
    rule = Rule(**table)
    _check_values(rule, place)
    if rule.pattern:
        _check_region(rule, place)
    return rule


def _check_fields(table: dict[str, Any], place: str) -> None:
    for key, value in table.items():
        if key not in FIELDS:
            raise RuleError(f"{place}: unknown key: {key}; keys are {', '.join(KEYS)}")
        expected = TYPES.get(key, str)
        many = value if isinstance(value, list) and key in LISTS else [value]
        if not all(
            type(one) is expected or (expected is float and type(one) is int) for one in many
        ):
            kind = f"a list of {expected.__name__}" if key in LISTS else expected.__name__
            raise RuleError(f"{place}: {key}: should be {kind}")
    for key in REQUIRED:
        if not table.get(key):
            raise RuleError(f"{place}: {key} is missing; every rule needs {', '.join(REQUIRED)}")


def _check_values(rule: Rule, place: str) -> None:
    if not ID_RE.fullmatch(rule.id):
        raise RuleError(f"{place}: id: should look like category.some-name, not {rule.id!r}")
    for key in ("match", "keep"):
        if len(getattr(rule, key)) < 2:
            raise RuleError(f"{place}: {key}: two examples at least")
    for language in (*rule.languages, *rule.only_in):
        if not LANGUAGE_RE.fullmatch(language):
            raise RuleError(f'{place}: {language!r} is no ISO 639-1 code; use "*" for structure')
    for key, choices in CHOICES.items():
        value = getattr(rule, key)
        if value and value not in choices:
            raise RuleError(f"{place}: {key}: {value!r} is none of {', '.join(choices)}")
    for category in rule.beside:
        if category not in CATEGORIES:
            raise RuleError(f"{place}: beside: {category!r} is no category")
    if not 0 < rule.score <= 1:
        raise RuleError(f"{place}: score: should lie above 0 and at most at 1, not {rule.score}")


def _check_patterns(rule: Rule, place: str) -> None:
    for key in PATTERNS:
        source = getattr(rule, key)
        if shadow(source) != source:
            raise RuleError(
                f"{place}: {key}: write curly quotes, dashes and odd spaces plainly (' \" - and a "
                "blank); patterns see text in which they are folded"
            )
        try:
            compiled = rule.compiled(source)
        except re.error as error:
            raise RuleError(f"{place}: {key}: {error}; check the regular expression") from error
        if source and compiled.search(""):
            raise RuleError(f"{place}: {key}: matches the empty text, so it would match everything")


def _check_region(rule: Rule, place: str) -> None:
    ends = [key for key in REGION_ENDS if getattr(rule, key)]
    if rule.scope == "region" and len(ends) != 1:
        raise RuleError(f"{place}: a region ends by exactly one of until, while, to")
    if rule.scope != "region" and (ends or rule.through or rule.max_lines):
        raise RuleError(
            f'{place}: until, through, while, to and max_lines are for scope = "region"'
        )


def as_toml(rule: Rule) -> str:
    """Write a rule as it could stand in its file."""
    names = {"during": "while"}
    lines = ["[[rule]]"]
    for name, field in FIELDS.items():
        value = getattr(rule, name)
        if value != field.default or name in ("scope", "score"):
            lines.append(f"{names.get(name, name)} = {_toml(value, name in PATTERNS)}")
    return "\n".join(lines)


def _toml(value: Any, literal: bool) -> str:
    if literal and "'''" not in value:
        return f"'''{value}'''"
    if isinstance(value, tuple):
        texts = [json.dumps(text, ensure_ascii=False) for text in value]
        short = "[" + ", ".join(texts) + "]"
        return short if len(short) < 80 else "[\n  " + ",\n  ".join(texts) + ",\n]"
    return json.dumps(value, ensure_ascii=False)


def template(category: str) -> str:
    """Return a commented rule to start from; `rules/README.md` explains every field."""
    return f"""\
# To be put into {category}.toml in your folder of rules; `cleaner rules test DIR` proves it.

[[rule]]
id = "{category}.CHANGE-ME"             # public once it stands in a report: never reuse one
about = "One sentence: what is taken."
languages = ["en"]                      # of the words in the pattern; ["*"] for pure structure
scope = "line"                          # span: the match; line; block: the paragraph; region
pattern = '''^read this, please$'''      # searched in the line; case does not count
# unless = '''\\b(?:said|says)\\b'''     # found in what would go: nothing goes
# max_words = 12                        # longer is more likely an article about it
# where = "tail"                        # no prose after it; "head", "below-headline": none before
# beside = ["{category}"]                # counts only next to something of this category
# only_in = ["da", "no"]                # where the words mean something else in other languages
# until = '''^close$'''                   # a region ends there; or: while = "not-prose", to = "end"
score = 0.9
match = [
  "Read this, please",
  "READ THIS, PLEASE",
]
keep = [
  "Read this, please, the note began, and then the ink had run.",
  "A sentence that a journalist could write about the very thing.",
]"""
