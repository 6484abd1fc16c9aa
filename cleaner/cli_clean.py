"""`cleaner clean`: one run, from its options to the closing table."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from cleaner import cli_options as option
from cleaner.cli_errors import refuse, say
from cleaner.errors import Stopped, UsageError

if TYPE_CHECKING:
    from cleaner.inputs import Inputs
    from cleaner.running import Options, Run
    from cleaner.summary import Summary

STOPPED, INTERRUPTED = 3, 130
SLASHES = ("/", os.sep)  # at its end, they say that a name is a folder's


def clean(
    source: option.Source,
    out: option.Out = "",
    report: option.Report = "",
    rules: option.Rules = None,
    keep: option.Keep = None,
    only: option.Only = None,
    protect: option.Protect = None,
    max_removed: option.MaxRemoved = 1.0,
    learn: option.Learn = False,
    templates: option.TemplateIndex = "",
    site_from: option.SiteOption = option.SiteFrom.auto,
    language: option.Language = "",
    detector: option.DetectorOption = option.Detector.langdetect,
    encoding: option.Encoding = "",
    text_column: option.TextColumn = "",
    id_column: option.IdColumn = "",
    url_column: option.UrlColumn = "",
    site_column: option.SiteColumn = "",
    title_column: option.TitleColumn = "",
    language_column: option.LanguageColumn = "",
    output_column: option.OutputColumn = "",
    removals_column: option.RemovalsColumn = "",
    html: option.Html = False,
    html_timeout: option.HtmlTimeout = 30.0,
    html_precision: option.HtmlPrecision = False,
    html_recall: option.HtmlRecall = False,
    html_fast: option.HtmlFast = False,
    format: option.InputFormat = "",
    max_document_size: option.MaxDocumentSize = 32,
    document_timeout: option.DocumentTimeout = 300.0,
    jobs: option.Jobs = 1,
    shard_size: option.ShardSize = 4,
    state: option.State = "",
    resume: option.Resume = False,
    force: option.Force = False,
    dry_run: option.DryRun = False,
    fail_on: option.FailOnOption = option.FailOn.failed,
    quiet: option.Quiet = False,
    log_json: option.LogJson = False,
) -> None:
    """
    Remove the furniture from articles: a folder of texts and pages, or files of records.

    Exit codes: 0 done; 1 some documents failed, the rest is done; 2 wrong usage or rules;
    3 stopped, such as by a full disk; 130 interrupted. After these two, --resume goes on.
    """
    told = locals()
    with tempfile.TemporaryDirectory(prefix="cleaner-") as spool:
        try:
            run = _prepared(told, Path(spool))
            summary = _followed(run, told)
        except UsageError as error:
            refuse(str(error))
        except Stopped as stopped:
            _end(f"stopped: {stopped}", STOPPED, noted=_keeps_state(told))
        except KeyboardInterrupt:
            _end("interrupted", INTERRUPTED, noted=_keeps_state(told))
        _send(Path(spool) / "out")
    summary.show(str(run.quarantine or ""))
    failed, flagged = (summary.counts.statuses[status] for status in ("failed", "flagged"))
    if failed or (fail_on is option.FailOn.flagged and flagged):
        raise typer.Exit(1)


def _prepared(told: dict[str, Any], spool: Path) -> "Run":
    """Return the run that the options ask for; raise `UsageError` before any work."""
    source, out = told["source"], told["out"]
    if not out and not told["dry_run"]:
        raise UsageError(
            "-o OUT is missing: where should the clean texts go? (--dry-run writes none)"
        )
    if told["learn"] and told["templates"]:
        raise UsageError("--learn is instead of --templates; choose one")
    if told["learn"] and "-" in (source, out):
        raise UsageError("--learn is for a folder or a file, not for standard input or output")
    from cleaner.places import check_writable, place
    from cleaner.reading import find_columns
    from cleaner.running import Run
    from cleaner.state import LEDGER

    options = _options(told)
    cleaner = option.cleaner_of(told)
    inputs = _standard(told, spool) if "-" in (source, out) else _listed(told, options)
    run = Run(inputs, cleaner, None if _is_unnamed(told) else place(out), options)
    _check_places(run, told)
    find_columns(inputs, options.reading)
    ledger = options.state and options.state / LEDGER
    for path in filter(None, (run.out, options.report, ledger)):
        check_writable(path)
    return run


def _options(told: dict[str, Any]) -> "Options":
    """Return how the run is to be done; raise `UsageError` where its report or state cannot be."""
    from cleaner.places import place
    from cleaner.reportfiles import check_report_path
    from cleaner.running import Options
    from cleaner.state import check_state

    report, state = (place(told[name]) if told[name] else None for name in ("report", "state"))
    if report:
        check_report_path(report)
    if state:
        check_state(state)
    return Options(
        option.reading_of(told), report, told["jobs"], told["learn"],
        told["shard_size"] * option.MB, told["document_timeout"], state, told["resume"],
        told["force"],
    )  # fmt: skip


def _is_unnamed(told: dict[str, Any]) -> bool:
    """Does the run write nothing that it could go on with?"""
    from cleaner.places import is_stream, place

    unnamed = told["dry_run"] or "-" in (told["source"], told["out"])
    return unnamed or is_stream(place(told["out"]))


def _check_places(run: "Run", told: dict[str, Any]) -> None:
    """Raise `UsageError` where something that is written would overwrite something else."""
    from cleaner.places import check_apart, place
    from cleaner.reportfiles import list_files
    from cleaner.state import state_folder

    read = [one.path for one in run.inputs.files] + _index_files(told)
    for folder in told["rules"] or ():
        read += place(folder).glob("*.toml")
    written = [one.target for one in run.inputs.files if one.target and not one.trouble]
    written += list_files(run.options.report) if run.options.report else []
    state = state_folder(run.options.state, run.out)
    check_apart(read, written, filter(None, (state, run.quarantine)))


def _index_files(told: dict[str, Any]) -> list[Path]:
    from cleaner.counting import pages_of
    from cleaner.places import place

    index = told["templates"] and place(told["templates"])
    return [index, pages_of(index)] if index else []


def _listed(told: dict[str, Any], options: "Options") -> "Inputs":
    from cleaner.inputs import list_inputs
    from cleaner.places import place
    from cleaner.reportfiles import list_earlier

    if told["format"]:
        raise UsageError("--format is for standard input; files are known by their names")
    out = None if told["dry_run"] else place(told["out"])
    ours = [*_index_files(told), *filter(None, [options.state])]
    ours += list_earlier(options.report) if options.report else []
    into = told["out"].endswith(SLASHES)
    inputs = list_inputs(place(told["source"]), out, told["site_from"].value, ours, into)
    if told["html"] and not any(one.kind.format.records for one in inputs.files):
        raise UsageError("--html is for standard input and records; files are known by their names")
    return inputs


def _standard(told: dict[str, Any], spool: Path) -> "Inputs":
    """Return the one input that comes from standard input, or goes to standard output, or both."""
    from cleaner.formats import kind_of
    from cleaner.inputs import Input, Inputs
    from cleaner.places import place

    ending = told["format"].lstrip(".") or ("html" if told["html"] else "")
    name, path = ("-." + ending if ending else "-"), spool / "in"
    if ending and not kind_of(name):
        raise UsageError(f"--format: no ending such as {ending!r} is known")
    if told["source"] == "-":
        with path.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream, 1 << 20)
    else:
        path = place(told["source"])
        name = path.name
        if path.is_dir():
            raise UsageError(f"{path}: a folder cannot go to standard output; name one with -o")
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    out = spool / "out" if told["out"] == "-" else place(told["out"])
    if out.is_dir() or told["out"].endswith(SLASHES):
        raise UsageError(f"{out}: is a folder; what comes from standard input needs a file's name")
    target = None if told["dry_run"] else out
    piped = told["source"] == "-"
    return Inputs((Input(path, name, target, "", told["site_from"].value, piped),))


def _followed(run: "Run", told: dict[str, Any]) -> "Summary":
    from rich.console import Console

    from cleaner.summary import Summary

    style: Any = "quiet" if told["quiet"] else "json" if told["log_json"] else "people"
    passed = (run.inputs.ignored, run.inputs.links)
    summary = Summary(Console(stderr=True), run.size, *passed, style)
    summary.follow(run())
    return summary


def _send(path: Path) -> None:
    """Copy what is for standard output there."""
    if path.exists():
        with path.open("rb") as stream:
            shutil.copyfileobj(stream, sys.stdout.buffer, 1 << 20)
        sys.stdout.buffer.flush()


def _keeps_state(told: dict[str, Any]) -> bool:
    """Does the run note what is done, so that it can go on? Not if it writes nothing by name."""
    return bool(told["state"]) or not _is_unnamed(told)


def _end(why: str, code: int, noted: bool) -> NoReturn:
    how = "; what is done is noted: the same command with --resume goes on" if noted else ""
    say(why + how)
    raise typer.Exit(code)
