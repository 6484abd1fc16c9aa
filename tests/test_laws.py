"""The laws of the design, as properties of hostile texts."""

import pickle
import random
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from ftfy import fix_and_explain
from ftfy.fixes import fix_c1_controls
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.document import Document, Removal, document
from cleaner.gates import may_change
from cleaner.lines import shadow
from cleaner.origin import Origin, Segment, compose
from cleaner.pipeline import Cleaner
from cleaner.prefilter import encoded, prepared, shape_of, ways
from cleaner.prose import count_words
from cleaner.rulefiles import read_rules
from cleaner.scanning import Table, _learnt, _made, load
from cleaner.searching import WORD_LENGTH, Searcher
from cleaner.stages.repair import ftfy_config, needs_repair, repair
from tests.texts import texts

EXAMPLES = 250


@given(text=texts())
@settings(max_examples=EXAMPLES)
def test_accounting_kept_and_removed_give_back_the_source(tool: Cleaner, text: str) -> None:
    doc = tool.clean(text)
    assert doc.restore() == doc.source == text
    spans = sorted([*doc.kept(), *((r.start, r.end) for r in doc.removals)])
    assert [0, *(end for _, end in spans)] == [*(start for start, _ in spans), len(doc.body)]


@given(text=texts())
@settings(max_examples=EXAMPLES)
def test_idempotence_a_clean_text_stays(tool: Cleaner, text: str) -> None:
    doc = tool.clean(text)
    again = tool.clean(doc.text)
    assert again.text == doc.text
    assert again.removals == ()


PICKLED = pickle.loads(pickle.dumps(Cleaner()))


@given(text=texts())
@settings(max_examples=60)
def test_determinism_history_and_pickling_change_nothing(tool: Cleaner, text: str) -> None:
    first = tool.clean(text)
    tool.clean("Advertisement\n" + text[::-1])
    assert PICKLED.clean(text) == first == tool.clean(text)


@given(text=texts())
@settings(max_examples=100)
def test_nothing_without_a_reason(tool: Cleaner, text: str) -> None:
    doc = tool.clean(text)
    assert doc.rules_hash == tool.rule_set.hash
    for removal in doc.removals:
        assert removal.rule in tool.rule_set.by_id
        assert set(removal.also) <= set(tool.rule_set.by_id)
        assert 0 < removal.score <= 1
        assert removal.evidence


@given(text=texts())
@settings(max_examples=100)
def test_in_doubt_keep(tool: Cleaner, text: str) -> None:
    doc = tool.clean(text)
    assert doc.status in {"clean", "unchanged", "flagged"}
    if doc.status == "flagged":
        assert doc.reason.startswith(
            ("nothing but furniture", "ValueError: line")
        )  # no bug of ours
        assert doc.text == text
    if document(text).lines.prose and doc.status != "flagged":
        assert doc.lines.prose


KEEPING = Cleaner(keep="ad")


@given(text=texts())
@settings(max_examples=60)
def test_keeping_a_category_never_removes_more_of_it(tool: Cleaner, text: str) -> None:
    kept = KEEPING.clean(text)
    assert all(removal.category != "ad" for removal in kept.removals)


@given(st.lists(st.sampled_from(range(40)), min_size=1, max_size=6))
def test_order_of_documents_changes_nothing(tool: Cleaner, seeds: list[int]) -> None:
    made = {seed: "\n".join(random.Random(seed).sample(SHUFFLED, 6)) for seed in seeds}
    alone = {seed: KEEPING_NOTHING.clean(text).text for seed, text in list(made.items())[:1]}
    for seed, text in made.items():
        assert tool.clean(text).text == alone.setdefault(seed, tool.clean(text).text)


KEEPING_NOTHING = Cleaner()
SHUFFLED = [
    "Advertisement", "It rained all night and the river rose.", "Sign up for our newsletter",
    "Photo: A. Name/Agency", "Nobody slept.", "Follow us", "Share this article", "", "© 2024",
]  # fmt: skip


