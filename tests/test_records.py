"""Files of records: every format in and out, with all but the text untouched."""

import csv
import gzip
import io
import json
import sys
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

import pyarrow
import pytest
from pyarrow import ipc, parquet

import cleaner
from cleaner.formats import jsonl
from tests.corpora import (
    ARTICLE,
    CLEAN,
    COMPRESS,
    PAGE,
    PROSE,
    UNPACK,
    files,
    rows,
    table,
    warc_record,
    write_arrow,
    write_csv,
    write_jsonl,
    write_parquet,
    write_tar,
    write_zip,
)  # fmt: skip
from tests.test_inputs import run


def cleaned(row: dict) -> dict:
    return {**row, "text": row["text"].replace("Advertisement\n", "")}


@pytest.mark.parametrize("ending", COMPRESS)
def test_jsonl_changes_nothing_but_the_text(tmp_path: Path, ending: str) -> None:
    write_jsonl(tmp_path / f"a.jsonl{ending}", rows())
    result = run("clean", tmp_path / f"a.jsonl{ending}", "-o", tmp_path / f"b.jsonl{ending}")
    assert result.exit_code == 0
    assert "text from 'text', id from 'id', url from 'url'" in result.stderr
    lines = UNPACK[ending]((tmp_path / f"b.jsonl{ending}").read_bytes()).decode().splitlines()
    assert [json.loads(line) for line in lines] == [cleaned(row) for row in rows()]


def test_a_line_of_json_keeps_its_spelling(tmp_path: Path) -> None:
    odd = '{"n":1.50,"text":"It rained.\\nAd\\nIt stopped.","big":123456789012345678901,"n":2}'
    kept = '{ "text" : "It rained all night, and n\\u00e4body slept." , "x" : 1e400 }'
    (tmp_path / "a.jsonl").write_text(f"{odd}\n\n{kept}")
    run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl")
    assert (tmp_path / "b.jsonl").read_text() == (odd.replace("Ad\\n", "") + "\n" + kept)


def test_columns_can_be_named_and_added(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"story": ARTICLE, "text": "no"}) + "\n{}\n")
    names = ("--text-column", "story", "--output-column", "clean", "--removals-column", "gone")
    assert run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl", *names).exit_code == 1
    (line,) = (tmp_path / "b.jsonl").read_text().splitlines()
    gone = [{"start": 26, "end": 40, "category": "ad", "rule": "ad.label", "score": 0.97}]
    assert json.loads(line) == {"story": ARTICLE, "text": "no", "clean": CLEAN, "gone": gone}


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_csv_changes_nothing_but_the_text(tmp_path: Path, name: str) -> None:
    write_csv(tmp_path / name, rows())
    assert run("clean", tmp_path / name, "-o", tmp_path / "out" / name).exit_code == 0
    delimiter = "\t" if name == "a.tsv" else ","
    read = [
        list(
            csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""), delimiter=delimiter)
        )
        for path in (tmp_path / name, tmp_path / "out" / name)
    ]
    assert [cleaned(row) for row in read[0]] == read[1]


