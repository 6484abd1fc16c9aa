"""How the command line speaks: tables, what went wrong as a line on standard error, exit codes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperGroup

from cleaner.config import Config
from cleaner.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

WRONG_USAGE = 2
WIDE = 1 << 16  # characters; no line that we print has more


class Commands(TyperGroup):
    """All commands: how each ends where it was used wrongly, or nobody reads what it prints."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; name the file of options after wrong usage; end quietly after `| head`."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except typer.Exit as end:
            if end.exit_code == WRONG_USAGE and isinstance(ctx.obj, Config) and ctx.obj.options:
                say(f"options were also read from {ctx.obj.path}")
            raise
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())  # else Python complains when it flushes at exit
            raise typer.Exit from None


def show_table(table: "Table") -> None:
    """Print a table; what goes through a pipe is not wrapped."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDE)
    with console.capture() as caught:
        console.print(table, markup=False)
    for line in caught.get().splitlines():
        print(line.rstrip())


@contextmanager
def telling() -> Iterator[None]:
    """Tell a user's error, and end with exit code 2."""
    try:
        yield
    except (UsageError, OSError) as error:
        refuse(str(error))


def say(message: str) -> None:
    """Print a line on standard error."""
    print(f"cleaner: {message}", file=sys.stderr)


def refuse(message: str) -> NoReturn:
    """Say what is wrong with what was asked for, and end."""
    say(message)
    raise typer.Exit(WRONG_USAGE)
