"""
Quality floors: how good the cleaner is on the seeds and the trap corpus, pinned, and only going up.

    python -m tests.quality             print the scores beside their floors
    python -m tests.quality --update    pin them; lowers none without --allow-regression

`tests/labels/NAME.lab` labels every line of a seed: `K` keep, `R:category` remove, `N` either, `-`
blank, then a tab and the line; `⟦R:category⟧…⟦/⟧` marks a part of a line that should go.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cleaner.document import document
from cleaner.formats import kind_or_text
from cleaner.pipeline import Cleaner
from cleaner.proof import read_traps

HERE = Path(__file__).parent
SEEDS, LABELS, PINS = HERE.parent / "seeds", HERE / "labels", HERE / "quality.json"
MARK_RE = re.compile(r"⟦(R:[a-z_]+)⟧(.*?)⟦/⟧", re.DOTALL)


def measure() -> dict[str, float | str]:
    """Return the shares of content kept, of furniture removed, of traps untouched, and hashes."""
    tool = Cleaner()
    counts = {"K": [0, 0], "R": [0, 0]}
    for path in sorted(LABELS.glob("*.lab")):
        for label, kept in labelled_characters(path, tool):
            if label in counts:
                counts[label][0] += kept == (label == "K")
                counts[label][1] += 1
    traps = list(read_traps())
    untouched = sum(
        not tool.find(document(text, language=language)).removals for language, text in traps
    )
    files = [
        *sorted(path for path in SEEDS.rglob("*") if path.is_file()),
        *sorted(LABELS.iterdir()),
    ]
    return {
        "content_kept": share(*counts["K"]),
        "furniture_removed": share(*counts["R"]),
        "traps_untouched": share(untouched, len(traps)),
        "seeds_hash": hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest(),
        "traps_hash": hashlib.sha256(repr(traps).encode()).hexdigest(),
    }


def share(part: int, whole: int) -> float:
    """Return a share, rounded down, so that only all of it is 1."""
    return int(100_000 * part / whole) / 100_000


def labelled_characters(path: Path, tool: Cleaner) -> Iterator[tuple[str, bool]]:
    """Yield the label of each character of a seed but white space, and whether it stayed."""
    seed = SEEDS / f"{path.stem}.txt"
    doc = tool.clean(seed.read_bytes(), html=kind_or_text(seed.name).format.html, name=seed.name)
    labelled = list(pieces(path.read_bytes().decode("utf-8")))
    body = "".join(text for _, text in labelled)
    if doc.body.replace("\r", "") != body.replace("\r", ""):
        raise ValueError(f"{path}: is not the repaired text of {seed.name}, line by line")
    kept = [False] * len(doc.body)
    for start, end in doc.kept():
        kept[start:end] = [True] * (end - start)
    stays = [flag for flag, character in zip(kept, doc.body, strict=True) if character != "\r"]
    labels = [label for label, text in labelled for character in text if character != "\r"]
    body = body.replace("\r", "")
    for label, flag, character in zip(labels, stays, body, strict=True):
        if not character.isspace():
            yield label, flag


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the labelled pieces of a `.lab` file in order, with the line ends between them."""
    for number, row in enumerate(row for row in text.split("\n") if "\t" in row):
        label, line = row.split("\t", 1)
        if number:
            yield "-", "\n"
        at = 0
        for mark in MARK_RE.finditer(line):
            yield label[:1], line[at : mark.start()]
            yield "R", mark[2]
            at = mark.end()
        yield label[:1], line[at:]


def pinned() -> dict[str, float | str]:
    return json.loads(PINS.read_text())


def main(arguments: list[str]) -> int:
    scores, floors = measure(), pinned() if PINS.exists() else {}
    for name, score in scores.items():
        print(f"{name:20} {score}  (floor {floors.get(name)})")
    lowered = [n for n, s in scores.items() if isinstance(s, float) and s < floors.get(n, 0.0)]
    if "--update" not in arguments:
        return bool(lowered)
    if lowered and "--allow-regression" not in arguments:
        print(f"not pinned: {', '.join(lowered)} would sink; --allow-regression, if you must")
        return 1
    PINS.write_text(json.dumps(scores, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