def test_csv_keeps_its_dialect(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        '\ufeffnr;text\r\n1;"It rained.\nAd\nIt stopped."\r\n'.encode()
    )
    run("clean", tmp_path / "a.csv", "-o", tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_bytes() == (
        '\ufeffnr;text\r\n1;"It rained.\nIt stopped."\r\n'.encode()
    )


@pytest.mark.parametrize("ending", ["", ".zst"])
def test_parquet_keeps_columns_types_and_metadata(tmp_path: Path, ending: str) -> None:
    write_parquet(tmp_path / "a.parquet", rows())
    data = COMPRESS[ending]((tmp_path / "a.parquet").read_bytes())
    (tmp_path / f"b.parquet{ending}").write_bytes(data)
    run("clean", tmp_path / f"b.parquet{ending}", "-o", tmp_path / f"c.parquet{ending}")
    out = UNPACK[ending]((tmp_path / f"c.parquet{ending}").read_bytes())
    after = parquet.read_table(io.BytesIO(out))
    before = parquet.read_table(tmp_path / "a.parquet")
    assert after.schema.equals(before.schema, check_metadata=True)
    assert after.to_pylist() == [cleaned(row) for row in before.to_pylist()]
    assert (
        parquet.ParquetFile(io.BytesIO(out)).metadata.row_group(0).column(0).compression == "GZIP"
    )


@pytest.mark.parametrize("kind", ["string", "large_string", "binary", "dictionary"])
def test_parquet_text_keeps_its_type(tmp_path: Path, kind: str) -> None:
    types = {
        "string": pyarrow.string(),
        "large_string": pyarrow.large_string(),
        "binary": pyarrow.binary(),
        "dictionary": pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
    }
    column = pyarrow.array([ARTICLE, PROSE, ARTICLE]).cast(types[kind])
    parquet.write_table(pyarrow.table({"text": column}), tmp_path / "a.parquet")
    names = ("--removals-column", "gone")
    run("clean", tmp_path / "a.parquet", "-o", tmp_path / "b.parquet", *names)
    after = parquet.read_table(tmp_path / "b.parquet")
    assert after.schema.field("text").type == types[kind]
    texts = after["text"].cast(pyarrow.string()).to_pylist()
    assert texts == [CLEAN, PROSE, CLEAN]
    assert [len(gone) for gone in after["gone"].to_pylist()] == [1, 0, 1]


def test_an_empty_table_stays_one(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", rows())
    schema = parquet.read_schema(tmp_path / "a.parquet")
    parquet.write_table(schema.empty_table(), tmp_path / "a.parquet")
    assert run("clean", tmp_path / "a.parquet", "-o", tmp_path / "b.parquet").exit_code == 0
    assert parquet.read_table(tmp_path / "b.parquet").schema.equals(schema, check_metadata=True)
    (tmp_path / "a.csv").write_text("id,text\n")
    assert run("clean", tmp_path / "a.csv", "-o", tmp_path / "b.csv").exit_code == 0
    assert (tmp_path / "b.csv").read_text() == "id,text\n"


@pytest.mark.parametrize("name", ["file.arrow", "stream.arrow", "a.feather"])
def test_arrow_stays_the_kind_that_it_is(tmp_path: Path, name: str) -> None:
    write_arrow(tmp_path / name, rows())
    assert run("clean", tmp_path / name, "-o", tmp_path / "out" / name).exit_code == 0
    open_ = ipc.open_stream if "stream" in name else ipc.open_file
    with (tmp_path / "out" / name).open("rb") as stream:
        after = open_(stream).read_all()
    assert after.equals(table([cleaned(row) for row in rows()]))


def test_archives_are_folders_in_a_file(tmp_path: Path) -> None:
    members = {"x/a.txt": ARTICLE.encode(), "page.html": PAGE.encode(), "x/pic.png": b"\x89PNG"}
    write_zip(tmp_path / "a.zip", members)
    write_tar(tmp_path / "a.tgz", members)
    for name in ("a.zip", "a.tgz"):
        assert run("clean", tmp_path / name, "-o", tmp_path / "out" / name).exit_code == 0
    with zipfile.ZipFile(tmp_path / "out" / "a.zip") as archive:
        assert archive.namelist() == ["x/a.txt", "page.html.txt"]
        assert archive.read("x/a.txt").decode() == CLEAN
        page = archive.read("page.html.txt").decode()
    with tarfile.open(tmp_path / "out" / "a.tgz") as archive:
        assert archive.getnames() == ["x/a.txt", "page.html.txt"]
        assert archive.extractfile("page.html.txt").read().decode() == page
    assert PROSE in page


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_warc_becomes_wet_and_wet_stays_wet(tmp_path: Path, ending: str) -> None:
    from warcio.archiveiterator import ArchiveIterator

    data = [
        warc_record(1, PAGE.encode(), "text/html; charset=utf-8"),
        warc_record(2, b"\x89PNG", "image/png"),
        warc_record(3, PAGE.replace("ferry", "steamer").encode()),
    ]
    pack = COMPRESS[ending]
    (tmp_path / f"a.warc{ending}").write_bytes(b"".join(map(pack, data)))
    out = tmp_path / f"a.warc.wet{ending}"
    assert run("clean", tmp_path / f"a.warc{ending}", "-o", out).exit_code == 0
    assert run("clean", out, "-o", tmp_path / f"b.wet{ending}").exit_code == 0
    assert out.read_bytes() != b""
    for path in (out, tmp_path / f"b.wet{ending}"):
        with path.open("rb") as stream:  # warcio wants each record to be a member of its own
            found = [
                (
                    r.rec_headers.get_header("WARC-Refers-To")[-2:],
                    r.content_stream().read().decode(),
                )
                for r in ArchiveIterator(stream)
            ]
        assert [number for number, _ in found] == ["1>", "3>"]
        assert PROSE in found[0][1]
        assert "steamer" in found[1][1]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_restore_gives_the_texts_back(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "in").mkdir()
    write_jsonl(tmp_path / "in" / "a.jsonl", rows())
    write_jsonl(tmp_path / "in" / "a.jsonl.gz", rows())
    write_csv(tmp_path / "in" / "a.csv", rows())
    write_parquet(tmp_path / "in" / "a.parquet", rows())
    write_zip(tmp_path / "in" / "a.zip", {"x/a.txt": ARTICLE.encode()})
    (tmp_path / "in" / "t.txt.gz").write_bytes(gzip.compress(ARTICLE.encode()))
    report = tmp_path / f"r{suffix}"
    run("clean", tmp_path / "in", "-o", tmp_path / "out", "--report", report)
    assert files(tmp_path / "out") != files(tmp_path / "in")
    result = run("restore", tmp_path / "out", "--report", report, "-o", tmp_path / "back")
    assert (result.exit_code, result.stderr) == (0, "cleaner: restored 22 of 22 documents\n")
    back, source = files(tmp_path / "back"), files(tmp_path / "in")
    for name in ("a.jsonl", "a.csv"):
        assert back[name] == source[name]
    for name in ("a.jsonl.gz", "t.txt.gz"):
        assert gzip.decompress(back[name]) == gzip.decompress(source[name])
    tables = [parquet.read_table(tmp_path / name / "a.parquet") for name in ("in", "back")]
    assert tables[0].equals(tables[1])
    with zipfile.ZipFile(tmp_path / "back" / "a.zip") as archive:
        assert archive.read("x/a.txt").decode() == ARTICLE


def test_restore_notices_a_record_that_was_edited_or_lost(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows())
    out, report = tmp_path / "b.jsonl", tmp_path / "r.csv"
    run("clean", tmp_path / "a.jsonl", "-o", out, "--report", report)
    lines = out.read_text().splitlines(keepends=True)
    out.write_text("".join([lines[0].replace("late", "early"), *lines[1:4]]))
    result = run("restore", out, "--report", report, "-o", tmp_path / "back.jsonl")
    assert result.exit_code == 1
    assert "a.jsonl:1: is not what the report describes" in result.stderr
    assert "a.jsonl:5: " in result.stderr
    assert "restored 3 of 5 documents" in result.stderr


def test_restore_notices_a_record_that_was_added(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows())
    out, report = tmp_path / "b.jsonl", tmp_path / "r.csv"
    run("clean", tmp_path / "a.jsonl", "-o", out, "--report", report)
    out.write_text(out.read_text() + '{"text": "more"}\n')
    result = run("restore", out, "--report", report, "-o", tmp_path / "back.jsonl")
    assert result.exit_code == 1
    assert "holds more records than the report" in result.stderr


def test_records_tell_their_site_and_language(tmp_path: Path) -> None:
    told = {"text": ARTICLE, "url": "https://amp.example.co.uk/x", "site": "mine", "lang": "en-GB"}
    (tmp_path / "a.jsonl").write_text(json.dumps({**told, "lang": "sv"}) + "\n" + json.dumps(told))
    report = tmp_path / "r.csv"
    for how, site in (
        ("auto", "mine"),
        ("url", "example.co.uk"),
        ("column", "mine"),
        ("none", "*"),
    ):
        arguments = ("--dry-run", "--report", report, "--site-from", how)
        run("clean", tmp_path / "a.jsonl", *arguments)
        found = cleaner.read_report(report).documents
        assert list(found.site) == [site, site]
        assert list(found.language) == ["sv", "en"]


def test_html_in_records_is_extracted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "a teaser", "html": PAGE}))
    run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl", "--html", "--output-column", "x")
    row = json.loads((tmp_path / "b.jsonl").read_text())
    assert row["html"] == PAGE
    assert PROSE in row["x"]
    assert "<p>" not in row["x"]


