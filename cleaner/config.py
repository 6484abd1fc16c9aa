"""
Options from a file: `cleaner.toml`, or `[tool.cleaner]` in `pyproject.toml`.

The nearest of the folder and those above it counts. Keys are the long names of options; what the
command line says goes before. Paths are relative to the file.
"""

import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import typer

from cleaner.errors import UsageError
from cleaner.places import is_remote

NAMES = ("cleaner.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Config:
    """The options of a file, by their long names without dashes before; `path` None for no file."""

    path: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)


def find_config(path: Path | None = None, start: Path | None = None) -> Config:
    """Read the options of a file, or of the nearest; raise `UsageError` where it cannot be read."""
    if path is not None:
        return _read(path)
    start = (start or Path.cwd()).absolute()
    for folder in (start, *start.parents):
        for name in NAMES:
            config = _read(folder / name) if (folder / name).is_file() else Config()
            if config.path is not None:
                return config
    return Config()


def defaults_for(config: Config, context: Any) -> dict[str, Any]:
    """
    Return, for each command of the context's group, what a file says of its parameters.

    Raises `UsageError` for an option that no command has, and for a value that it cannot have.
    """
    known: set[str] = set()
    defaults: dict[str, dict[str, Any]] = {}
    for name, command in context.command.commands.items():
        options = options_of(command)
        known |= options.keys()
        defaults[name] = {
            option.name: _checked(_placed(value, option, config), option, config, context)
            for key, value in config.options.items()
            if (option := options.get(key))
        }
    for key in config.options.keys() - known:
        near = get_close_matches(key, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"{config.path}: no option is called {key!r}{hint}")
    return defaults


def options_of(command: Any) -> dict[str, Any]:
    """Return the options of a command by their long names; `help` is none of them."""
    options = {}
    for parameter in getattr(command, "params", ()):
        long = [name[2:] for name in parameter.opts if name.startswith("--")]
        if long and long[0] != "help":
            options[long[0]] = parameter
    return options


def _read(path: Path) -> Config:
    """Read a file; a `pyproject.toml` that says nothing of us is none."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
    if path.name == "pyproject.toml":
        tool = table.get("tool", {})
        if "cleaner" not in tool:
            return Config()
        table = tool["cleaner"]
    return Config(path, {key.replace("_", "-"): value for key, value in table.items()})


def _placed(value: Any, parameter: Any, config: Config) -> Any:
    """Make paths relative to the file, and a single value a list where one is due."""
    assert config.path
    if parameter.multiple and not isinstance(value, list):
        value = [value]
    if not is_path(parameter):
        return value
    if isinstance(value, list):
        return [_path(one, config.path) for one in value]
    return _path(value, config.path)


def _checked(value: Any, parameter: Any, config: Config, context: Any) -> Any:
    """Return the value of an option; raise `UsageError` where it cannot have it."""
    place = f"{config.path}: {parameter.opts[0].removeprefix('--')}"
    if isinstance(value, dict) or (isinstance(value, list) and not parameter.multiple):
        raise UsageError(f"{place}: takes one value, not {value!r}")
    try:
        parameter.process_value(context, value)
    except typer.BadParameter as error:
        raise UsageError(f"{place}: {error.message}") from None
    return value


def is_path(parameter: Any) -> bool:
    """Does this option take a path?"""
    return parameter.metavar in ("DIR", "FILE", "OUT")


def _path(value: Any, config: Path) -> Any:
    if not isinstance(value, str) or value in ("", "-") or is_remote(value):
        return value
    slash = "/" if value.endswith("/") else ""  # it says that an output is a folder
    return str(config.parent / value) + slash
