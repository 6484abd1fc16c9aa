"""The command line: what it writes, says and returns."""

import importlib
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
from typer.testing import CliRunner

import cleaner
import cleaner.pandas
from cleaner.cli import app
from cleaner.errors import UsageError
from cleaner.pipeline import Cleaner
from cleaner.places import check_writable
from tests.test_inputs import ARTICLE, PAGE, run

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    (made / "sub").mkdir(parents=True)
    (made / "b.txt").write_bytes(ARTICLE.encode())
    (made / "sub" / "a.html").write_text(PAGE, encoding="utf-8")
    (made / "c.md").write_bytes("\ufeffEin Fluß.\r\nAnzeige\r\n".encode())
    (made / "l.txt").write_bytes(
        "Der Müller wohnt am Fluß, über dem Tal.\nAnzeige\n".encode("cp1252")
    )
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_becomes_a_mirrored_tree(folder: Path, tmp_path: Path) -> None:
    result = run("clean", folder, "-o", tmp_path / "out")
    assert result.exit_code == 0
    written = files(tmp_path / "out")
    assert list(written) == ["b.txt", "c.md", "l.txt", "sub/a.html.txt"]
    assert written["b.txt"] == ARTICLE.replace("Advertisement\n", "").encode()
    assert written["c.md"] == "Ein Fluß.\r\n".encode()
    assert "4 documents" in result.stderr
    assert result.stdout == ""


def test_what_cannot_be_written_is_told_before_any_work(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("clean", folder, "-o", tmp_path / "file" / "out")
    assert result.exit_code == 2
    assert "cannot be written: " in result.stderr
    with pytest.raises(UsageError, match="cannot be written"):
        check_writable(tmp_path / "file" / "r.csv")


def test_names_are_listed_before_they_are_imported() -> None:
    assert set(cleaner.__all__) <= set(dir(cleaner))


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_restore_gives_every_byte_back(folder: Path, tmp_path: Path, suffix: str) -> None:
    report = tmp_path / f"r{suffix}"
    run("clean", folder, "-o", tmp_path / "out", "--report", report)
    result = run("restore", tmp_path / "out", "--report", report, "-o", tmp_path / "back")
    assert result.exit_code == 0
    back = files(tmp_path / "back")
    extracted = back.pop("sub/a.html.txt").decode()
    assert extracted == Cleaner().clean(PAGE, html=True).source
    assert back == {name: data for name, data in files(folder).items() if name != "sub/a.html"}


def test_restore_notices_an_edited_text(folder: Path, tmp_path: Path) -> None:
    run("clean", folder, "-o", tmp_path / "out", "--report", tmp_path / "r.csv")
    (tmp_path / "out" / "b.txt").write_text("Another text.\n")
    result = run(
        "restore", tmp_path / "out", "--report", tmp_path / "r.csv", "-o", tmp_path / "back"
    )
    assert result.exit_code == 1
    assert "b.txt" in result.stderr
    assert "restored 3 of 4 documents" in result.stderr


def test_jobs_change_no_byte(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        arguments = ("-o", tmp_path / jobs, "--report", tmp_path / f"{jobs}.jsonl", "--jobs", jobs)
        assert run("clean", ROOT / "seeds", *arguments).exit_code == 0
    assert files(tmp_path / "1") == files(tmp_path / "2")
    for part in ("", ".documents", ".repairs"):
        assert (tmp_path / f"1{part}.jsonl").read_bytes() == (
            tmp_path / f"2{part}.jsonl"
        ).read_bytes()


def test_dry_run_writes_only_the_report(folder: Path, tmp_path: Path) -> None:
    result = run("clean", folder, "--dry-run", "--report", tmp_path / "r.csv")
    assert result.exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "in", "r.csv", "r.documents.csv", "r.meta.json", "r.repairs.csv",
    ]  # fmt: skip


def test_keep_and_only(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    for option in (("--keep", "ad"), ("--keep", "tidy,ad.label"), ("--only", "newsletter")):
        run("clean", tmp_path / "a.txt", "-o", tmp_path / "out.txt", *option)
        assert (tmp_path / "out.txt").read_text() == ARTICLE, option


def test_standard_input_and_output(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["clean", "-", "-o", "-"], input=ARTICLE.encode())
    assert done.stdout == ARTICLE.replace("Advertisement\n", "")
    (tmp_path / "a.txt").write_text(ARTICLE)
    assert run("clean", tmp_path / "a.txt", "-o", "-").stdout == done.stdout
    assert run("clean", tmp_path, "-o", "-").exit_code == 2
    page = CliRunner().invoke(app, ["clean", "-", "-o", "-", "--html"], input=PAGE.encode())
    assert "always late on Mondays" in page.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("clean", "IN"), "-o OUT is missing"),
        (("clean", "nowhere", "-o", "x"), "nowhere: no such file or folder"),
        (("clean", "IN", "-o", "IN"), "would overwrite the input"),
        (("clean", "IN", "-o", "x", "--keep", "adverts"), "no such category or rule"),
        (("clean", "IN", "-o", "x", "--only", "ad.lable"), "did you mean ad.label?"),
        (("clean", "IN", "-o", "x", "--rules", "nowhere"), "nowhere: no such folder"),
        (("clean", "IN", "-o", "x", "--report", "r.xlsx"), ".parquet, .csv, .jsonl"),
        (("clean", "IN", "-o", "x", "--report", "no/r.csv"), "no such folder"),
        (("clean", "IN", "-o", "x", "--language", "English"), "no ISO 639-1 code"),
        (("clean", "IN", "-o", "x", "--encoding", "klingon"), "Python knows none"),
        (("clean", "IN", "-o", "x", "--html"), "--html is for standard input"),
        (("rules", "list", "--category", "newsleter"), "did you mean newsletter?"),
        (("restore", "IN", "--report", "r.csv", "-o", "IN"), "would overwrite the clean texts"),
        (("restore", "nowhere", "--report", "r.csv", "-o", "x"), "nowhere: no such file or folder"),
    ],
)
def test_wrong_usage_ends_with_2_before_any_work(
    folder: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    places = {"IN": str(folder), "x": str(tmp_path / "x")}
    result = run(*(places.get(argument, argument) for argument in arguments))
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "x").exists()


