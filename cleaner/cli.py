"""The command line; each group of commands is in a module of its own, and imports what it runs."""

from pathlib import Path
from typing import Annotated

import typer

from cleaner import __version__, cli_clean, cli_config, cli_restore, cli_rules, cli_templates
from cleaner.cli_errors import Commands, telling
from cleaner.config import defaults_for, find_config

app = typer.Typer(
    cls=Commands,
    help="Strip boilerplate from article text, and say for every removed character why.",
    no_args_is_help=True,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("clean")(cli_clean.clean)
app.command("restore")(cli_restore.restore)
app.command("learn")(cli_templates.learn_corpus)
app.add_typer(cli_templates.app, name="templates")
app.add_typer(cli_rules.app, name="rules")
app.add_typer(cli_config.app, name="config")


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and the hash of the rules.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Options; else cleaner.toml or pyproject.toml, above."),
    ] = None,
) -> None:
    if version:
        from cleaner.api import cleaner_for

        print(f"cleaner {__version__} (rules {cleaner_for().rule_set.hash})")
        raise typer.Exit
    with telling():
        found = find_config(config)
        context.default_map = defaults_for(found, context)
        context.obj = found