def test_records_go_through_standard_input_and_output(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows())
    data = (tmp_path / "a.jsonl").read_bytes()
    done = run("clean", "-", "-o", "-", "--format", "jsonl", stdin=data)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [cleaned(r) for r in rows()]
    assert run("clean", tmp_path / "a.jsonl", "-o", "-").stdout == done.stdout
    assert run("clean", "-", "-o", "-", "--format", "docx", stdin=data).exit_code == 2


def test_a_name_must_say_what_is_written(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows())
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.parquet")
    assert result.exit_code == 2
    assert "what is written is .jsonl; let the name end so" in result.stderr


def test_a_column_that_is_not_there_is_told_before_any_work(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"story": PROSE}])
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl")
    assert result.exit_code == 2
    assert "name one with --text-column (its columns are story)" in result.stderr
    write_csv(tmp_path / "a.csv", rows())
    result = run("clean", tmp_path / "a.csv", "-o", tmp_path / "b.csv", "--url-column", "link")
    assert (result.exit_code, "has no column 'link'" in result.stderr) == (2, True)


def test_templates_are_learned_from_records(tmp_path: Path) -> None:
    menu = "Tides and timetables\n"
    stories = ["The mill turned in March.", "The choir sang all night.", "A fox sat on the pier."]
    records = [{"url": f"https://example.org/{n}", "text": menu + s} for n, s in enumerate(stories)]
    write_jsonl(tmp_path / "a.jsonl", records)
    result = run("learn", tmp_path / "a.jsonl", "-o", tmp_path / "t.parquet")
    assert "learned from 3 pages" in result.stderr
    for name, option in (("b", ("--learn",)), ("c", ("--templates", tmp_path / "t.parquet"))):
        run("clean", tmp_path / "a.jsonl", "-o", tmp_path / f"{name}.jsonl", *option)
        lines = (tmp_path / f"{name}.jsonl").read_text().splitlines()
        assert [json.loads(line)["text"] for line in lines] == stories


