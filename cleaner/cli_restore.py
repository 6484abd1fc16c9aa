"""`cleaner restore`: give everything back."""

import os
from typing import Annotated

import typer

from cleaner.cli_errors import refuse, say, telling


def restore(
    clean: Annotated[str, typer.Argument(metavar="CLEAN", help="The clean texts: folder or file.")],
    report: Annotated[str, typer.Option(metavar="FILE", help="The report of the run.")],
    out: Annotated[str, typer.Option("-o", "--output", metavar="OUT", help="Folder or file.")],
) -> None:
    """
    Give everything back: rebuild the inputs from the clean texts and the report.

    A text file gets its bytes back; of an HTML page, the text that was extracted from it.
    Exit codes: 0 all restored; 1 some not, each named with the reason; 2 wrong usage.
    """
    from cleaner.places import place, real
    from cleaner.reportfiles import list_files, read_report
    from cleaner.restoring import restore_folder
    from cleaner.summary import plural

    with telling():
        source, target, told = place(clean), place(out), place(report)
        if not source.exists():
            refuse(f"{source}: no such file or folder")
        if real(target) == real(source):
            refuse(f"{target}: would overwrite the clean texts; choose another place")
        into = out.endswith(("/", os.sep))
        made = restore_folder(source, read_report(told), target, into, list_files(told))
        outcomes = list(made)
    for name, trouble in outcomes:
        if trouble:
            say(f"{name}: {trouble}")
    bad = sum(bool(trouble) for _, trouble in outcomes)
    say(f"restored {len(outcomes) - bad} of {plural(len(outcomes), 'document')}")
    if bad:
        raise typer.Exit(1)
