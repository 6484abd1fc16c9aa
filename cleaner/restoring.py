"""Give everything back: rebuild the sources of a run from its clean texts and its report."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from cleaner.batch import output_name
from cleaner.decoding import encode
from cleaner.document import Repair, restore
from cleaner.files import write_atomically
from cleaner.frames import source_hash
from cleaner.reportfiles import Report

if TYPE_CHECKING:
    import pandas


def restore_folder(clean: Path, report: Report, out: Path) -> Iterator[tuple[str, str]]:
    """
    Rebuild every source from the clean texts in a folder (or the one file) into `out`.

    A text file gets its bytes back, in its own encoding; of HTML, the extracted text. Yields the
    name of each document with what is wrong, which is nothing if its hash is that of the source.
    """
    changes = _changes(report)
    single = clean.is_file()
    for row in report.documents.to_dict("records"):
        name = str(row["document"])
        if row["status"] == "failed":
            yield name, f"had failed and left nothing to restore: {row['reason']}"
            continue
        if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute():
            yield name, "leads out of the folder; this is no report of ours"
            continue
        written = output_name(name)
        path = clean if single else clean / written
        target = out if single and not out.is_dir() else out / written
        try:
            source = restore(_read(path), changes.get(name, ()))
            if source_hash(source) != row["source_hash"]:
                raise ValueError("is not what the report describes; was it edited since?")
            plain = written == name
            with write_atomically(target) as stream:
                stream.write(encode(source, row["encoding"] if plain else "", plain and row["bom"]))
        except OSError as error:
            yield name, f"{path}: {error.strerror}"
        except ValueError as error:
            yield name, f"{path}: {error}"
        else:
            yield name, ""


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogatepass")


def _changes(report: Report) -> dict[str, list[Repair]]:
    """Collect the removals and repairs of each document; a removal is a change to nothing."""
    changes: dict[str, list[Repair]] = {}
    for row in _rows(report.removals):
        repair = Repair(row["start"], row["end"], row["text"], "")
        changes.setdefault(row["document"], []).append(repair)
    for row in _rows(report.repairs):
        repair = Repair(row["start"], row["end"], row["before"], row["after"])
        changes.setdefault(row["document"], []).append(repair)
    return changes


def _rows(frame: "pandas.DataFrame") -> list[dict[Any, Any]]:
    return frame.to_dict("records")
