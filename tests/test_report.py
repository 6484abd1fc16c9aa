"""The report: its columns and dtypes, and its way through files."""

import json
from pathlib import Path

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import cleaner
import cleaner.pandas
from cleaner.frames import FRAMES, Rows, documents, frame, repairs, report, rows_of
from cleaner.pipeline import Cleaner
from cleaner.reportfiles import ReportError, escape, read_report, unescape, write_report
from tests.texts import texts

SUFFIXES = (".parquet", ".csv", ".jsonl")
NASTY = "Ad\n,\"'\r\n\x00\x85\u2028\ud800 \\ud800 NA nan \\n"


def test_columns_and_dtypes_are_fixed_also_when_empty() -> None:
    docs = [cleaner.clean("Advertisement\nIt rained &amp; rained."), cleaner.clean("")]
    for make, name in ((report, "removals"), (documents, "documents"), (repairs, "repairs")):
        full, empty = make(docs), make([])
        assert list(full) == list(empty) == list(FRAMES[name])
        assert full.dtypes.tolist() == empty.dtypes.tolist()
        assert len(empty) == 0


def test_offsets_are_those_of_the_source() -> None:
    source = "lâ€™Ã©tÃ© arrive, et la pluie cesse enfin.\nAdvertisement\nOn ferme les volets."
    frame = report([cleaner.clean(source)])
    row = frame[frame.rule == "ad.label"].iloc[0]
    assert source[row.start : row.end] == row.text == "Advertisement\n"
    assert (row.line, row.words, row.category) == (2, 1, "ad")


def test_words_add_up() -> None:
    docs = list(cleaner.clean_many(["It rained.\nAdvertisement\nIt stopped.", "Nothing to do."]))
    row = documents(docs).sum(numeric_only=True)
    assert row.words_in - row.words_out == report(docs).words.sum() == 1


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_round_trip_of_the_nastiest_text(tmp_path: Path, suffix: str) -> None:
    rows = Rows(
        [(NASTY, "", "ad", "ad.label", "", 1, 0, 9, 3, NASTY, 0.97, NASTY)],
        [(NASTY, "7", "", "NA", "en", "utf-8", True, "clean", "", 9, 3, 0, 0, 1, "00")],
        [(NASTY, 0, 1, NASTY, "")],
    )
    write_report(tmp_path / f"r{suffix}", lambda: iter([rows]), {"cleaner": "0"})
    read = read_report(tmp_path / f"r{suffix}")
    for name in FRAMES:
        assert_frame_equal(getattr(read, name), frame(name, getattr(rows, name)))
    assert read.meta == {"cleaner": "0"}


@given(made=st.lists(texts(), max_size=3))
@settings(max_examples=25)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_round_trip(
    tool: Cleaner, tmp_path_factory: pytest.TempPathFactory, suffix: str, made: list[str]
) -> None:
    path = tmp_path_factory.mktemp("report") / f"r{suffix}"
    every = Rows([], [], [])
    for text in made:
        for part, rows in zip(every, rows_of(tool.clean(text)), strict=True):
            part.extend(rows)
    write_report(path, lambda: iter([every]), {})
    read = read_report(path)
    for name in FRAMES:
        assert_frame_equal(getattr(read, name), frame(name, getattr(every, name)))


@given(st.text(st.characters() | st.sampled_from("\\ud80c5")))
def test_escape_and_its_twin(text: str) -> None:
    assert unescape(escape(text)) == text
    escape(text).encode()  # raises where something is left that UTF-8 cannot hold


def test_a_report_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"r\.csv"):
        read_report(tmp_path / "r.csv")
    (tmp_path / "r.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ReportError, match="columns"):
        read_report(tmp_path / "r.csv")
    with pytest.raises(ReportError, match=r"\.parquet, \.csv, \.jsonl"):
        read_report(tmp_path / "r.xls")


def test_metadata_is_plain_json(tmp_path: Path) -> None:
    write_report(tmp_path / "r.csv", lambda: iter([]), {"rules": "abc"})
    assert json.loads((tmp_path / "r.meta.json").read_text()) == {"rules": "abc"}


def test_the_accessor_keeps_index_name_dtype_and_missing_values() -> None:
    texts = pandas.Series(["Advertisement\nIt rained.", None, ""], index=[7, 8, 9], name="text")
    cleaned = texts.cleaner.clean()
    assert cleaned.tolist()[::2] == ["It rained.", ""]
    assert pandas.isna(cleaned[8])
    assert (cleaned.index.tolist(), cleaned.name, cleaned.dtype) == ([7, 8, 9], "text", texts.dtype)
    assert texts.cleaner.report().document.tolist() == ["7"]
    assert texts.astype("category").cleaner.clean().tolist()[0] == "It rained."
    assert texts.cleaner.documents(keep={"ad"}).status.tolist() == ["unchanged", "unchanged"]
    with pytest.raises(AttributeError, match="not for int"):
        _ = pandas.Series([1, 2]).cleaner


def test_clean_many_is_lazy() -> None:
    def endless():
        while True:
            yield "Advertisement\nIt rained."

    docs = cleaner.clean_many(endless())
    assert [next(docs).text for _ in range(2)] == ["It rained.", "It rained."]
