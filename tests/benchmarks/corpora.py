"""
How fast large corpora are cleaned, and in how much memory: `python -m tests.benchmarks.corpora`.

Corpora of 10 MB, 100 MB and 1 GB (or of the sizes in MB that are given) are made of the seeds, with
their lines shuffled. Each is cleaned by a process of its own, as JSON Lines and as Parquet, by one
worker and by two; memory is the peak of the process and of its largest worker. Beside it stands
what the machine allows: two runs at once, each by one process, against one of them alone.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow
from pyarrow import parquet

SEEDS = Path(__file__).parents[2] / "seeds"
SIZES = (10, 100, 1000)
BATCH = 1000
COMMAND = """
import resource, sys
sys.path[:] = {path!r}
from cleaner.cli import app
try:
    app()
finally:
    peaks = [resource.getrusage(who).ru_maxrss / 1024
             for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(*peaks)
"""


class Measured(NamedTuple):
    """Seconds, and the peak memory in MB of the process and of its largest worker."""

    seconds: float
    peak: float
    worker: float


def batches(size: int) -> Iterator[list[dict[str, str]]]:
    """Yield records of so many bytes of text in all."""
    chance = random.Random(size)
    texts = [
        path.read_bytes().decode("utf-8", "replace").split("\n")
        for path in sorted(SEEDS.glob("*.txt"))
    ]
    made = number = 0
    while made < size:
        records = []
        for _ in range(BATCH):
            lines = chance.choice(texts)
            text = "\n".join(chance.sample(lines, len(lines)))
            records.append(
                {"id": f"{number:09}", "url": f"https://{number % 997}.example/a", "text": text}
            )
            made, number = made + len(text.encode()), number + 1
            if made >= size:
                break
        yield records


def make(folder: Path, size: int) -> int:
    """Write a corpus in both formats; return how many documents it has."""
    count, writer = 0, None
    with (folder / "in.jsonl").open("w", encoding="utf-8") as lines:
        for records in batches(size):
            count += len(records)
            lines.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            table = pyarrow.Table.from_pylist(records)
            writer = writer or parquet.ParquetWriter(folder / "in.parquet", table.schema)
            writer.write_table(table)
    if writer:
        writer.close()
    return count


def started(source: Path, out: Path, jobs: int) -> "subprocess.Popen[str]":
    """Start cleaning a file, its language told."""
    code = COMMAND.format(path=sys.path)
    arguments = ("clean", str(source), "-o", str(out), "--jobs", str(jobs), "--language", "en")
    quiet = ("--quiet",)
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments, *quiet], stdout=subprocess.PIPE, text=True
    )


def measure(source: Path, jobs: int, at_once: int = 1) -> Measured:
    """Clean a file, so many times at once."""
    begun = time.perf_counter()
    outs = [source.with_name(f"out{number}{source.suffix}") for number in range(at_once)]
    every = [started(source, out, jobs) for out in outs]
    told = [process.communicate()[0].split() for process in every]
    seconds = time.perf_counter() - begun
    for out in outs:
        out.unlink()
    return Measured(seconds, float(told[0][0]), float(told[0][1]))


def main() -> None:
    """Print the table."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    print(" " * 13 + "corpus jobs       s  docs/s   MB/s  MB main MB worker")
    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix="cleaner-"))
        try:
            count = make(folder, size * 1_000_000)
            for name in ("in.jsonl", "in.parquet"):
                alone = measure(folder / name, 1)
                for jobs, found in ((1, alone), (2, measure(folder / name, 2))):
                    speed = f"{count / found.seconds:7.0f} {size / found.seconds:6.2f}"
                    what = f"{size} MB {name[3:]}"
                    memory = f"{found.peak:8.0f} {found.worker if jobs > 1 else 0:9.0f}"
                    print(f"{what:>18} {jobs:4} {found.seconds:7.1f} {speed} {memory}", flush=True)
                both = measure(folder / name, 1, at_once=2)
                ceiling = 2 * alone.seconds / both.seconds
                gain = alone.seconds / found.seconds
                print(
                    f"{'two workers':>18} {gain:.2f} times one; two processes {ceiling:.2f} times",
                    flush=True,
                )
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
