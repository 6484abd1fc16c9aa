"""The command line: what it writes, says and returns."""

import importlib
import os
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
from tests.corpora import rows, write_jsonl
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
        (("clean", "IN", "-o", "x", "--rules", "IN"), "in: no rules here; write [[rule]] tables"),
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


HEADED = "id,text\n1,It rained.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("clean", "d.jsonl", "-o", "o.jsonl", "--report", "d.jsonl"),
        ("clean", "d.jsonl", "--dry-run", "--report", "d.jsonl"),
        ("clean", "d.jsonl", "-o", "o.jsonl", "--report", "link.jsonl"),
        ("clean", "in", "-o", "out", "--report", "in/h.csv"),
        ("clean", "in/r.documents.csv", "-o", "o.csv", "--report", "in/r.csv"),
        ("clean", "in", "-o", "out", "--report", "in/r.csv"),
        ("clean", "h.csv", "-o", "x.csv", "--report", "x.csv"),
        ("clean", "h.csv", "-o", "x.repairs.csv", "--report", "x.csv"),
        ("clean", "d.jsonl", "-o", "in/../d.jsonl"),
        ("clean", "c.parquet", "-o", "t.pages.parquet", "--templates", "t.parquet"),
        ("clean", "c.parquet", "--dry-run", "--report", "t.parquet", "--templates", "t.parquet"),
        ("clean", "a.quarantine", "-o", "a"),
        ("clean", "in", "-o", "out", "--state", "in"),
        ("clean", "d.jsonl", "-o", "st/parts/d.jsonl", "--state", "st"),
        ("clean", "d.jsonl", "-o", "o.jsonl", "--state", "s3://b/st"),
        ("clean", "d.jsonl", "-o", "o.jsonl", "--state", "h.csv"),
        ("learn", "c.parquet", "-o", "c.parquet"),
        ("learn", "c.pages.parquet", "-o", "c.parquet"),
        ("learn", "in", "-o", "in/c.parquet"),
        ("templates", "merge", "t.parquet", "-o", "t.parquet"),
        ("restore", "made.csv", "--report", "f.csv", "-o", "f.csv"),
        ("restore", "made.csv", "--report", "f.csv", "-o", "f.documents.csv"),
        ("restore", "made.csv", "--report", "f.csv", "-o", "made.csv"),
    ],
)  # fmt: skip
def test_nothing_that_is_written_overwrites_what_is_read_or_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("in", "a.quarantine"):
        Path(name).mkdir()
    table = pandas.DataFrame({"text": ["It rained.", "It stopped."], "site": "a"})
    for name in ("c.parquet", "c.pages.parquet", "in/c.parquet"):
        table.to_parquet(name)
    for name in ("d.jsonl", "a.quarantine/000000.jsonl"):
        Path(name).write_text('{"text": "It rained."}\n')
    for name in ("h.csv", "in/h.csv", "in/r.documents.csv"):
        Path(name).write_text(HEADED)
    Path("link.jsonl").symlink_to("d.jsonl")
    assert run("learn", "c.parquet", "-o", "t.parquet").exit_code == 0
    assert run("clean", "h.csv", "-o", "made.csv", "--report", "f.csv").exit_code == 0
    before = files(tmp_path)
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert files(tmp_path) == before


def test_what_earlier_commands_left_in_the_input_is_passed_over(folder: Path) -> None:
    report, index = folder / "r.csv", folder / "t.parquet"
    for _ in range(2):
        assert "learned from 4 pages" in run("learn", folder, "-o", index).stderr
    for _ in range(2):
        arguments = ("--report", report, "--state", folder / "state", "--templates", index)
        result = run("clean", folder, "-o", folder / "out", *arguments)
        assert (result.exit_code, "4 documents" in result.stderr) == (0, True), result.stderr


