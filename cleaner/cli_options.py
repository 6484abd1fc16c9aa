"""The options of commands, each in one place, and what becomes of them."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner.errors import UsageError

if TYPE_CHECKING:
    from cleaner.pipeline import Cleaner
    from cleaner.records import Reading

MB = 1 << 20


class SiteFrom(StrEnum):
    """What tells the site of a document."""

    auto = "auto"
    folder = "folder"
    url = "url"
    column = "column"
    none = "none"


class Detector(StrEnum):
    """What tells the language of a document."""

    langdetect = "langdetect"
    py3langid = "py3langid"
    none = "none"


class FailOn(StrEnum):
    """From which status on a document makes the exit code 1."""

    failed = "failed"
    flagged = "flagged"


def _column(role: str, what: str) -> Any:
    return typer.Option(
        f"--{role}-column", metavar="NAME", help=f"The column of {what}; else one of a usual name."
    )


Source = Annotated[
    str, typer.Argument(metavar="IN", help="A folder, a file, a URL, or - for standard input.")
]
Out = Annotated[
    str,
    typer.Option("-o", "--output", metavar="OUT", help="A folder or file, - for standard output."),
]
Report = Annotated[
    str,
    typer.Option("--report", metavar="FILE", help="Write a report: .parquet, .csv or .jsonl."),
]
Rules = Annotated[
    list[str] | None,
    typer.Option("--rules", metavar="DIR", help="A folder of rule files of your own; repeatable."),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="A category or rule to leave alone; repeatable, or a,b."),
]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="A category or rule; use no others. Repeatable, or a,b."),
]
Protect = Annotated[
    list[str] | None,
    typer.Option(metavar="REGEX", help="What this finds in a line stays; repeatable."),
]
MaxRemoved = Annotated[
    float,
    typer.Option(
        min=0, max=1, metavar="SHARE", help="Keep as it was what would lose more of its prose."
    ),
]
Learn = Annotated[bool, typer.Option("--learn", help="Learn the sites' templates from IN first.")]
TemplateIndex = Annotated[
    str,
    typer.Option(metavar="FILE", help="Use an index of templates that `learn` wrote."),
]
SiteOption = Annotated[
    SiteFrom,
    typer.Option(
        help="The site of a document: its folder; the URL of a record, or that an HTML page gives "
        "itself; a column; none: all are one site, and evidence has to be stronger; auto: the "
        "column or URL where a record has one, else the folder."
    ),
]
Language = Annotated[str, typer.Option(help="ISO 639-1 code; detected if not given.")]
DetectorOption = Annotated[
    Detector,
    typer.Option(
        help="What tells the language: py3langid needs the extra py3langid; none is quickest."
    ),
]
Encoding = Annotated[str, typer.Option(help="Of the input; detected if not given.")]
TextColumn = Annotated[str, _column("text", "the text of a record")]
IdColumn = Annotated[str, _column("id", "its id")]
UrlColumn = Annotated[str, _column("url", "its URL")]
SiteColumn = Annotated[str, _column("site", "its site")]
TitleColumn = Annotated[str, _column("title", "its title, a line that stays")]
LanguageColumn = Annotated[str, _column("language", "its language")]
OutputColumn = Annotated[
    str, typer.Option(metavar="NAME", help="Where the clean text goes; else in place of the text.")
]
RemovalsColumn = Annotated[
    str, typer.Option(metavar="NAME", help="A column for what was removed, and why.")
]
Html = Annotated[bool, typer.Option("--html", help="The texts are HTML: records, or -.")]
HtmlTimeout = Annotated[
    float, typer.Option(min=0.1, metavar="SECONDS", help="A page that takes longer has failed.")
]
HtmlPrecision = Annotated[
    bool, typer.Option("--html-precision", help="Extract less of a page, and what is surer.")
]
HtmlRecall = Annotated[bool, typer.Option("--html-recall", help="Extract more of a page.")]
HtmlFast = Annotated[
    bool, typer.Option("--html-fast", help="Extract quicker, without asking other extractors.")
]
InputFormat = Annotated[
    str, typer.Option("--format", metavar="ENDING", help="Of standard input, such as jsonl.")
]
MaxDocumentSize = Annotated[
    int, typer.Option(min=1, metavar="MB", help="A longer document goes to quarantine.")
]
DocumentTimeout = Annotated[
    float, typer.Option(min=0.1, metavar="SECONDS", help="A document that takes longer has failed.")
]
Jobs = Annotated[int, typer.Option(min=1, help="Processes to clean with.")]
ShardSize = Annotated[
    int, typer.Option(min=1, metavar="MB", help="Of a large file, what is done at a time.")
]
State = Annotated[
    str,
    typer.Option(metavar="DIR", help="Where the run notes what is done; else beside OUT."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")]
Force = Annotated[
    bool, typer.Option("--force", help="Begin anew; with --resume, whatever changed.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write no clean texts.")]
FailOnOption = Annotated[FailOn, typer.Option(help="Exit with 1 if a document is this, or worse.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing, unless it stops.")]
LogJson = Annotated[
    bool, typer.Option("--log-json", help="Say it for machines: JSON, an event a line.")
]


def names(given: list[str] | None) -> list[str]:
    """
    Return the names in a repeatable option that also takes `a,b`.

    >>> names(["ad", "caption, bio"])
    ['ad', 'caption', 'bio']
    """
    return [name.strip() for part in given or () for name in part.split(",") if name.strip()]


def reading_of(told: dict[str, Any]) -> "Reading":
    """Return how records are to be read, of the options of a command."""
    from cleaner.records import ROLES, Columns, Reading

    added = told.get("output_column")
    if added and added == told.get("removals_column"):
        raise UsageError(f"--output-column and --removals-column: both are {added!r}; name two")
    columns = {role: told.get(f"{role}_column", "") for role in (*ROLES, "output", "removals")}
    limit = told.get("max_document_size", 32) * MB
    return Reading(Columns(**columns), limit=limit, html=told.get("html", False))


def cleaner_of(told: dict[str, Any]) -> "Cleaner":
    """Return the cleaner that the options of a command ask for."""
    from cleaner.api import cleaner_for

    lists = {name: names(told[name]) for name in ("keep", "only")}
    plain = ("language", "encoding", "detector", "max_removed", "html_timeout", "html_precision",
             "html_recall", "html_fast")  # fmt: skip
    return cleaner_for(
        rules=told["rules"] or (),
        protect=told["protect"] or (),
        **lists,
        **{name: told[name] for name in plain},
        templates=told["templates"] or None,
    )
