"""The command line: `cleaner clean`, `cleaner restore`; the others are in modules of their own."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from cleaner import __version__, cli_rules, cli_templates
from cleaner.api import cleaner_for
from cleaner.batch import Batch, UsageError, clean_one, list_inputs, read_documents, run
from cleaner.extraction import TIMEOUT
from cleaner.files import write_atomically
from cleaner.frames import Rows, rows_of
from cleaner.learning import learn as learn_templates
from cleaner.pipeline import Cleaner, OptionError
from cleaner.reportfiles import ReportError, check_report_path, read_report, write_report
from cleaner.restoring import restore_folder
from cleaner.rules import RuleError
from cleaner.summary import Summary, plural
from cleaner.templates import TemplateError

app = typer.Typer(
    help="Strip boilerplate from article text, and say for every removed character why.",
    no_args_is_help=True,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_rules.app, name="rules")
app.add_typer(cli_templates.app, name="templates")
app.command("learn")(cli_templates.learn_corpus)
console = Console(stderr=True)

Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="DIR", help="A folder of rule files of your own; repeatable."),
]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write a report: .parquet, .csv or .jsonl."),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="A category or rule to leave alone; repeatable, or a,b."),
]
Protect = Annotated[
    list[str] | None,
    typer.Option(metavar="REGEX", help="What this finds in a line stays; repeatable."),
]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="A category or rule; use no others. Repeatable, or a,b."),
]


class FailOn(StrEnum):
    """From which status on a document makes the exit code 1."""

    failed = "failed"
    flagged = "flagged"


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and the hash of the rules.")
    ] = False,
) -> None:
    if version:
        print(f"cleaner {__version__} (rules {cleaner_for().rule_set.hash})")
        raise typer.Exit


@app.command()
def clean(
    source: Annotated[
        str, typer.Argument(metavar="IN", help="A folder, a file, or - for standard input.")
    ],
    out: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="OUT", help="A folder or file, - for standard output."
        ),
    ] = "",
    report: ReportFile = None,
    rules: Rules = None,
    keep: Keep = None,
    only: Only = None,
    protect: Protect = None,
    learn: Annotated[
        bool, typer.Option("--learn", help="Learn the sites' templates from IN first.")
    ] = False,
    templates: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Use an index of templates that `learn` wrote."),
    ] = None,
    site_from: cli_templates.SiteOption = cli_templates.SiteFrom.folder,
    language: Annotated[str, typer.Option(help="ISO 639-1 code; detected if not given.")] = "",
    encoding: Annotated[str, typer.Option(help="Of the input; detected if not given.")] = "",
    jobs: Annotated[int, typer.Option(min=1, help="Processes to clean with.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write no clean texts.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Standard input is HTML.")] = False,
    html_timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds after which a page has failed.")
    ] = TIMEOUT,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit with 1 if a document is this, or worse.")
    ] = FailOn.failed,
) -> None:
    """
    Remove the furniture from a folder of articles.

    Exit codes: 0 done; 1 some documents failed, the rest is done; 2 wrong usage or rules.
    """
    if not out and not dry_run:
        _refuse("-o OUT is missing: where should the clean texts go? (--dry-run writes none)")
    outcomes: Iterable[Rows]
    try:
        if learn and (templates or "-" in (source, out)):
            raise UsageError("--learn is for a folder, and instead of --templates")
        if report:
            check_report_path(report)
        cleaner = cleaner_for(
            rules=rules or (),
            keep=_names(keep),
            only=_names(only),
            protect=protect or (),
            language=language,
            encoding=encoding,
            html_timeout=html_timeout,
            templates=templates,
        )
        if html and source != "-":
            raise UsageError("--html is for standard input; files are known by their names")
        if "-" in (source, out):
            batch, outcomes = Batch(()), _one(cleaner, source, "" if dry_run else out, html)
        else:
            batch = list_inputs(Path(source), None if dry_run else Path(out), site_from.value)
            if learn:
                found = learn_templates(read_documents(batch, cleaner))
                cleaner = replace(cleaner, templates=found)
            outcomes = run(batch, cleaner, jobs)
    except (OptionError, RuleError, UsageError, ReportError, TemplateError) as error:
        _refuse(str(error))
    summary = Summary(console, len(batch.inputs), batch.ignored)
    rows = summary.follow(outcomes)
    if report:
        meta = {"cleaner": __version__, "rules": cleaner.rule_set.hash}
        write_report(report, rows, {**meta, "options": cleaner.options, "counts": summary.counts})
    summary.show()
    if summary.failed or (fail_on is FailOn.flagged and summary.flagged):
        raise typer.Exit(1)


@app.command()
def restore(
    clean: Annotated[
        Path, typer.Argument(metavar="CLEAN", help="The clean texts: folder or file.")
    ],
    report: Annotated[Path, typer.Option(metavar="FILE", help="The report of the run.")],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="Folder or file.")],
) -> None:
    """
    Give everything back: rebuild the inputs from the clean texts and the report.

    A text file gets its bytes back; of an HTML page, the text that was extracted from it.
    Exit codes: 0 all restored; 1 some not, each named with the reason; 2 wrong usage.
    """
    if not clean.exists():
        _refuse(f"{clean}: no such file or folder")
    if out.resolve() == clean.resolve():
        _refuse(f"{out}: would overwrite the clean texts; choose another place")
    try:
        outcomes = list(restore_folder(clean, read_report(report), out))
    except ReportError as error:
        _refuse(str(error))
    for name, trouble in outcomes:
        if trouble:
            _say(f"{name}: {trouble}")
    bad = sum(bool(trouble) for _, trouble in outcomes)
    _say(f"restored {len(outcomes) - bad} of {plural(len(outcomes), 'document')}")
    if bad:
        raise typer.Exit(1)


def _one(cleaner: Cleaner, source: str, out: str, html: bool) -> list[Rows]:
    """Clean one document that comes from standard input, or goes to standard output, or both."""
    if source == "-":
        doc = cleaner.clean(sys.stdin.buffer.read(), html=html, name="-.html" if html else "-")
    elif Path(source).is_dir():
        raise UsageError(f"{source}: a folder cannot go to standard output; name a folder with -o")
    else:
        doc = clean_one(cleaner, list_inputs(Path(source), None).inputs[0])
    data = doc.text.encode("utf-8", "surrogatepass")
    try:
        if out == "-" and doc.status != "failed":
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif out and doc.status != "failed":
            with write_atomically(Path(out)) as stream:
                stream.write(data)
    except OSError as error:
        doc = replace(doc, status="failed", reason=f"cannot be written: {error.strerror}")
    return [rows_of(doc)]


def _names(given: list[str] | None) -> list[str]:
    return [name.strip() for part in given or () for name in part.split(",") if name.strip()]


def _say(message: str) -> None:
    print(f"cleaner: {message}", file=sys.stderr)


def _refuse(message: str) -> NoReturn:
    _say(message)
    raise typer.Exit(2)