def test_pipes_are_written_to_and_links_are_followed(folder: Path, tmp_path: Path) -> None:
    pipe, link, source = tmp_path / "pipe", tmp_path / "link.txt", folder / "b.txt"
    os.mkfifo(pipe)
    reading = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    assert run("clean", source, "-o", pipe).exit_code == 0
    clean = reading.communicate(timeout=20)[0]
    assert clean == ARTICLE.replace("Advertisement\n", "").encode()
    assert run("clean", source, "-o", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()
    link.symlink_to(tmp_path / "kept.txt")
    assert run("clean", source, "-o", link, "--report", tmp_path / "r.csv").exit_code == 0
    assert (link.is_symlink(), (tmp_path / "kept.txt").read_bytes()) == (True, clean)
    reading = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    back = run("restore", link, "--report", tmp_path / "r.csv", "-o", pipe)
    assert (back.exit_code, reading.communicate(timeout=20)[0]) == (0, source.read_bytes())
    assert pipe.is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] != "r") == [
        "in", "kept.txt", "link.txt", "pipe",
    ]  # fmt: skip


def test_standard_output_has_a_name_of_its_own(folder: Path, tmp_path: Path) -> None:
    code = f"import sys; sys.path[:] = {sys.path!r}; from cleaner.cli import app; app()"
    command = [sys.executable, "-c", code, "clean", folder / "b.txt", "-o", "/dev/stdout"]
    with (tmp_path / "log").open("wb") as stream:
        stream.write(b"before\n")
        stream.flush()
        subprocess.run(command, stdout=stream, stderr=subprocess.DEVNULL, check=True)
    clean = ARTICLE.replace("Advertisement\n", "")
    assert (tmp_path / "log").read_text() == f"before\n{clean}"


def test_a_slash_says_that_a_name_is_a_folders(folder: Path, tmp_path: Path) -> None:
    new, report = f"{tmp_path / 'new'}/", tmp_path / "r.csv"
    for _ in range(2):
        assert run("clean", folder / "b.txt", "-o", new, "--report", report).exit_code == 0
    assert list(files(tmp_path / "new")) == ["b.txt"]
    back = f"{tmp_path / 'back'}/"
    assert run("restore", tmp_path / "new/b.txt", "--report", report, "-o", back).exit_code == 0
    assert files(tmp_path / "back") == {"b.txt": (folder / "b.txt").read_bytes()}
    for source, out in ((folder / "b.txt", f"{report}/"), ("-", new), (folder, report)):
        assert run("clean", source, "-o", out, stdin=b"").exit_code == 2


def test_one_file_of_a_folder_can_be_restored(tmp_path: Path) -> None:
    for name in ("a.txt", "sub/a.txt", "sub/b.txt", "more/b.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(f"{name} {ARTICLE}")
    write_jsonl(tmp_path / "in" / "c.jsonl", rows())
    report, out, back = tmp_path / "r.csv", tmp_path / "out", tmp_path / "back"
    run("clean", tmp_path / "in", "-o", out, "--report", report)
    for name, count in (("a.txt", "1 of 1"), ("sub/a.txt", "1 of 1"), ("c.jsonl", "5 of 5")):
        result = run("restore", out / name, "--report", report, "-o", back)
        assert (result.exit_code, f"restored {count} document" in result.stderr) == (0, True)
        assert back.read_bytes() == (tmp_path / "in" / name).read_bytes()
    (out / "more" / "b.txt").rename(tmp_path / "b.txt")
    for name, why in (("b.txt", "of more/b.txt and sub/b.txt alike"), ("in/x.txt", "of no file")):
        (tmp_path / name).touch()
        result = run("restore", tmp_path / name, "--report", report, "-o", tmp_path / "none")
        assert (result.exit_code, f"the report tells {why}" in result.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [("rules", "list"), ("rules", "show", "ad.label")])
def test_who_stops_reading_is_no_failure(arguments: tuple[str, ...]) -> None:
    code = f"import sys; sys.path[:] = {sys.path!r}; from cleaner.cli import app; app()"
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_what_goes_through_a_pipe_is_not_wrapped() -> None:
    lines = run("rules", "list").stdout.splitlines()
    assert len(lines) == len(Cleaner().rule_set) + 2  # the head of the table, and the count
    assert all(line == line.rstrip() for line in lines)


def test_the_library_says_what_it_takes() -> None:
    doc = cleaner.clean("It rained.")
    for make in (cleaner.report, cleaner.documents, cleaner.repairs, cleaner.learn):
        for wrong, message in ((doc, "several documents"), (["It rained."], "no str")):
            with pytest.raises(TypeError, match=message):
                make(wrong)
    with pytest.raises(UsageError, match="nodir: no such folder"):
        Cleaner(rules="nodir")
