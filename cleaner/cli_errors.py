"""How the command line tells what went wrong: a line on standard error, and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from cleaner.errors import UsageError

WRONG_USAGE = 2


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
