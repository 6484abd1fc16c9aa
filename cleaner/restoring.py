"""Give everything back: rebuild the sources of a run from its clean texts and its report."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner.decoding import encode
from cleaner.document import Document, Repair, document, restore
from cleaner.errors import Unreadable, UsageError
from cleaner.formats import file_of, output_name
from cleaner.frames import source_hash
from cleaner.inputs import Input
from cleaner.places import check_apart
from cleaner.reading import open_output, read_batches
from cleaner.records import Columns, Reading, Result
from cleaner.reportfiles import Report
from cleaner.shards import Piece

if TYPE_CHECKING:
    import pandas

Outcome = tuple[str, str]
Changes = dict[str, list[Repair]]


class _Task(NamedTuple):
    """A file to rebuild: its name and rows in the report, its clean text, and where it goes."""

    file: str
    rows: list[dict[str, Any]]
    clean: Input
    target: Path


def restore_folder(
    clean: Path, report: Report, out: Path, into: bool = False, read: Iterable[Path] = ()
) -> Iterator[Outcome]:
    """
    Rebuild every source from the clean texts in a folder into `out`, or that of the one file.

    A text file gets its bytes back, in its own encoding; of HTML, the extracted text; in records,
    their text. Yields the name of each document with what is wrong, which is nothing if its hash is
    that of the source. A file goes `into` a folder also where that is not there yet.
    Raises `UsageError` where a clean text, or what else was `read`, would be overwritten.
    """
    changes = _changes(report)
    columns = Columns(**report.meta.get("columns", {}))
    tasks = _tasks(clean, report, out, into)
    check_apart([*read, *(task.clean.path for task in tasks)], (task.target for task in tasks))
    for task in tasks:
        kept = [row for row in task.rows if row["status"] != "failed"]
        for row in task.rows:
            if row["status"] == "failed":
                reason = row["reason"]
                yield row["document"], f"had failed and left nothing to restore: {reason}"
        if ".." in PurePosixPath(task.file).parts or PurePosixPath(task.file).is_absolute():
            yield task.file, "leads out of the folder; this is no report of ours"
        elif kept and str(kept[0]["document"]) == task.file:
            yield task.file, _restore_text(task, kept[0], changes)
        elif kept:
            yield from _restore_records(task._replace(rows=kept), changes, columns)


def _tasks(clean: Path, report: Report, out: Path, into: bool) -> list[_Task]:
    """Return what is to be rebuilt: all that the report tells of, or what the one file came of."""
    files: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(report.documents):
        files.setdefault(file_of(str(row["document"])), []).append(row)
    if not clean.is_file():
        places = ((file, output_name(file)) for file in files)
        return [_Task(f, files[f], Input(clean / w, w, None), out / w) for f, w in places]
    file = _meant(clean, list(files))
    written = output_name(file)
    target = out / written if into or out.is_dir() else out
    return [_Task(file, files[file], Input(clean, written, None), target)]


def _meant(clean: Path, files: list[str]) -> str:
    """Return the file of a report that a clean text came of: the only one, or that of its name."""
    if len(files) == 1:
        return files[0]

    def likeness(file: str) -> tuple[int, bool]:
        parts = PurePosixPath(output_name(file)).parts
        pairs = zip(reversed(clean.absolute().parts), reversed(parts), strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return alike, alike == len(parts)

    best = max(map(likeness, files), default=(0, False))
    found = [file for file in files if likeness(file) == best] if best[0] else []
    if len(found) != 1:
        which = f"of {' and '.join(found[:2])} alike" if found else "of no file of this name"
        raise UsageError(f"{clean}: the report tells {which}; restore the whole folder")
    return found[0]


def _restore_text(task: _Task, row: dict[str, Any], changes: Changes) -> str:
    """Rebuild a file that is one document; return what is wrong."""
    one, path = task.clean, task.clean.path
    try:
        (batch,) = read_batches(Piece(one, None), Reading(limit=1 << 40))
        source = _source(_text(batch.records[0].text), row, changes)
        plain = output_name(str(row["document"])) == row["document"]
        data = encode(source, row["encoding"] if plain else "", plain and row["bom"])
        with open_output(task.target, one.kind.codec) as stream:
            stream.write(data)
    except OSError as error:
        return f"{path}: {error.strerror}"
    except ValueError as error:
        return f"{path}: {error}"
    return ""


def _restore_records(task: _Task, changes: Changes, columns: Columns) -> Iterator[Outcome]:
    """Rebuild the texts of a file of records; its other columns stay as they are."""
    one, path = task.clean, task.clean.path
    asked = replace(columns, text=columns.output or columns.text, output="", removals="")
    outcomes: list[Outcome] = []
    left = iter(task.rows)

    def results() -> Iterator[Result]:
        for batch in read_batches(Piece(one, None), Reading(asked, limit=1 << 40)):
            docs = []
            for record in batch.records:
                row = next(left, None)
                if row is None:
                    raise Unreadable("holds more records than the report")
                doc, outcome = _restored(_text(record.text), row, changes)
                docs.append(doc)
                outcomes.append(outcome)
            yield Result(batch, docs)

    try:
        with open_output(task.target, one.kind.codec) as stream:
            one.kind.format.write(stream, results())
    except (OSError, Unreadable) as error:
        outcomes.append((path.name, f"{path}: {error}"))
    yield from outcomes
    yield from ((str(row["document"]), f"{path}: does not hold it") for row in left)


def _restored(text: str, row: dict[str, Any], changes: Changes) -> tuple[Document, Outcome]:
    """Rebuild one record; where that fails, it stays as it is, and the outcome says why."""
    name = str(row["document"])
    try:
        return document(_source(text, row, changes)), (name, "")
    except ValueError as error:
        return document(text), (name, str(error))


def _source(text: str, row: dict[str, Any], changes: Changes) -> str:
    source = restore(text, changes.get(str(row["document"]), ()))
    if source_hash(source) != row["source_hash"]:
        raise ValueError("is not what the report describes; was it edited since?")
    return source


def _text(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "surrogatepass")


def _changes(report: Report) -> Changes:
    """Collect the removals and repairs of each document; a removal is a change to nothing."""
    changes: Changes = {}
    for row in _rows(report.removals):
        repair = Repair(row["start"], row["end"], row["text"], "")
        changes.setdefault(row["document"], []).append(repair)
    for row in _rows(report.repairs):
        repair = Repair(row["start"], row["end"], row["before"], row["after"])
        changes.setdefault(row["document"], []).append(repair)
    return changes


def _rows(frame: "pandas.DataFrame") -> list[dict[Any, Any]]:
    return frame.to_dict("records")
