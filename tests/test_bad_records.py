"""What is wrong with a file of records costs what cannot be read, and is put away as it was."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

import cleaner
from cleaner.formats import output_name
from cleaner.formats.jsonl import dumped, parse
from cleaner.quarantine import read_quarantine
from tests.corpora import (
    ARTICLE,
    COMPRESS,
    PAGE,
    PROSE,
    rows,
    warc_record,
    write_jsonl,
    write_tar,
    write_zip,
)  # fmt: skip
from tests.test_inputs import run

GOOD = b'{"id": "a", "text": "Nothing wrong with this one, she said."}\n'


def cleaned(path: Path, *options: object) -> list[tuple[str, str, bytes]]:
    """Clean a file, check that the counts add up, and return what was put away."""
    out, report = path.parent / "out" / output_name(path.name), path.parent / "r.jsonl"
    result = run("clean", path, "-o", out, "--report", report, *options)
    assert result.exit_code in (0, 1), result.stderr
    meta = cleaner.read_report(report).meta["counts"]
    every = ("clean", "unchanged", "flagged", "failed")
    assert meta["documents"] == sum(meta[status] for status in every)
    away = list(read_quarantine(path.parent / "out" / f"{out.name}.quarantine"))
    assert meta["failed"] == len(away)
    assert (result.exit_code == 1) == bool(away)
    for name, reason, _ in away:
        assert f"{name}: failed: {reason}" in result.stderr
    return away


LINES = {
    b'{"text": "cut\n': "is no JSON: Unterminated string",
    b'{"text": null}\n': "'text' is null",
    b'{"text": 5}\n': "'text' is no text but int",
    b'{"text": ["a"]}\n': "'text' is no text but list",
    b'{"id": "b"}\n': "has no 'text'",
    b'["text"]\n': "is no JSON object",
    b'{"text": "a"} and more\n': "is no JSON: something follows at character 15",
    b'{"text": "a" "b"}\n': "is no JSON: a comma is missing at character 14",
    b'{"text": "a", 5: 6}\n': "is no JSON: a key is missing at character 15",
    b'{"text" "a"}\n': "is no JSON: a colon is missing at character 9",
    b'{"text": nothing}\n': "is no JSON: Expecting value",
    b'{"text": "\xff"}\n': "is not UTF-8 at byte 11",
    b'{"text": "a", "deep": ' + b"[" * 100_000 + b"\n": "is JSON that is nested too deeply",
    b"\x00\x01\x02\n": "is no JSON object",
}


@pytest.mark.parametrize("line", LINES)
def test_a_bad_line_is_put_away_as_it_was(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD + line + GOOD)
    ((name, reason, raw),) = cleaned(tmp_path / "a.jsonl")
    assert (name, raw) == ("a.jsonl:2", line)
    assert reason.startswith(LINES[line])
    assert (tmp_path / "out" / "a.jsonl").read_bytes() == GOOD + GOOD


def test_a_line_that_is_too_long_is_put_away_as_it_was(tmp_path: Path) -> None:
    line = b'{"text": "' + b"It rained. " * 300_000 + b'"}\n'
    (tmp_path / "a.jsonl").write_bytes(GOOD + line + GOOD + line[:-1])
    away = cleaned(tmp_path / "a.jsonl", "--max-document-size", "1")
    assert [(name, raw) for name, _, raw in away] == [("a.jsonl:2", line), ("a.jsonl:4", line[:-1])]
    assert away[0][1] == "is longer than 1 MB; allow more with --max-document-size"
    assert (tmp_path / "out" / "a.jsonl").read_bytes() == GOOD + GOOD


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_text_that_is_too_long_is_put_away_as_it_was(tmp_path: Path, ending: str) -> None:
    data = b"It rained. " * 300_000
    (tmp_path / f"a.txt{ending}").write_bytes(COMPRESS[ending](data))
    ((_, reason, raw),) = cleaned(tmp_path / f"a.txt{ending}", "--max-document-size", "1")
    assert (reason[:19], raw) == ("is longer than 1 MB", data)
    assert not (tmp_path / "out" / f"a.txt{ending}").exists()


@pytest.mark.parametrize("ending", [ending for ending in COMPRESS if ending])
def test_what_is_cut_short_is_read_as_far_as_it_goes(tmp_path: Path, ending: str) -> None:
    lines = [json.dumps(row).encode() + b"\n" for row in rows(3000)]
    data = COMPRESS[ending](b"".join(lines))
    (tmp_path / f"a.jsonl{ending}").write_bytes(data[: len(data) // 2])
    away = cleaned(tmp_path / f"a.jsonl{ending}")
    assert away[-1][0] == f"a.jsonl{ending}"
    assert away[-1][1] == "is cut short: the compressed data ends in the middle"
    assert len(away) <= 2  # and the line that was cut
    report = cleaner.read_report(tmp_path / "r.jsonl")
    assert report.meta["counts"]["documents"] >= (1 if ending in (".bz2", ".zst") else 1000)


def test_a_broken_gzip_says_so_and_members_before_it_count(tmp_path: Path) -> None:
    data = gzip.compress(GOOD) + gzip.compress(GOOD * 50)
    broken = bytearray(data)
    broken[-6] ^= 0xFF  # the checksum of the second member
    (tmp_path / "a.jsonl.gz").write_bytes(broken)
    ((name, reason, _),) = cleaned(tmp_path / "a.jsonl.gz")
    assert (name, reason[:9]) == ("a.jsonl.gz", "is broken")
    assert gzip.decompress((tmp_path / "out" / "a.jsonl.gz").read_bytes()).startswith(GOOD)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(GOOD) + b"\0" * 512)  # padding, as of tapes
    assert cleaned(tmp_path / "b.jsonl.gz") == []


def test_half_a_page_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(ARTICLE.encode() * 3000)[:-40])
    ((_, reason, _),) = cleaned(tmp_path / "a.txt.gz")
    assert reason.startswith("is cut short")
    assert not (tmp_path / "out" / "a.txt.gz").exists()


def test_ids_that_repeat_are_cleaned_and_counted(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows(4) + rows(2))
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl")
    assert "2 records of an id that an earlier one has" in result.stderr
    assert len((tmp_path / "b.jsonl").read_text().splitlines()) == 6


def test_a_parquet_that_holds_no_text_is_told_before_any_work(tmp_path: Path) -> None:
    parquet.write_table(pyarrow.table({"text": [1, 2]}), tmp_path / "a.parquet")
    out = tmp_path / "out" / "a.parquet"
    result = run("clean", tmp_path / "a.parquet", "-o", out)
    assert (result.exit_code, out.exists()) == (1, False)
    assert "a.parquet: failed: has no text in 'text': its type is int64" in result.stderr


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.zip", "a.tar", "a.warc", "a.tgz"])
def test_what_is_not_what_its_name_says_fails(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(b"This is nothing but a sentence.\n" * 9)
    (tmp_path / "in" / "b.jsonl").write_bytes(GOOD)
    result = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert f"{name}: failed: is " in result.stderr
    assert (tmp_path / "out" / "b.jsonl").read_bytes() == GOOD


def test_null_rows_of_parquet_are_put_away(tmp_path: Path) -> None:
    made = pyarrow.table({"text": [PROSE, None, PROSE], "n": [1, 2, 3]})
    parquet.write_table(made, tmp_path / "a.parquet")
    ((name, reason, raw),) = cleaned(tmp_path / "a.parquet")
    assert (name, reason, json.loads(raw)) == (
        "a.parquet:2", "'text' is null", {"text": None, "n": 2},
    )  # fmt: skip
    assert parquet.read_table(tmp_path / "out" / "a.parquet")["n"].to_pylist() == [1, 3]


def test_a_damaged_parquet_keeps_the_rows_before(tmp_path: Path) -> None:
    made = pyarrow.table({"text": [f"{PROSE} {n}" for n in range(4000)]})
    parquet.write_table(made, tmp_path / "a.parquet", row_group_size=500, compression="gzip")
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200] = bytes(200)
    (tmp_path / "a.parquet").write_bytes(data)
    ((name, reason, _),) = cleaned(tmp_path / "a.parquet")
    assert (name, reason[:9]) == ("a.parquet", "is broken")
    assert 500 <= parquet.read_metadata(tmp_path / "out" / "a.parquet").num_rows < 4000


def test_a_warc_record_cut_short_is_put_away(tmp_path: Path) -> None:
    data = warc_record(1, PAGE.encode()) + warc_record(2, PAGE.encode())
    (tmp_path / "a.warc").write_bytes(data[:-60])
    ((name, reason, raw),) = cleaned(tmp_path / "a.warc")
    assert (name, reason) == ("a.warc:2", "is cut short: 56 bytes are missing")
    assert PAGE.encode().startswith(raw)
    assert PROSE.encode() in (tmp_path / "out" / "a.warc.wet").read_bytes()


def test_rows_of_csv_that_do_not_fit_are_put_away(tmp_path: Path) -> None:
    data = b'id,text\n1,fine enough\n2\n3,"too",many\n4,\xff\n5,"open and\nnever closed\n'
    (tmp_path / "a.csv").write_bytes(data)
    away = cleaned(tmp_path / "a.csv")
    assert [(name, reason) for name, reason, _ in away] == [
        ("a.csv:3", "has 1 fields instead of 2"),
        ("a.csv:4", "has 3 fields instead of 2"),
        ("a.csv:5", "is not UTF-8"),
    ]
    assert [raw for _, _, raw in away] == [b"2\n", b'3,"too",many\n', b"4,\xff\n"]
    (tmp_path / "b.csv").write_bytes(b'text\na\n"' + b"never closed\n" * 200_000)
    ((name, reason, _),) = cleaned(tmp_path / "b.csv", "--max-document-size", "1")
    assert (name, reason[:33]) == ("b.csv", "has a quoted field without an end")
    (tmp_path / "c.csv").write_bytes(b"text,text\na,b\n")
    ((_, reason, _),) = cleaned(tmp_path / "c.csv")
    assert reason == "has two columns called 'text'"


def test_members_of_archives_that_cannot_be_read_are_put_away(tmp_path: Path) -> None:
    members = {"a.txt": ARTICLE.encode() * 50, "b.txt": b"\x01\x02" * 500, "c.txt": PROSE.encode()}
    write_zip(tmp_path / "a.zip", members)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[100] ^= 0xFF  # in the first member
    (tmp_path / "a.zip").write_bytes(data)
    away = cleaned(tmp_path / "a.zip")
    assert [name for name, _, _ in away] == ["a.zip:a.txt", "a.zip:b.txt"]
    assert away[0][1].startswith("is broken: Bad CRC-32")
    with zipfile.ZipFile(tmp_path / "out" / "a.zip") as archive:
        assert archive.namelist() == ["c.txt"]
    write_tar(tmp_path / "a.tar", members)
    (tmp_path / "a.tar").write_bytes((tmp_path / "a.tar").read_bytes()[:2000])
    ((name, _, _),) = cleaned(tmp_path / "a.tar")
    assert name == "a.tar"


def test_a_page_on_which_the_extractor_hangs_is_put_away(tmp_path: Path) -> None:
    endless = "<div>" + "<p>word <b>word</b> " * 1_000_000
    write_jsonl(tmp_path / "a.jsonl", [{"html": PAGE}, {"html": endless}, {"html": PAGE}])
    ((name, reason, raw),) = cleaned(tmp_path / "a.jsonl", "--html", "--html-timeout", "4")
    assert (name, reason) == ("a.jsonl:2", "the extractor found no end within 4 s")
    assert json.loads(raw) == {"html": endless}


def test_a_document_that_cannot_be_written_fails(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows(3))
    (tmp_path / "out" / "a.jsonl").mkdir(parents=True)
    (tmp_path / "in").mkdir()
    (tmp_path / "a.jsonl").rename(tmp_path / "in" / "a.jsonl")
    result = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "a.jsonl: failed: cannot be written: Is a directory" in result.stderr


VALUES: Callable[..., st.SearchStrategy[object]] = lambda: st.recursive(  # noqa: E731
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(row=st.dictionaries(st.text(), VALUES(), max_size=5), blank=st.sampled_from(["", " ", "\t"]))
def test_json_is_parsed_as_python_does_and_spans_hold_the_values(
    row: dict[str, object], blank: str
) -> None:
    pairs = f",{blank}".join(f"{dumped(k)}{blank}:{blank}{dumped(v)}" for k, v in row.items())
    line = f"{blank}{{{blank}{pairs}{blank}}}{blank}\n"
    parsed, spans = parse(line)
    assert parsed == row == json.loads(line)
    assert {key: json.loads(line[start:end]) for key, (start, end) in spans.items()} == row
