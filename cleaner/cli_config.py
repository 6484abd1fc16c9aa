"""`cleaner config show`: which options are in force, and where each comes from."""

import typer

from cleaner.cli_errors import show_table
from cleaner.config import Config, defaults_for, options_of

app = typer.Typer(help="Look at the options in force.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Look at the options in force."""


@app.command()
def show(context: typer.Context) -> None:
    """Show every option of `clean`, its value, and the file that says so."""
    from rich.table import Table

    root = context.find_root()
    config = root.obj if isinstance(root.obj, Config) else Config()
    told = defaults_for(config, root)["clean"]
    table = Table(box=None, pad_edge=False)
    for name in ("option", "value", "from"):
        table.add_column(name, overflow="fold")
    for name, parameter in options_of(root.command.commands["clean"]).items():  # type: ignore[attr-defined]
        value = told.get(parameter.name, parameter.get_default(context))
        origin = str(config.path) if parameter.name in told else "default"
        table.add_row(name, _shown(value), origin)
    show_table(table)


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(getattr(value, "value", value))