def test_fail_on_flagged(tmp_path: Path) -> None:
    appeal = "Sign up for our newsletter to get the best stories of the week in your inbox."
    (tmp_path / "a.txt").write_text(appeal)
    lenient = run("clean", tmp_path / "a.txt", "-o", tmp_path / "out.txt")
    assert (lenient.exit_code, (tmp_path / "out.txt").read_text()) == (0, appeal)
    assert "a.txt: flagged: nothing but furniture" in lenient.stderr
    strict = ("--fail-on", "flagged")
    assert run("clean", tmp_path / "a.txt", "-o", tmp_path / "out.txt", *strict).exit_code == 1


def test_two_inputs_never_write_one_output(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "in" / "a.html.txt").write_text(ARTICLE)
    result = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "a.html.txt: failed: its clean text would overwrite that of a.html" in result.stderr


def test_an_output_inside_the_input_is_not_read_again(folder: Path) -> None:
    for _ in range(2):
        assert "4 documents" in run("clean", folder, "-o", folder / "out").stderr


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE)
    result = run("clean", path, "-o", tmp_path)
    assert (result.exit_code, path.read_text()) == (2, ARTICLE)
    assert "would overwrite an input" in result.stderr
    inner = tmp_path / "in" / "in" / "a.txt"
    inner.parent.mkdir(parents=True)
    inner.write_text(ARTICLE)
    (tmp_path / "in" / "a.txt").write_text(ARTICLE)
    assert run("clean", tmp_path / "in", "-o", tmp_path).exit_code == 2
    assert inner.read_text() == ARTICLE


def test_version_names_the_rules() -> None:
    shown = run("--version").stdout
    assert shown == f"cleaner {cleaner.__version__} (rules {Cleaner().rule_set.hash})\n"


def test_import_is_light() -> None:
    code = (
        "import sys, cleaner, cleaner.golden; heavy = {'pandas', 'ftfy', 'trafilatura', 'pyarrow',"
        "'langdetect'} & set(sys.modules); import cleaner.cli; print(heavy,"
        "{'pandas', 'trafilatura', 'pyarrow'} & set(sys.modules))"
    )
    path = f"import sys; sys.path[:] = {sys.path!r}; "
    done = subprocess.run([sys.executable, "-c", path + code], capture_output=True, check=True)
    assert done.stdout.decode().split() == ["set()", "set()"]


def test_exported_names_exist() -> None:
    for name in cleaner.__all__:
        importlib.import_module(f"cleaner.{cleaner._HOMES[name]}")  # a module must not hide a name
        assert callable(getattr(cleaner, name)), name
    assert sorted(cleaner._HOMES) == sorted(cleaner.__all__)


def test_the_library_and_the_command_write_the_same(folder: Path, tmp_path: Path) -> None:
    run("clean", folder, "-o", tmp_path / "out")
    data = (folder / "l.txt").read_bytes()
    assert cleaner.clean(data).text.encode() == (tmp_path / "out" / "l.txt").read_bytes()
    series = pandas.Series([ARTICLE])
    assert series.cleaner.clean()[0] == (tmp_path / "out" / "b.txt").read_text()
