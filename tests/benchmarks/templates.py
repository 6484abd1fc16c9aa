"""
How long learning takes and how much memory: `python -m tests.benchmarks.templates [LINES ...]`.

Pages are made as they are read, fifty lines each, a hundred a site: a third of each page is the
site's, the rest its own. For each size, two processes: one only makes and observes the pages (what
reading costs), one learns from them. Peak memory is the process's, with Python and its libraries.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from cleaner.document import Document, document
from cleaner.learning import categoriser, write_index
from cleaner.observing import observe

LINES = (1_000_000, 10_000_000)
LINES_OF_PAGE, PAGES_OF_SITE = 50, 100
FOOT = ("About", "Write", "Walk", "Read", "Sail", "Row", "Rest", "Help")
OWN = 34  # lines of a page that no other page has


def made(lines: int) -> Iterator[Document]:
    """Yield pages of so many lines in all."""
    for number in range(lines // LINES_OF_PAGE):
        site = f"site-{number // PAGES_OF_SITE}.example"
        menu = [f"{word} of {site}" for word in ("Tides", "News", "Maps", "Talks", "Shop", "Desk")]
        story = [
            f"The keeper of lock {number} wrote line {line} of his log by lamp light."
            for line in range(OWN)
        ]
        foot = [f"{word} at {site}" for word in FOOT]
        lines_of_page = [*menu, f"Updated {number % 20} hours ago", *story, *foot, "The end"]
        yield document("\n".join(lines_of_page), name=f"{number:08}", site=site)


def observing(lines: int) -> None:
    """Make and look at every page."""
    for doc in made(lines):
        observe(doc)


def learning(lines: int) -> None:
    """Learn from every page."""
    with tempfile.TemporaryDirectory() as folder:
        write_index(made(lines), Path(folder) / "t.parquet", categoriser(()))


def measured(work: str, lines: int, pipe: Connection) -> None:
    """Send the seconds and the peak memory in MB of some work."""
    start = time.perf_counter()
    globals()[work](lines)
    seconds = time.perf_counter() - start
    pipe.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main(sizes: list[int]) -> None:
    print(
        f"{'lines':>12}  {'reading s':>9}  {'learning s':>10}  {'counting s':>10}  {'peak MB':>8}"
    )
    fresh = multiprocessing.get_context("spawn")
    for lines in sizes:
        results = []
        for work in ("observing", "learning"):
            receive, send = fresh.Pipe(duplex=False)
            child = fresh.Process(target=measured, args=(work, lines, send))
            child.start()
            results.append(receive.recv())
            child.join()
        (reading, _), (seconds, peak) = results
        row = (
            f"{lines:12,}  {reading:9.1f}  {seconds:10.1f}  {seconds - reading:10.1f}  {peak:8.0f}"
        )
        print(row, flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(LINES))
