"""
What cleaning costs, as ratios measured in one run: `python -m tests.benchmarks [FOLDER]`.

Processor time of one core, the median of rounds in which the candidates take turns. Documents are
the `.txt` files of a folder, by default the samples in `seeds/`, in other orders. What was
remembered of lines is forgotten before each document, so that all lines are new; sites repeat
theirs, and cost less. Peers are measured where they are installed (the extra `bench`).
"""

import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import ftfy

from cleaner import prose, scanning
from cleaner.decoding import decode
from cleaner.document import document
from cleaner.linting import attacks
from cleaner.matching import Matcher
from cleaner.pipeline import Cleaner
from cleaner.prefilter import prepared
from cleaner.rulefiles import read_rules
from cleaner.rules import Rule
from cleaner.scanning import Table, _made
from cleaner.searching import Searcher, max_length
from cleaner.stages.language import classify_language, detect_language
from cleaner.stages.repair import repair_encoding
from tests.benchmarks import peers
from tests.benchmarks.timing import each, measured, show, timed

DOCUMENTS = 60
SIZES = (1_000, 5_000, 100_000, 1_000_000, 10_000_000)
COUNTS = (200, 2_000, 20_000)
ATTACK = 100_000  # characters
REMEMBERING = (prose.count_words, prose.is_prose)


def main(folder: Path) -> None:
    """Print the tables."""
    scanning.DIRECT = 0
    texts = list(documents(folder))
    size = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} documents of {size:,.0f} characters, Python {sys.version.split()[0]}")
    print(", ".join(peers.versions()))
    tool, remembering = Cleaner(), Cleaner()
    matcher = matcher_of(tool)
    table = _made([rule for rule in tool.rule_set if rule.pattern], None)
    candidates: dict[str, Callable[[str], object]] = {
        "floor: JSON in, split, scan, hash, JSON out": lambda text: floor(text, table),
        "encoding repaired": lambda text: repair_encoding(document(text)),
        "matching": lambda text: (forget(matcher), matcher.claims(document(text, language="en"))),
        "everything, language told": lambda text: (forget(matcher), cleaned(tool, text)),
        "everything, lines seen before": lambda text: cleaned(remembering, text),
        "language": lambda text: detect_language.__wrapped__(text[:2000]),
        "language by py3langid": lambda text: classify_language.__wrapped__(text[:2000]),
        "langdetect on the same 2,000 characters": langdetect(2000),
        "langdetect on all of it": langdetect(10**9),
        "ftfy.fix_text": ftfy.fix_text,
        **peers.text_filters(),
    }
    show("per document", measured(candidates, texts))
    show("rules, matching alone", measured({f"{n:,} rules": matching(n) for n in COUNTS}, texts))
    show("rules, all of the pipeline", measured({f"{n:,} rules": whole(n) for n in COUNTS}, texts))
    sized = {f"{n:,} characters": sizes(tool, n, texts) for n in SIZES}
    show("document size, per character", each(timed(sized, rounds=3), SIZES))
    extractors = peers.page_extractors(candidates["everything, language told"])
    show("HTML, per page", measured(extractors, peers.pages(folder)))
    show("the slowest searches on attack strings of 100 kB", dict(attacked()[:5]))


def documents(folder: Path) -> Iterator[str]:
    """Yield texts of shuffled lines, a third of them with words that no other has."""
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
    table.scan([prepared(text)])
    return json.dumps({"text": "\n".join(kept)}, ensure_ascii=False).encode()


def cleaned(tool: Cleaner, text: str) -> bytes:
    """Clean a text from JSON to JSON, its language told."""
    text = json.loads(json.dumps({"text": text}))["text"]
    return json.dumps({"text": tool.clean(text, language="en").text}, ensure_ascii=False).encode()


def matcher_of(tool: Cleaner) -> Matcher:
    """Return what matches the rules of a cleaner."""
    found: list[Matcher] = [
        stage.keywords["matcher"]  # type: ignore[attr-defined]
        for stage in tool.stages
        if "matcher" in getattr(stage, "keywords", ())
    ]
    return found[0]


def forget(matcher: Matcher) -> None:
    """Forget what was remembered of lines."""
    for searcher in (matcher.line_hits, matcher.block_hits):
        searcher._known, searcher._before, searcher._size = {}, {}, 0
    for function in REMEMBERING:
        function.cache_clear()  # type: ignore[attr-defined]


def langdetect(size: int) -> Callable[[str], object]:
    """Return langdetect on the beginning of a text."""
    from langdetect import detector_factory

    detector_factory.init_factory()
    detector_factory.DetectorFactory.seed = 0
    return lambda text: detector_factory.detect(text[:size].lower())


def rules_of(count: int) -> tuple[Rule, ...]:
    """Return so many rules: real ones, then some made of random words."""
    words = sorted({word for rule in read_rules() for one in rule.keep for word in one.split()})
    words = [word for word in words if word.isalpha()]
    chance = random.Random(count)
    rules = [rule for rule in read_rules() if rule.pattern][:count]
    while len(rules) < count:
        phrase = " ".join(chance.choices(words, k=3))
        rules.append(made(rules[0], f"ad.made-{len(rules)}", chance.choice(["^", ""]) + phrase))
    return tuple(rules)


def made(rule: Rule, name: str, pattern: str) -> Rule:
    """Return a rule like another with a pattern of its own."""
    return replace(rule, id=name, pattern=pattern, scope="line", case="", unless="")


def matching(count: int) -> Callable[[str], object]:
    """Return the matching of so many rules."""
    matcher = Matcher(rules_of(count))
    return lambda text: (forget(matcher), matcher.claims(document(text)))


def whole(count: int) -> Callable[[str], object]:
    """Return all of the pipeline with so many rules."""
    tool = Cleaner()
    code = tuple(rule for rule in tool.rule_set if not rule.pattern)
    rule_set = replace(tool.rule_set, rules=code + rules_of(count))
    tool.__setstate__(vars(tool) | {"rule_set": rule_set})
    matcher = matcher_of(tool)
    return lambda text: (forget(matcher), cleaned(tool, text))


def sizes(tool: Cleaner, size: int, texts: list[str]) -> Callable[[], object]:
    """Return the cleaning of one document of a size, all lines of which differ."""
    text = "\n".join(texts)
    while len(text) < size:
        text += "\n" + "\n".join(f"{len(text)} {line}" for line in text.split("\n"))
    matcher = matcher_of(tool)
    return lambda: (tool.clean(text[:size], language="en"), forget(matcher))


def attacked() -> list[tuple[str, float]]:
    """Return the rules whose search takes longest on strings made to provoke it, in seconds."""
    worst: dict[str, float] = {}
    for rule in read_rules():
        if rule.pattern:
            find = Searcher((rule,))
            for attack in attacks(rule.pattern, rule.match):
                size = min(ATTACK, int(min(ATTACK, max_length(rule))))
                text = (attack * size)[:size] + "\0"
                ((_, seconds),) = timed({rule.id: lambda f=find, t=text: f._confirmed(t, [0])}, 2)
                worst[rule.id] = max(seconds, worst.get(rule.id, 0.0))
    return sorted(worst.items(), key=lambda pair: -pair[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "seeds")
