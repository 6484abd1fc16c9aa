"""The state of a run: where it is kept, the ledger in it, and what the run is about."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cleaner.errors import UsageError
from cleaner.inputs import Inputs
from cleaner.ledger import Ledger
from cleaner.places import is_remote

LEDGER = "ledger.sqlite"


@contextmanager
def open_state(state: Path | None, out: Path | None) -> Iterator[Path]:
    """Give the folder of a run's state; where neither it nor an output is named, one for now."""
    folder = state_folder(state, out)
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="cleaner-") as made:
            yield Path(made)
        return
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


def state_folder(state: Path | None, out: Path | None) -> Path | None:
    """Return where the state of a run is kept; None where neither it nor an output is named."""
    return state or (state_beside(out) if out else None)


def check_state(folder: Path) -> None:
    """Raise `UsageError` where a folder cannot keep the state of a run, or holds other things."""
    if is_remote(folder):
        raise UsageError(
            f"{folder}: the state of a run is kept on this machine; name a folder here"
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is no folder; name one for the state of the run")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / LEDGER).exists():
        raise UsageError(
            f"{folder}: holds other things than a run's state; name a folder of its own"
        )


def state_beside(out: Path) -> Path:
    """Return where the state of a run is kept; for a place on the net, the user's own folder."""
    if not is_remote(out):
        out = out.absolute()
        return out.with_name(f".{out.name}.state")
    from platformdirs import user_state_path

    name = hashlib.sha256(str(out).encode()).hexdigest()[:16]
    return user_state_path("boilerplate-cleaner") / name


@contextmanager
def open_ledger(state: Path) -> Iterator[Ledger]:
    """Open the ledger in a state folder."""
    ledger = Ledger(state / LEDGER)
    try:
        yield ledger
    finally:
        ledger.close()


def signature(inputs: Inputs) -> str:
    """Return a hash of the names, sizes and times of inputs."""
    digest = hashlib.sha256()
    for one in inputs.files:
        try:
            found = one.path.stat()
            told = (one.name, str(one.target), found.st_size, getattr(found, "st_mtime_ns", 0))
        except OSError:
            told = (one.name, str(one.target), -1, 0)
        digest.update(repr(told).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
