"""The state of a run: where it is kept, the ledger in it, and what the run is about."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cleaner.inputs import Inputs
from cleaner.ledger import Ledger
from cleaner.places import is_remote


@contextmanager
def open_state(state: Path | None, out: Path | None) -> Iterator[Path]:
    """Give the folder of a run's state; where neither it nor an output is named, one for now."""
    if state is None and out is None:
        with tempfile.TemporaryDirectory(prefix="cleaner-") as made:
            yield Path(made)
        return
    folder = state or state_beside(out or Path())
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


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
    ledger = Ledger(state / "ledger.sqlite")
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
