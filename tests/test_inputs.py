"""Bad input costs one document, is said aloud, and loses nothing."""

import csv
import io
import os
from pathlib import Path

import pytest
import trafilatura
from typer.testing import CliRunner, Result

from cleaner.cli import app
from cleaner.decoding import DecodeError, decode, encode
from cleaner.extraction import (
    LENGTH,
    ExtractionError,
    Extractor,
    Settings,
    _receive,
    extract,
)
from cleaner.pipeline import Cleaner, OptionError
from cleaner.reportfiles import read_report

ARTICLE = "The ferry was late again.\nAdvertisement\nNobody on the quay complained about it.\n"
PAGE = """<!doctype html><html><head><title>The late ferry</title></head><body><nav>Home News</nav>
<article><h1>The late ferry</h1><p>The ferry was late again, and the quay was full of people who
had somewhere to be.</p><p>Nobody complained. “It is always late on Mondays,” said a woman with a
bicycle.</p><figure><img src="a.jpg"><figcaption>The quay at dawn</figcaption></figure></article>
</body></html>"""


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One good file, and one of everything that can be wrong."""
    made = tmp_path / "in"
    (made / "folder.txt").mkdir(parents=True)
    (made / "folder.txt" / "inside.txt").write_text(ARTICLE)
    (made / "good.txt").write_text(ARTICLE)
    (made / "page.html").write_text(PAGE, encoding="utf-8")
    (made / "empty.txt").write_bytes(b"")
    (made / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\xff" + bytes(range(256)) * 8)
    (made / "undecodable.txt").write_bytes(b"\xef\xbb\xbfa byte-order mark, then \xff\xfe\xfd")
    (made / "dangling.txt").symlink_to(made / "nowhere.txt")
    (made / "menu.html").write_text("<html><body><nav><a href='/'>Home</a></nav></body></html>")
    (made / "notes.pdf").write_bytes(b"%PDF-1.7")
    os.mkfifo(made / "pipe.txt")
    (made / "again.txt").symlink_to(made / "folder.txt")
    (made / "loop").symlink_to(made)
    return made


def test_every_bad_input_is_a_row_and_a_line_on_stderr(folder: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "out", tmp_path / "r.csv"
    result = run("clean", folder, "-o", out, "--report", report)
    with (tmp_path / "r.documents.csv").open(newline="") as stream:
        rows = {row["document"]: (row["status"], row["reason"]) for row in csv.DictReader(stream)}
    assert result.exit_code == 1
    assert rows.pop("good.txt") == ("clean", "")
    assert rows.pop("folder.txt/inside.txt") == ("clean", "")
    assert rows.pop("page.html") == ("unchanged", "")
    assert rows.pop("empty.txt") == ("unchanged", "empty")
    expected = {
        "binary.txt": "looks binary",
        "dangling.txt": "cannot be read: No such file",
        "menu.html": "no article found",
        "pipe.txt": "is no regular file",
        "undecodable.txt": "is not utf-8",
    }
    assert list(rows) == sorted(expected)
    for name, reason in expected.items():
        assert rows[name][0] == "failed"
        assert rows[name][1].startswith(reason)
        assert f"{name}: failed: {reason}" in result.stderr
    assert "not read: 1 file of other kinds" in result.stderr
    assert "not followed: 2 links to folders" in result.stderr
    written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert written == ["empty.txt", "folder.txt/inside.txt", "good.txt", "page.html.txt"]


def test_html_gives_its_article_and_its_title(tmp_path: Path) -> None:
    doc = Cleaner().clean(PAGE, html=True)
    assert doc.title == "The late ferry"
    assert "always late on Mondays" in doc.text
    assert "The quay at dawn" not in doc.text
    assert "Home News" not in doc.text
    assert doc.restore() == doc.source


def test_html_is_extracted_with_more_or_less(tmp_path: Path) -> None:
    late = "<p>The ferry was late again, and number {} of its crew said that nobody minded.</p>"
    fish = "In the harbour they sell fish on Fridays, as every week of the year, for little money."
    teaser = f"<div class='teaser'><p>{fish}</p></div>"
    article = "".join(map(late.format, range(6))) + teaser
    page = f"<html><body><article><h1>The late ferry</h1>{article}</article></body></html>"
    assert "sell fish" not in Cleaner().clean(page, html=True).text
    assert "sell fish" in Cleaner(html_recall=True).clean(page, html=True).text
    (tmp_path / "a.html").write_text(page)
    run("clean", tmp_path / "a.html", "-o", tmp_path / "out.txt", "--html-recall")
    assert "sell fish" in (tmp_path / "out.txt").read_text()
    refused = run("clean", tmp_path, "-o", tmp_path / "out", "--html-recall", "--html-precision")
    assert refused.exit_code == 2
    assert "choose one" in refused.stderr


def test_the_settings_reach_the_extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []
    extraction = trafilatura.bare_extraction
    monkeypatch.setattr(
        trafilatura, "bare_extraction", lambda html, **told: asked.append(told) or extraction(html)
    )
    extract(PAGE, Settings(precision=True))
    extract(PAGE, Settings(recall=True, fast=True))
    told = [[one[name] for name in ("favor_precision", "favor_recall", "fast")] for one in asked]
    assert told == [[True, False, False], [False, True, True]]


def test_html_without_end_fails_and_the_next_page_is_cleaned() -> None:
    tool = Cleaner(html_timeout=4.0)
    endless = "<div>" + "<p>word <b>word</b> " * 1_000_000
    doc = tool.clean(endless, html=True)
    assert doc.status == "failed"
    assert "no end within 4 s" in doc.reason
    assert tool.clean(PAGE, html=True).title == "The late ferry"


def test_an_extractor_that_dies_is_a_failed_page_and_a_new_extractor() -> None:
    extractor = Extractor()
    assert extractor(PAGE).title == "The late ferry"
    child = extractor._child
    assert child is not None
    child.kill()
    child.wait()
    assert extractor(PAGE).title == "The late ferry"
    with pytest.raises(ExtractionError, match="no article"):
        extractor("<html></html>")
    with pytest.raises(ExtractionError, match="no article"):
        extractor("")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Der Müller wohnt am Fluß, „naja“, und über die Brücke geht niemand mehr."),
        ("cp1251", "Паром снова опоздал, и никто на причале не жаловался на погоду."),
        ("iso-8859-2", "Prom znów się spóźnił, a nikt na nabrzeżu nie narzekał na źródła."),
        ("shift_jis", "フェリーはまた遅れた。波止場では誰も文句を言わなかった。"),
        ("euc_kr", "배는 또 늦었지만 부두에서 불평하는 사람은 아무도 없었다."),
        ("gb18030", "渡轮又晚点了，码头上没有人抱怨。雨下了整整三天。"),
        ("utf-8", "Лодка опоздала. 渡轮又晚点了。"),
        ("utf-16-le", "The ferry was late again, and nobody complained."),
    ],
)
def test_legacy_encodings_are_found_and_encode_back(encoding: str, text: str) -> None:
    data = (text * 3).encode(encoding)
    decoded = decode(data)
    assert decoded.text == text * 3
    assert encode(decoded.text, decoded.encoding, decoded.bom) == data


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_comes_back(encoding: str) -> None:
    data = "naïve 渡".encode(encoding)
    decoded = decode(data)
    assert decoded.text == "naïve 渡"
    assert decoded.bom
    assert encode(decoded.text, decoded.encoding, decoded.bom) == data


def test_the_encoding_told_overrides_and_fails_where_it_is_wrong() -> None:
    assert decode("naïve".encode("cp850"), encoding="cp850").text == "naïve"
    with pytest.raises(DecodeError, match="is not ascii"):
        decode("naïve".encode(), encoding="ascii")
    for encoding in ("klingon", "hex"):
        with pytest.raises(OptionError, match="encoding: Python knows none"):
            Cleaner(encoding=encoding)
    assert Cleaner(encoding="utf-16").clean("naïve".encode("utf-16")).text == "naïve"


def test_the_charset_that_html_declares_comes_before_guessing() -> None:
    page = PAGE.replace("<head>", '<head><meta charset="windows-1251">').replace("late", "поздний")
    data = page.replace("“", '"').replace("”", '"').encode("cp1251")
    assert decode(data, html=True).encoding == "cp1251"


def test_controls_are_binary_also_where_they_are_utf8() -> None:
    assert "binary" in Cleaner().clean(b"\x00\x01\x02\x03" * 100).reason
    assert Cleaner().clean(b"It rained\x00 all night, and nobody slept.").status == "clean"


def test_an_answer_cut_short_is_none() -> None:
    stream = io.BytesIO(LENGTH.pack(100) + b"abc")
    assert _receive(stream) is None


def test_a_text_is_str_or_bytes() -> None:
    with pytest.raises(TypeError, match="str or bytes, not int"):
        Cleaner().clean(5)  # type: ignore[arg-type]


def test_a_folder_may_be_called_as_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "in" / "sub.txt").mkdir(parents=True)
    (tmp_path / "in" / "sub.txt" / "a.txt").write_text(ARTICLE)
    result = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert (result.exit_code, "1 document: 1 clean" in result.stderr) == (0, True)
    assert (tmp_path / "out" / "sub.txt" / "a.txt").is_file()


def test_standard_input_is_in_no_folder(tmp_path: Path) -> None:
    for options in ((), ("--site-from", "folder"), ("--site-from", "none")):
        report = tmp_path / "r.csv"
        run("clean", "-", "-o", "-", "--report", report, *options, stdin=ARTICLE.encode())
        site = "*" if "none" in options else ""
        assert list(read_report(report).documents.site) == [site]
        assert set(read_report(report).removals.site) == {site}
