"""The command line of site templates: `cleaner learn`, `cleaner templates show, diff, merge`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner import cli_options as option
from cleaner.cli_errors import refuse, say, show_table, telling
from cleaner.errors import UsageError
from cleaner.places import check_apart, check_writable, place
from cleaner.templates import PAGES, Seen, is_index, read_index

if TYPE_CHECKING:
    from cleaner.document import Document

app = typer.Typer(help="Look at what sites print on their pages.", no_args_is_help=True)


Index = Annotated[str, typer.Argument(metavar="FILE", help="An index that `learn` wrote.")]
Out = Annotated[
    str, typer.Option("-o", "--output", metavar="FILE", help="Where the index goes: t.parquet.")
]
COLUMNS = ("site", "line", "last_line", "canonical", "prose", "pages", "of", "head", "middle",
           "tail", "first", "last", "category")  # fmt: skip


def learn_corpus(
    corpus: Annotated[
        str, typer.Argument(metavar="CORPUS", help="A folder of pages, or a file of records.")
    ],
    out: Out,
    site_from: option.SiteOption = option.SiteFrom.auto,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune", help="Leave out lines of one page: smaller, but merging is not exact."
        ),
    ] = False,
    encoding: option.Encoding = "",
    text_column: option.TextColumn = "",
    id_column: option.IdColumn = "",
    url_column: option.UrlColumn = "",
    site_column: option.SiteColumn = "",
    html: option.Html = False,
    max_document_size: option.MaxDocumentSize = 32,
) -> None:
    """
    Count on how many pages of its site each line stands, and write the index.

    Exit codes: 0 done; 2 wrong usage.
    """
    told = locals()
    from cleaner.api import cleaner_for
    from cleaner.counting import pages_of
    from cleaner.inputs import list_inputs
    from cleaner.learning import categoriser, write_index
    from cleaner.reading import find_columns, read_documents
    from cleaner.summary import plural

    with telling():
        tool = cleaner_for(encoding=encoding)
        path, reading = _index_path(out), option.reading_of(told)
        written = [path, pages_of(path)]
        ours = filter(is_index, written)
        inputs = list_inputs(place(corpus), None, site_from.value, ours)
        check_apart((one.path for one in inputs.files), written)
        check_writable(path)
        if columns := find_columns(inputs, reading).told():
            say(columns)
        docs = _named(read_documents(inputs, tool, reading))
        result = write_index(docs, path, categoriser(tool.rule_set), prune=prune)
    skipped = f"; nothing to learn from {plural(result.skipped, 'other')}" if result.skipped else ""
    say(f"{out}: learned from {plural(result.pages, 'page')}{skipped}")


def _index_path(name: str) -> Path:
    """Return where an index goes; raise `UsageError` where it cannot."""
    path = place(name)
    if path.suffix != ".parquet":
        raise UsageError(f"{name}: an index is a Parquet file; let its name end in .parquet")
    return path


def _named(docs: Iterable["Document"]) -> Iterator["Document"]:
    """Say which documents cannot be read, and why."""
    for doc in docs:
        if doc.status == "failed":
            say(f"{doc.name}: {doc.reason}")
        yield doc


@app.command()
def show(
    index: Index,
    site: Annotated[str, typer.Option(help="Only of this site.")] = "",
    pages: Annotated[int, typer.Option(min=1, help="On so many pages at least.")] = PAGES,
) -> None:
    """Show the lines that stand on several pages, and what cleaning makes of them."""
    from rich.table import Table

    from cleaner.summary import plural

    with telling():
        rows = [row for row in _rows(index, pages) if site in ("", row["site"])]
    if site and not rows:
        refuse(f"{site}: no line of this site stands on {plural(pages, 'page')}")
    table = Table(box=None, pad_edge=False)
    for name in ("site", "pages", "head", "mid", "tail", "line", "category", "goes"):
        table.add_column(name, overflow="fold", no_wrap=name == "pages")
    for row in rows:
        counts = (str(row[name]) for name in ("head", "middle", "tail"))
        cells = (f"{row['pages']} of {row['of']}", *counts, row["line"][:200], row["category"])
        table.add_row(row["site"], *cells, verdict(row))
    show_table(table)


@app.command()
def diff(one: Index, other: Index) -> None:
    """Show what goes by one index and not by the other: - for the first, + for the second."""
    from cleaner.summary import plural

    with telling():
        before, after = map(_going, (one, other))
    for site, form in sorted(before.keys() ^ after.keys()):
        sign, rows = ("-", before) if (site, form) in before else ("+", after)
        row = rows[site, form]
        print(f"{sign} {site}\t{row['pages']} of {row['of']}\t{row['line']}")
    say(f"{plural(len(before.keys() & after.keys()), 'line')} in both")


@app.command("merge")
def merge_indexes(
    indexes: Annotated[list[str], typer.Argument(metavar="FILE...", help="Indexes.")], out: Out
) -> None:
    """Make one index of several, as if all their pages had been learned at once."""
    from cleaner.api import cleaner_for
    from cleaner.counting import merge, pages_of
    from cleaner.learning import categoriser
    from cleaner.summary import plural

    with telling():
        path, paths = _index_path(out), list(map(place, indexes))
        check_apart([*paths, *map(pages_of, paths)], [path, pages_of(path)])
        check_writable(path)
        merge(paths, path, categoriser(cleaner_for().rule_set))
    say(f"{out}: merged from {plural(len(indexes), 'index')}".replace("indexs", "indexes"))


@app.command("propose")
def propose_rules(
    index: Index,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="A folder for the rule files."),
    ] = None,
    site: Annotated[str, typer.Option(help="Only of this site.")] = "",
) -> None:
    """Write rules for what goes and no rule knows, to be read, edited and put into your folder."""
    from cleaner.proposing import propose

    with telling():
        files = propose([row for row in _rows(index, 1) if site in ("", row["site"])])
        for category, text in files.items():
            if out is None:
                print(f"# {category}.toml\n\n{text}")
                continue
            out.mkdir(parents=True, exist_ok=True)
            path = out / f"{category}.toml"
            if path.exists():
                raise UsageError(f"{path}: exists; choose another folder, and compare")
            path.write_text(text, encoding="utf-8")
            say(f"{path}: written; read it before you use it")
    if not files:
        say("nothing to propose: rules know all that goes")


def verdict(row: dict[str, Any]) -> str:
    """Say whether a line of the index goes: yes, beside (in its place and company only), or ""."""
    seen = Seen.from_row(row)
    return "yes" if seen.is_certain else "beside" if seen.is_candidate else ""


def _rows(index: str, pages: int) -> list[dict[str, Any]]:
    batches: Iterable[list[dict[str, Any]]] = read_index(index, COLUMNS, ("pages", ">=", pages))
    return [row for batch in batches for row in batch]


def _going(index: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(r["site"], r["canonical"]): r for r in _rows(index, PAGES) if verdict(r)}