def test_hash_seed_changes_nothing() -> None:
    code = (
        "from cleaner.pipeline import Cleaner; from tests.texts import pieces;"
        "tool = Cleaner(); texts = ['\\n'.join(pieces()[i:i + 9]) for i in range(0, 400, 9)];"
        "print([(d.text, d.removals) for d in map(tool.clean, texts)], tool.rule_set.hash)"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"],
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(printed) == 1


RULES = [rule for rule in read_rules() if rule.pattern]
COMPILED = [rule.compiled(rule.pattern) for rule in RULES]
TABLES = [_made(RULES, None), Table(*_learnt(RULES))]  # with the engine, and without
SUBJECTS = st.lists(texts().map(lambda text: " ".join(text.split("\n"))[:400]), max_size=4)


@given(lines=SUBJECTS, extra=st.text("ıſİΣςKﬁsSkKiIΙιΜμꙊꙋ ", max_size=4))
@settings(max_examples=60)
def test_speed_is_not_semantics(lines: list[str], extra: str) -> None:
    lines = [shadow(line.replace("s", extra[:1] or "s", 3) + extra).strip() for line in lines]
    hits = [{n for n, one in enumerate(COMPILED) if one.search(line)} for line in lines]
    for table in TABLES:
        for found, candidates in zip(hits, table.candidates(lines), strict=True):
            assert found <= set(candidates)


PARTS = [
    "re", "more", "(?:ad|read 10) ", "ß", "Ι", "[ab]?", "x*", r"\d+", r"\W{0,5}", r"\.{9}", " ",
    "^", "$", "(?:to|zebra){1,2}", "(?=more)", "(?!x)", "(?<=^)", r"(?<=[.!?] )",
    r"(?<=[.!?]['\"] )", r"(?:^|(?<=[.!?] ))", r"^[^\w'\"]{0,12}(?:to|more)", r"(?:^|(?<=^\"))",
]  # fmt: skip
SPELLED = [
    "re", "MORE", "more", "ad ", "read 10 ", "9", "a", "ẞ", "ß", "ι", "to", "zebra", "x", " ", '"',
    ". ", "! ", "?\" ", ".........",
]  # fmt: skip


@given(
    pattern=st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map("".join),
    text=st.lists(st.sampled_from(SPELLED), max_size=8).map("".join),
)
@settings(max_examples=1000)
def test_a_pattern_is_tried_wherever_it_matches(pattern: str, text: str) -> None:
    rule = replace(RULES[0], pattern=pattern, case="")
    line = text.strip()
    candidates = Table(*_learnt([rule])).candidates([line])
    assert candidates == [[0]] or not rule.compiled(pattern).search(line)


@given(number=st.integers(0, 10), lines=SUBJECTS)
@settings(max_examples=60)
def test_searches_find_what_patterns_match(number: int, lines: list[str]) -> None:
    searcher = Searcher(RULES)
    scanner = searcher._scanner
    scanner._table, scanner.shapes = TABLES[0], TABLES[0].known.shapes
    examples = [rule.match[0].split("\n")[-1] for rule in RULES[number::11]]
    for line in (shadow("Well. " + line).strip() for line in lines + examples):
        words = max(count_words(line), len(line) / WORD_LENGTH)
        matching = [one.search(line) for one in COMPILED]
        every = zip(RULES, matching, searcher._longest, strict=True)
        expected = {rule.id for rule, found, most in every if found and words <= most}
        assert {hit.rule.id for hit in searcher.of([line])[0]} == expected


def can_match(source: str, text: str) -> bool:
    """Do the strings that a text holds, and its length, allow for a match?"""
    least, most = shape_of(source).size
    return least <= len(text) <= most and any(
        way.least <= len(text) <= way.most
        and all(any(encoded(s) in prepared(text) for s in group) for group in way.groups)
        for way in ways(source)
    )


PARTS = st.sampled_from(
    ["a", "Bc", "ſ", "İ", "é", "É", "\\w", "\\W", "\\d{1,3}", "[^\\w'\"]{0,12}", "[a-f]", "[^a]",
     ".", "(?:the|an?) ", "(?:x|[-_])*", "(?<=b)", "(?!c)", "\\b", "(?:news|Ünter){1,2}", " ", "©",
     "$", "(?=.*b)", "[-(]?", "\\+", "(?:^|[.!?] )", "(?:[-*] ?|9)", "5", "(?:news|a|\\+)?",
     ".{2,}"]
)  # fmt: skip


@given(parts=st.lists(PARTS, min_size=1, max_size=6), data=st.data())
@settings(max_examples=800)
def test_what_a_pattern_needs_is_in_what_it_matches(parts: list[str], data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(["^", "", "(?m)^"])) + "".join(parts)
    text = data.draw(
        st.from_regex(re.compile(source, re.IGNORECASE)) | st.text("aBcſİéÉ ©_-news\n")
    )
    text = text.strip()
    if re.compile(source, re.IGNORECASE).search(text):
        assert can_match(source, text)


@pytest.mark.parametrize("source", ["(?:{})", "^(?:{}) news$", "(?:{})(?:x|y){{2}}", "(?:{})+"])
def test_what_a_pattern_of_very_many_words_needs(source: str) -> None:
    words = [chr(0x4E00 + number) + chr(0x5E00 + 7 * number) for number in range(500)]
    source = source.format("|".join(words))
    for word in words:
        text = word + source.partition(")")[2].strip("+$").replace("(?:x|y){2}", "xy")
        assert re.search(source, text)
        assert can_match(source, text)


def test_a_table_is_kept_and_a_broken_one_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    made = load(RULES, learn=True)
    (file,) = tmp_path.iterdir()
    kept = load(RULES, learn=False)
    assert made
    assert kept
    assert kept.known == made.known
    written = file.read_bytes()
    for broken in (b"", b"[]\n", written[: len(written) // 2], written[:-999] + b"x" * 99):
        file.write_bytes(broken)
        again = load(RULES, learn=True)
        assert again
        assert again.candidates(["Advertisement"]) == made.candidates(["Advertisement"])
        assert file.read_bytes() == written


def test_nowhere_to_keep_a_table_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "file")
    table = load(RULES, learn=True)
    assert table
    assert table.known == TABLES[0].known


MANGLED = [
    sentence.encode("utf-8").decode(encoding, "ignore")
    for sentence in ("“Été à Łódź” – naïve…", "Größe Öl ß", "Привет, мир", "日本語", "ñandú ¿qué?")
    for encoding in ("latin-1", "cp1252", "cp1251", "cp1250", "cp437", "mac-roman", "iso8859-2")
]  # fmt: skip
DAMAGE = st.text("ÃÂâÐÑÅ€™œž©®²³¼½¾¡¿ŽšŸ€\x80\x85\x92\xa0\xad‚„†‡ˆ‰Šабв é", max_size=12)


@given(text=st.one_of(DAMAGE, st.sampled_from(MANGLED), texts(), st.text(max_size=20)))
@settings(max_examples=500)
def test_what_a_gate_lets_pass_ftfy_would_not_change(text: str) -> None:
    if not may_change(text):
        for line in text.split("\n"):
            assert fix_and_explain(line, ftfy_config()).text == line
            assert fix_c1_controls(line) == line
    if not needs_repair(text):
        assert repair(text) == text


@pytest.mark.parametrize("depth", [1, 9, 40, 400])
def test_entities_resolve_to_their_fixed_point(tool: Cleaner, depth: int) -> None:
    doc = tool.clean("Fish &" + "amp;" * depth + " chips are what we had on the pier that day.")
    assert doc.text == "Fish & chips are what we had on the pier that day."
    assert doc.restore() == doc.source


def test_threads_change_nothing() -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor; from cleaner.pipeline import Cleaner;"
        "tool = Cleaner(); text = 'Der Rat vertagte die Abstimmung, weil Bericht {} noch fehlte. ';"
        "pool = ThreadPoolExecutor(16);"
        "docs = list(pool.map(lambda n: tool.clean(text.format(n) * 2), range(32)));"
        "print({(doc.status, doc.language, doc.reason) for doc in docs})"
    )
    path = f"import sys; sys.path[:] = {sys.path!r}; "
    done = subprocess.run([sys.executable, "-c", path + code], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "{('unchanged', 'de', '')}"


def test_a_line_of_ten_megabytes(tool: Cleaner) -> None:
    hostile = "Der Fluß stieg, lâ€™eau monte &amp; nobody İ knows why. " * 50
    plain = "The river rose over the bridge and nobody knows why. "
    text = f"Advertisement\n{hostile}{plain * (10_000_000 // len(plain))}{hostile}\nAdvertisement"
    doc = tool.clean(text)
    assert doc.status == "clean"
    assert "â€™" not in doc.text
    assert len(doc.text) > 10_000_000
    assert not doc.text.startswith("Advert")
    assert doc.restore() == text


@st.composite
def rewritings(draw: st.DrawFn, text: str) -> tuple[str, Origin]:
    """A rewriting of a text: pieces that are kept, replaced, deleted or inserted."""
    segments, pieces, at, source_at = [], [], 0, 0
    while source_at < len(text):
        size = draw(st.integers(1, min(3, len(text) - source_at)))
        before = text[source_at : source_at + size]
        after = draw(st.one_of(st.just(before), st.text("XYZ", max_size=4)))
        segments.append(Segment(at, at + len(after), source_at, source_at + size))
        pieces.append(after)
        at, source_at = at + len(after), source_at + size
    return "".join(pieces), Origin(tuple(segments))


@given(st.data(), st.text("abc", min_size=1, max_size=12))
@settings(max_examples=EXAMPLES)
def test_origins_compose_and_stay_monotone(data: st.DataObject, text: str) -> None:
    once, inner = data.draw(rewritings(text))
    twice, outer = data.draw(rewritings(once))
    both = compose(outer, inner)
    offsets = [both[offset] for offset in range(len(both))]
    assert len(both) == len(twice) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)


@given(st.data(), st.text("abc", min_size=1, max_size=12))
@settings(max_examples=EXAMPLES)
def test_any_removals_from_any_rewriting_restore(data: st.DataObject, text: str) -> None:
    body, origin = data.draw(rewritings(text))
    again, outer = data.draw(rewritings(body))
    doc = document(text).rewritten(body, origin).rewritten(again, outer)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(again)), max_size=8)))
    spans = list(pairwise(cuts))[::2]
    doc = doc.without([Removal(start, end, "ad.label") for start, end in spans])
    assert doc.restore() == text
    assert "".join(again[start:end] for start, end in doc.kept()) == doc.text


