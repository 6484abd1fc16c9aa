"""
What cleaning costs, as ratios measured in one run: `python -m tests.benchmarks [FOLDER]`.

Processor time of one core, the median of rounds in which the candidates take turns. Documents are
the `.txt` files of a folder, by default the samples in `seeds/`, in other orders. All rounds clean
the same documents, so what lines match is remembered after the first, which flatters "everything"
against corpora whose lines do not repeat; the table of rules forgets before each document.
"""

import json
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time

import ftfy

from cleaner import scanning
from cleaner.decoding import decode
from cleaner.document import document
from cleaner.matching import Matcher
from cleaner.pipeline import Cleaner
from cleaner.rulefiles import read_rules
from cleaner.rules import Rule
from cleaner.scanning import Table, _made
from cleaner.stages.language import detect_language
from cleaner.stages.repair import repair_encoding

ROUNDS = 5
DOCUMENTS = 60
SIZES = (1_000, 5_000, 100_000, 1_000_000)
COUNTS = (200, 2_000, 20_000)


def main(folder: Path) -> None:
    """Print the tables."""
    scanning.DIRECT = 0
    texts = list(documents(folder))
    size = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} documents of {size:,.0f} characters, {ROUNDS} rounds, {sys.version[:7]}")
    tool = Cleaner()
    table = _made([rule for rule in tool.rule_set if rule.pattern], None)
    stages: dict[str, Callable[[str], object]] = {
        "floor: JSON in, split, scan, hash, JSON out": lambda text: floor(text, table),
        "encoding repaired": lambda text: repair_encoding(document(text)),
        "ftfy.fix_text": ftfy.fix_text,
        "language": lambda text: detect_language.__wrapped__(text[:2000]),
        "langdetect, the same sample": langdetect(2000),
        "langdetect, whole document": langdetect(10**9),
        "everything, language told": lambda text: tool.clean(text, language="en"),
        "everything": tool.clean,
    }
    show("per document", measured(stages, texts))
    show("rules", measured({f"{n:,} rules": matching(n) for n in COUNTS}, texts))
    sized = {f"{n:,} characters": sizes(tool, n, texts) for n in SIZES}
    show("document size, per character", each(timed(sized)))


def documents(folder: Path) -> Iterator[str]:
    """Yield texts of shuffled lines, each with a few words that no other has."""
    lines = [
        line
        for path in sorted(folder.rglob("*.txt"))
        for line in decode(path.read_bytes()).text.split("\n")
        if line.strip()
    ]
    for seed in range(DOCUMENTS):
        chosen = random.Random(seed).sample(lines, min(25, len(lines)))
        yield "\n".join(f"{line} No. {seed}.{place}" if place % 3 else line
                        for place, line in enumerate(chosen))  # fmt: skip


def floor(text: str, table: Table) -> bytes:
    """Do the least that a cleaner of lines by rules has to do."""
    lines = json.loads(json.dumps({"text": text}))["text"].encode().decode().split("\n")
    kept = [line for line in lines if hash(line)]
    table._scan([text.lower()])
    return json.dumps({"text": "\n".join(kept)}, ensure_ascii=False).encode()


def langdetect(size: int) -> Callable[[str], object]:
    """Return langdetect on the beginning of a text."""
    from langdetect import detector_factory

    detector_factory.init_factory()
    detector_factory.DetectorFactory.seed = 0
    return lambda text: detector_factory.detect(text[:size].lower())


def matching(count: int) -> Callable[[str], object]:
    """Return the matching of so many rules: real ones, then some made of random words."""
    words = sorted({word for rule in read_rules() for one in rule.keep for word in one.split()})
    words = [word for word in words if word.isalpha()]
    chance = random.Random(count)
    rules = [rule for rule in read_rules() if rule.pattern][:count]
    while len(rules) < count:
        phrase = " ".join(chance.choices(words, k=3))
        rules.append(made(rules[0], f"ad.made-{len(rules)}", chance.choice(["^", ""]) + phrase))
    matcher = Matcher(tuple(rules))
    return lambda text: (matcher.line_hits._known.clear(), matcher.claims(document(text)))


def made(rule: Rule, name: str, pattern: str) -> Rule:
    """Return a rule like another with a pattern of its own."""
    return replace(rule, id=name, pattern=pattern, scope="line", case="", unless="")


def sizes(tool: Cleaner, size: int, texts: list[str]) -> Callable[[], object]:
    """Return the cleaning of one document of a size."""
    text = "\n".join(texts)
    while len(text) < size:
        text += "\n" + "\n".join(f"{len(text)} {line}" for line in text.split("\n"))
    return lambda: tool.clean(text[:size], language="en")


def each(times: list[tuple[str, float]]) -> dict[str, float]:
    """Divide times of documents by their size."""
    return {name: seconds / n for (name, seconds), n in zip(times, SIZES, strict=True)}


def measured(candidates: dict[str, Callable[[str], object]], texts: list[str]) -> dict[str, float]:
    """Return seconds per document, the median of rounds; the first round only warms up."""
    whole = {name: lambda f=f: [f(text) for text in texts] for name, f in candidates.items()}
    return {name: seconds / len(texts) for name, seconds in timed(whole)}


def timed(candidates: dict[str, Callable[[], object]]) -> list[tuple[str, float]]:
    rounds: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(ROUNDS + 1):
        for name, candidate in candidates.items():
            start = process_time()
            candidate()
            rounds[name].append(process_time() - start)
    return [(name, statistics.median(times[1:])) for name, times in rounds.items()]


def show(title: str, seconds: dict[str, float]) -> None:
    """Print a table; the first row is what the others are compared with."""
    first = next(iter(seconds.values()))
    print(f"\n{title:45} {'µs':>12} {'ratio':>9}")
    for name, value in seconds.items():
        print(f"{name:45} {value * 1e6:12,.4g} {value / first:9.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "seeds")