def test_places_on_the_net(tmp_path: Path) -> None:
    from upath import UPath

    UPath("memory://corpus/a.jsonl").write_bytes(b'{"text": "It rained.\\nAd\\nIt stopped."}\n')
    UPath("memory://corpus/sub/b.txt").write_bytes(ARTICLE.encode())
    assert run("clean", "memory://corpus", "-o", "memory://clean").exit_code == 0
    assert UPath("memory://clean/sub/b.txt").read_text() == CLEAN
    assert json.loads(UPath("memory://clean/a.jsonl").read_text()) == {
        "text": "It rained.\nIt stopped."
    }
    assert run("clean", "memory://corpus/sub/b.txt", "-o", tmp_path / "b.txt").exit_code == 0
    assert (tmp_path / "b.txt").read_text() == CLEAN
    rule = "[[rule]]\nid = 'notice.quay'\nabout = 'The quay.'\nlanguages = ['en']\nscope = 'line'\n"
    rule += "pattern = '^At the quay'\nmatch = ['At the quay.', 'At the quay!']\n"
    rule += "keep = ['Nobody was there.', 'It lay at the quay.']\n"
    UPath("memory://rules/notice.toml").write_text(rule)
    UPath("memory://corpus/c.txt").write_text(f"{PROSE}\nAt the quay: boats.")
    report, learned = "memory://reports/r.jsonl", "memory://templates/t.parquet"
    assert run("learn", "memory://corpus", "-o", learned).exit_code == 0
    options = ("--rules", "memory://rules", "--report", report, "--templates", learned)
    assert run("clean", "memory://corpus", "-o", "memory://again", *options).exit_code == 0
    assert UPath("memory://again/c.txt").read_text() == PROSE
    assert len(cleaner.read_report(report).documents) == 3
    back = ("restore", "memory://again", "--report", report, "-o", "memory://back")
    assert run(*back).exit_code == 0
    assert UPath("memory://back/sub/b.txt").read_text() == ARTICLE
    result = run("clean", "nowhere://corpus", "-o", tmp_path / "x")
    assert (result.exit_code, "nowhere://corpus" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("url", "message"),
    [("s3://b/x", "boilerplate-cleaner[remote]"), ("foo://b/x", "foo")],
)
def test_places_that_cannot_be_reached_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, message: str
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "a.jsonl", rows())
    for arguments in (
        ("clean", url, "-o", "b.jsonl"),
        ("clean", "a.jsonl", "-o", url),
        ("clean", "a.jsonl", "-o", "b.jsonl", "--report", f"{url}.csv"),
        ("clean", "a.jsonl", "-o", "b.jsonl", "--templates", url),
        ("clean", "a.jsonl", "-o", "b.jsonl", "--rules", url),
        ("learn", "a.jsonl", "-o", f"{url}.parquet"),
        ("restore", url, "--report", "r.csv", "-o", "c.jsonl"),
        ("restore", "a.jsonl", "--report", f"{url}.csv", "-o", "c.jsonl"),
        ("restore", "a.jsonl", "--report", "r.csv", "-o", url),
        ("templates", "show", url),
        ("templates", "merge", url, "-o", "t.parquet"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.exception.code) == (2, 2), arguments
        assert url in result.stderr
        assert message in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_lines_are_cut_into_parts_at_their_ends() -> None:
    data = b"".join(b'{"text": "%d"}\n' % number for number in range(200_000)) + b'{"text": ""}'
    parts = jsonl.split(io.BytesIO(data), 1 << 20)
    assert len(parts) > 2
    assert (parts[0].start, parts[-1].end) == (0, len(data))
    assert sum(part.size for part in parts) == len(data)
    for one, other in pairwise(parts):
        assert one.end == other.start
        assert data[other.start - 1 : other.start] == b"\n"
        assert other.first == data.count(b"\n", 0, other.start) + 1


WRITERS = {".jsonl": write_jsonl, ".csv": write_csv, ".parquet": write_parquet}


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--removals-column", "url"), "has a column 'url' already; choose another name"),
        (("--removals-column", "text"), "has a column 'text' already; choose another name"),
        (("--output-column", "url"), "has a column 'url' already; choose another name"),
        (("--text-column", "url", "--output-column", "text"), "has a column 'text' already"),
        (("--output-column", "x", "--removals-column", "x"), "both are 'x'; name two"),
        (("--text-column", "story"), "has no column 'story'; its columns are id, url, text"),
    ],
)
def test_columns_that_are_not_as_asked_are_told_before_any_work(
    tmp_path: Path, ending: str, options: tuple[str, ...], message: str
) -> None:
    path, out = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    WRITERS[ending](path, rows())
    result = run("clean", path, "-o", out, *options)
    assert (result.exit_code, out.exists(), message in result.stderr) == (2, False, True)
    assert run("clean", path, "-o", out, "--output-column", "text").exit_code == 0
    assert "Advertisement" not in out.read_bytes().decode(errors="replace")


