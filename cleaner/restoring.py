"""Give everything back: rebuild the sources of a run from its clean texts and its report."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from cleaner.decoding import encode
from cleaner.document import Document, Repair, document, restore
from cleaner.errors import Unreadable
from cleaner.formats import file_of, output_name
from cleaner.frames import source_hash
from cleaner.inputs import Input
from cleaner.reading import open_output, read_batches
from cleaner.records import Columns, Reading, Result
from cleaner.reportfiles import Report
from cleaner.shards import Piece

if TYPE_CHECKING:
    import pandas

Outcome = tuple[str, str]
Changes = dict[str, list[Repair]]


def restore_folder(clean: Path, report: Report, out: Path) -> Iterator[Outcome]:
    """
    Rebuild every source from the clean texts in a folder (or the one file) into `out`.

    A text file gets its bytes back, in its own encoding; of HTML, the extracted text; in records,
    their text. Yields the name of each document with what is wrong, which is nothing if its hash is
    that of the source.
    """
    changes = _changes(report)
    rows = _rows(report.documents)
    columns = Columns(**report.meta.get("columns", {}))
    for file, group in groupby(rows, key=lambda row: file_of(str(row["document"]))):
        if ".." in PurePosixPath(file).parts or PurePosixPath(file).is_absolute():
            yield file, "leads out of the folder; this is no report of ours"
            continue
        written = output_name(file)
        path = clean if clean.is_file() else clean / written
        target = out if clean.is_file() and not out.is_dir() else out / written
        kept = []
        for row in group:
            if row["status"] == "failed":
                reason = row["reason"]
                yield row["document"], f"had failed and left nothing to restore: {reason}"
            else:
                kept.append(row)
        if kept and str(kept[0]["document"]) == file:
            yield file, _restore_text(path, target, kept[0], changes)
        elif kept:
            yield from _restore_records(path, target, kept, changes, columns)


def _restore_text(path: Path, target: Path, row: dict[str, Any], changes: Changes) -> str:
    """Rebuild a file that is one document; return what is wrong."""
    one = Input(path, path.name, None)
    try:
        (batch,) = read_batches(Piece(one, None), Reading(limit=1 << 40))
        source = _source(_text(batch.records[0].text), row, changes)
        plain = output_name(str(row["document"])) == row["document"]
        data = encode(source, row["encoding"] if plain else "", plain and row["bom"])
        with open_output(target, one.kind.codec) as stream:
            stream.write(data)
    except OSError as error:
        return f"{path}: {error.strerror}"
    except ValueError as error:
        return f"{path}: {error}"
    return ""


def _restore_records(
    path: Path, target: Path, rows: list[dict[str, Any]], changes: Changes, columns: Columns
) -> Iterator[Outcome]:
    """Rebuild the texts of a file of records; its other columns stay as they are."""
    one = Input(path, path.name, None)
    asked = replace(columns, text=columns.output or columns.text, output="", removals="")
    outcomes: list[Outcome] = []
    left = iter(rows)

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
        with open_output(target, one.kind.codec) as stream:
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
