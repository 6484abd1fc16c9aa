"""The command line for people who write rules: `cleaner rules list, show, test, lint, new`."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli_errors import refuse, say, show_table, telling
from cleaner.rules import CATEGORIES, suggestion

if TYPE_CHECKING:
    from cleaner.document import Document
    from cleaner.pipeline import Cleaner
    from cleaner.rules import RuleSet

app = typer.Typer(help="Look at rules, prove them, and write your own.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", help="A folder of your own beside the shipped ones."),
]


COLUMNS = ("rule", "languages", "scope", "score", "about")


@app.command("list")
def list_rules(
    folder: Folder = None,
    category: Annotated[str, typer.Option(help="Only rules of this category.")] = "",
    language: Annotated[str, typer.Option(help="Only rules written in this language.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="As a Markdown table.")] = False,
) -> None:
    """Show a table of all rules."""
    if category and category not in CATEGORIES:
        refuse(f"{category}: no such category{suggestion(category, ())}")
    rules = [
        rule
        for rule in _rules(folder)
        if (not category or rule.category == category)
        and (not language or language in rule.languages)
    ]
    rows = [
        (r.id, " ".join(r.languages), r.scope if r.pattern else "code", f"{r.score:g}", r.about)
        for r in rules
    ]
    if markdown:
        print("\n".join(_markdown(rows)))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in COLUMNS:
        table.add_column(column, overflow="fold", no_wrap=column == "rule")
    for row in rows:
        table.add_row(*row)
    show_table(table)
    print(f"{len(rules)} rules")


@app.command()
def show(rule_id: Annotated[str, typer.Argument(metavar="ID")], folder: Folder = None) -> None:
    """Show one rule as it would stand in its file."""
    from cleaner.rulefiles import as_toml

    rules = _rules(folder)
    if rule_id not in rules.by_id:
        refuse(f"{rule_id}: no such rule{suggestion(rule_id, rules.by_id)}")
    print(as_toml(rules[rule_id]))


@app.command("test")
def prove_rules(folder: Folder = None) -> None:
    """
    Try every example of every rule, every `keep` on all rules together, and the trap corpus.

    Exit codes: 0 all hold; 1 some do not; 2 the rules do not load.
    """
    from cleaner.proof import faults, read_traps

    rules = _rules(folder)
    tool = _cleaner(folder)
    traps = list(read_traps())
    examples = sum(len(rule.match) + len(rule.keep) for rule in rules)
    _finish(
        faults(rules, tool.find, traps, _find_learned(tool)),
        f"{len(rules)} rules, {examples} examples, {len(traps)} traps",
    )


@app.command("lint")
def lint_rules(folder: Folder = None) -> None:
    """
    Look for what examples do not show: costly patterns, bare keywords, useless rules.

    Exit codes: 0 nothing found; 1 something; 2 the rules do not load.
    """
    from cleaner.linting import lint

    rules = _rules(folder)
    _finish(lint(rules), f"{len(rules)} rules")


@app.command()
def new(category: Annotated[str, typer.Argument(metavar="CATEGORY")]) -> None:
    """Print a commented template for a rule, to put into `<category>.toml`."""
    if category not in CATEGORIES:
        refuse(f"{category}: no such category{suggestion(category, ())}")
    from cleaner.rulefiles import template

    print(template(category))


def _markdown(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|---" * len(COLUMNS) + "|"
    for rule_id, languages, *rest in rows:
        cells = (f"`{rule_id}`", languages.replace("*", "any"), *rest)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _rules(folder: Path | None) -> "RuleSet":
    from cleaner.rulefiles import read_rules

    with telling():
        return read_rules(*((folder,) if folder else ()))


def _cleaner(folder: Path | None) -> "Cleaner":
    from cleaner.pipeline import Cleaner

    with telling():
        return Cleaner(rules=(folder,) if folder else ())


def _find_learned(tool: "Cleaner") -> "Callable[[list[str]], Document] | None":
    """Return what cleans a page after learning from it and others; None without the engines."""
    from cleaner.learning import find_learned
    from cleaner.templates import TemplateError

    try:
        find_learned(tool, ["It rained."])
        return partial(find_learned, tool)
    except TemplateError as error:
        say(f"the rules of templates are not tried: {error}")
        return None


def _finish(found: Iterator[str], counted: str) -> None:
    bad = [print(fault) for fault in found]
    print(f"{counted}: {len(bad) or 'no'} fault{'' if len(bad) == 1 else 's'}", file=sys.stderr)
    if bad:
        raise typer.Exit(1)