@given(st.data(), st.text("ab\n", min_size=4, max_size=30))
@settings(max_examples=EXAMPLES)
def test_removing_twice_counts_in_the_text_that_is_left(data: st.DataObject, text: str) -> None:
    doc = document(text)
    for _ in range(3):
        size = len(doc.text)
        start = data.draw(st.integers(0, size))
        end = data.draw(st.integers(start, size))
        before = doc.text
        doc = doc.without([Removal(start, end, "ad.label")] if start < end else [])
        assert doc.text == before[:start] + before[end:]
    assert doc.restore() == text


def test_a_removal_needs_a_rule_and_a_span() -> None:
    with pytest.raises(ValueError, match="names no rule"):
        Removal(0, 1, "")
    with pytest.raises(ValueError, match="empty"):
        Removal(1, 1, "ad.label")


def test_a_document_refuses_what_does_not_add_up() -> None:
    with pytest.raises(ValueError, match="origin"):
        Document("abc", "ab", range(4))
    with pytest.raises(ValueError, match="overlaps"):
        Document("abc", "abc", range(4), (Removal(0, 2, "ad.label"), Removal(1, 3, "ad.label")))
    with pytest.raises(ValueError, match="outside"):
        Document("abc", "abc", range(4), (Removal(0, 9, "ad.label"),))