def test_a_record_that_has_a_column_that_is_to_be_added_is_put_away(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"text": PROSE}, {"text": PROSE, "gone": "mine"}])
    names = ("--removals-column", "gone")
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl", *names)
    assert "a.jsonl:2: failed: has 'gone' already, which is to be added" in result.stderr
    assert (tmp_path / "b.jsonl").read_text().count("\n") == 1


def test_a_column_that_only_other_lines_may_have_is_named_aloud(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows())
    out = ("-o", tmp_path / "b.jsonl", "--id-column", "nope")
    result = run("clean", tmp_path / "a.jsonl", *out)
    told = "text from 'text', id from 'nope' (which the first record lacks), url from 'url'"
    assert (result.exit_code, result.stderr.splitlines()[0]) == (0, told)


@pytest.mark.parametrize("bad", ["a.csv", "z.csv"])
@pytest.mark.parametrize("data", [b"", b"\x00\x01\xff\n", b"n;m\n1;2\n"])
def test_one_file_without_the_columns_fails_wherever_it_stands(
    tmp_path: Path, bad: str, data: bytes
) -> None:
    (tmp_path / "in").mkdir()
    write_csv(tmp_path / "in" / "m.csv", rows())
    (tmp_path / "in" / bad).write_bytes(data)
    result = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert f"{bad}: failed: has no column called text" in result.stderr
    assert list(files(tmp_path / "out")) == ["m.csv"]


def test_a_title_in_a_column_stays_in_the_text(tmp_path: Path) -> None:
    text = "Live updates\nThe river rose over the wall at noon.\n"
    row = {"text": text, "headline": "Live Updates"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    assert run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl").exit_code == 0
    assert json.loads((tmp_path / "b.jsonl").read_text()) == row
