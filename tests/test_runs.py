"""Runs that are killed, interrupted, resumed; workers that die; and options from a file."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cleaner
from cleaner import running
from cleaner.batch import Work
from cleaner.counts import Counts
from cleaner.errors import Stopped, UsageError
from cleaner.inputs import list_inputs
from cleaner.pipeline import Cleaner
from cleaner.quarantine import read_quarantine
from cleaner.records import Columns, Reading
from cleaner.running import Options, Run
from cleaner.shards import plan_shards
from cleaner.summary import Summary
from tests.corpora import (
    ARTICLE,
    CLEAN,
    PROSE,
    files,
    rows,
    write_csv,
    write_jsonl,
    write_parquet,
)  # fmt: skip
from tests.test_inputs import run

COMMAND = (
    "import sys; sys.path[:] = {path!r}; from cleaner.cli import app; "
    "from cleaner import shards, cli_options; shards.PACK = 8; cli_options.MB = 1 << 14; app()"
)


def start(*arguments: object) -> "subprocess.Popen[bytes]":
    """Start the cleaner with shards of a few kilobytes, as a process that can be killed."""
    code = COMMAND.format(path=sys.path)
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # Where tests run in the background, the shell had them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few thousand documents: large files that are cut, small ones, and bad lines among them."""
    made = tmp_path_factory.mktemp("corpus") / "in"
    (made / "texts").mkdir(parents=True)
    for number in range(400):
        (made / "texts" / f"{number:03}.txt").write_text(f"{number}. {ARTICLE}")
    records = rows(1200)
    write_jsonl(made / "a.jsonl", records)
    with (made / "a.jsonl").open("ab") as stream:
        stream.write(b'{"text": null}\n{"text": \n')
    write_parquet(made / "b.parquet", records, 100)
    write_csv(made / "c.csv", records)
    (made / "d.txt").write_bytes(b"\xef\xbb\xbf\xff")
    return made


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL on Windows")
def test_a_run_that_is_killed_twenty_times_ends_as_if_it_never_was(
    corpus: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    began = time.monotonic()
    undisturbed = start("clean", corpus, "-o", whole / "out", "--report", tmp_path / "r.csv")
    undisturbed.communicate()
    assert undisturbed.returncode == 1  # the bad documents
    took = time.monotonic() - began
    chance, kills = random.Random(5), 0
    arguments = ("-o", tmp_path / "killed" / "out", "--report", tmp_path / "k.csv", "--resume")
    while True:
        jobs = str(1 + kills % 2)
        process = start("clean", corpus, *arguments, "--jobs", jobs)
        if kills < 20:
            time.sleep(chance.uniform(0.4, 1.0) * took / 5)
            process.send_signal(signal.SIGKILL)
        _, told = process.communicate()
        if process.returncode != -signal.SIGKILL:
            break
        kills += 1
    assert process.returncode == 1, told.decode()
    assert kills == 20
    assert files(tmp_path / "killed") == files(whole)
    for ending in (".csv", ".documents.csv", ".repairs.csv"):
        one, other = (tmp_path / f"{name}{ending}" for name in ("r", "k"))
        assert one.read_bytes() == other.read_bytes()
    counts = cleaner.read_report(tmp_path / "k.csv").meta["counts"]
    assert counts["documents"] == 400 + 3 * 1200 + 2 + 1 == sum(counts.values()) / 2
    assert counts["failed"] == 3
    assert not any(tmp_path.rglob(".*.state"))


def test_the_same_bytes_with_any_number_of_workers(corpus: Path, tmp_path: Path) -> None:
    for jobs in ("1", "3"):
        process = start("clean", corpus, "-o", tmp_path / jobs / "out", "--jobs", jobs)
        assert process.wait() == 1
        process.communicate()
    assert files(tmp_path / "1") == files(tmp_path / "3")


def test_an_interrupted_run_says_how_to_go_on(corpus: Path, tmp_path: Path) -> None:
    ledger = tmp_path / ".out.state" / "ledger.sqlite"
    process = start("clean", corpus, "-o", tmp_path / "out", "--jobs", "2")
    while not ledger.exists() or not _shards(ledger):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == 130
    assert b"interrupted; what is done is noted" in told
    assert b"Traceback" not in told
    done = _shards(ledger)
    refused = run("clean", corpus, "-o", tmp_path / "out")
    assert (refused.exit_code, "a run was interrupted here" in refused.stderr) == (2, True)
    again = start("clean", corpus, "-o", tmp_path / "out", "--resume", "--state", ledger.parent)
    again.communicate()
    assert again.returncode == 1
    assert done < _shards(ledger)


def _shards(ledger: Path) -> int:
    try:
        return sqlite3.connect(ledger).execute("select count(*) from shards").fetchone()[0]
    except sqlite3.Error:
        return 0


def stop_after(shards: int, run: Run) -> None:
    """Begin a run, and leave it when so many shards are done."""
    outcomes = run()
    for _ in range(shards):
        next(outcomes)
    outcomes.close()


def options(**told: object) -> Options:
    return Options(size=1 << 10, **told)


def test_resume_redoes_nothing_and_refuses_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_jsonl(source, rows(40))
    inputs = list_inputs(source, out)
    stop_after(2, Run(inputs, Cleaner(), out, options()))
    with pytest.raises(UsageError, match="--resume: the rules and the options changed"):
        list(Run(inputs, Cleaner(keep="ad"), out, options(resume=True))())
    with pytest.raises(UsageError, match="--resume: the options changed"):
        list(Run(inputs, Cleaner(language="en"), out, options(resume=True))())
    os.utime(source, (1, 1))
    with pytest.raises(UsageError, match="--resume: the input changed"):
        list(Run(inputs, Cleaner(), out, options(resume=True))())
    begun = []
    monkeypatch.setattr(Work, "clean", _noting(begun, Work.clean))
    shards = len(plan_shards(inputs, tmp_path, 1 << 10).shards)
    list(Run(inputs, Cleaner(), out, options(resume=True, force=True))())
    assert begun == list(range(2, shards))
    assert len(out.read_text().splitlines()) == 40


def _noting(begun: list[int], clean: object) -> object:
    def noted(self: Work, shard: object, *rest: object) -> Counts:
        begun.append(shard.number)
        return clean(self, shard, *rest)

    return noted


def test_shards_are_numbered_in_the_order_of_the_inputs(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.jsonl", "c.jsonl"):
        write_jsonl(tmp_path / "in" / name, rows(200))
    for number in range(100):
        (tmp_path / "in" / f"b{number:03}.txt").write_text(ARTICLE)
    plan = plan_shards(list_inputs(tmp_path / "in", tmp_path / "out"), tmp_path, 1 << 12)
    assert [shard.number for shard in plan.shards] == list(range(len(plan.shards)))
    names = [piece.input.name for shard in plan.shards for piece in shard.pieces]
    assert names == sorted(names)
    assert len(plan.joins) == 2
    targets = [piece.target for shard in plan.shards for piece in shard.pieces]
    assert len(set(targets)) == len(targets)


def test_shards_that_changed_are_done_again_by_force(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("b", "d"):
        write_jsonl(tmp_path / "in" / f"{name}.jsonl", rows(3))
    out = tmp_path / "out"
    stop_after(1, Run(list_inputs(tmp_path / "in", out), Cleaner(), out, options()))
    write_jsonl(tmp_path / "in" / "a.jsonl", rows(3))
    inputs = list_inputs(tmp_path / "in", out)
    outcomes = list(Run(inputs, Cleaner(), out, options(resume=True, force=True))())
    assert sorted(files(out)) == ["a.jsonl", "b.jsonl", "d.jsonl"]
    assert sum(counts.documents for counts in outcomes) == 9


def test_the_parts_of_a_file_have_the_columns_of_its_first_record(tmp_path: Path) -> None:
    source, out, report = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "r.csv"
    records = [{"text": f"{PROSE} {n}", "url": "https://example.org/a"} for n in range(20)]
    records += [{"content": "Another thing.", "n": n} for n in range(40)]
    records += [{"text": f"{PROSE} {n}"} for n in range(20)]
    write_jsonl(source, records)
    inputs = list_inputs(source, out)
    assert len(plan_shards(inputs, tmp_path, 1 << 10).shards) > 4
    list(Run(inputs, Cleaner(), out, options(report=report))())
    found = cleaner.read_report(report)
    assert len(found.documents) == 80
    assert list(found.documents.status) == ["unchanged"] * 20 + ["failed"] * 40 + ["unchanged"] * 20
    assert set(found.documents.reason) == {"", "has no 'text'"}
    nothing = options(report=report, reading=Reading(Columns(text="story"), limit=1 << 20))
    write_csv(tmp_path / "in.csv", rows(2))
    list(Run(list_inputs(tmp_path / "in.csv", None), Cleaner(), None, nothing)())
    assert list(cleaner.read_report(report).documents.status) == ["failed"]


def test_what_a_run_wrote_is_no_input_of_the_next(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    (tmp_path / "b.jsonl").write_text('{"text": null}\n{"text": "It rained."}\n')
    for _ in range(2):
        arguments = ("-o", tmp_path / "out", "--report", tmp_path / "r.jsonl")
        assert (
            "3 documents: 1 clean, 1 unchanged, 1 failed"
            in run("clean", tmp_path, *arguments).stderr
        )


@pytest.mark.parametrize("out", ["-", ""])
def test_a_run_that_notes_nothing_promises_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    monkeypatch.setattr("os.fsync", _full(after=0))
    result = run("clean", tmp_path / "a.txt", *(("-o", out) if out else ("--dry-run",)))
    assert result.exit_code == 3
    assert "--resume" not in result.stderr


def test_a_file_that_kills_every_worker_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows(2))
    monkeypatch.setattr("cleaner.batch.open_output", lambda *_: os.kill(os.getpid(), 9))
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl", "--jobs", "2")
    assert result.exit_code == 3
    assert "a.jsonl: worker processes end there, again and again" in result.stderr


def test_force_begins_anew(tmp_path: Path) -> None:
    source, out = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_jsonl(source, rows(40))
    inputs = list_inputs(source, out)
    stop_after(2, Run(inputs, Cleaner(keep="ad"), out, options()))
    list(Run(inputs, Cleaner(), out, options(force=True))())
    assert "Advertisement" not in out.read_text()


def test_a_run_that_learns_goes_on_with_what_it_learned(tmp_path: Path) -> None:
    source, out = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_jsonl(
        source, [{"text": f"Tides and timetables\n{PROSE} {chr(97 + n) * 9}."} for n in range(26)]
    )
    stop_after(1, Run(list_inputs(source, out), Cleaner(), out, options(learn=True)))
    run_ = Run(list_inputs(source, out), Cleaner(), out, options(learn=True, resume=True))
    list(run_())
    assert out.read_text().count("Tides") == 0
    assert out.read_text().count(PROSE) == 26


def test_a_full_disk_stops_the_run_and_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_jsonl(source, rows(40))
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", _full(after=5))
        result = run("clean", source, "-o", out, "--shard-size", "1")
    assert result.exit_code == 3
    assert "No space left on device" in result.stderr
    assert "--resume goes on" in result.stderr
    assert not out.exists()
    assert run("clean", source, "-o", out, "--shard-size", "1", "--resume").exit_code == 0
    assert len(out.read_text().splitlines()) == 40


def _full(after: int) -> object:
    left = [0]

    def fsync(number: int) -> None:
        left[0] += 1
        raise OSError(28, "No space left on device")

    return fsync


def test_a_document_that_kills_workers_fails_and_the_rest_is_cleaned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"text": PROSE}, {"text": "Kill me."}, {"text": ARTICLE}])
    (tmp_path / "b.txt").write_text(ARTICLE)
    read = Cleaner.read

    def fatal(self: Cleaner, text: str, **told: object) -> object:
        if text == "Kill me.":
            os.kill(os.getpid(), signal.SIGKILL)
        return read(self, text, **told)

    monkeypatch.setattr(Cleaner, "read", fatal)
    result = run("clean", tmp_path, "-o", tmp_path / "out", "--jobs", "2")
    assert "a.jsonl:2: failed: brought down, twice, the process" in result.stderr
    lines = (tmp_path / "out" / "a.jsonl").read_text().splitlines()
    assert [json.loads(line)["text"] for line in lines] == [PROSE, CLEAN]
    assert (tmp_path / "out" / "b.txt").read_text() == CLEAN
    assert list(read_quarantine(tmp_path / "out.quarantine")) == [
        ("a.jsonl:2", "brought down, twice, the process that cleaned it", b'{"text": "Kill me."}\n')
    ]


def test_a_document_on_which_a_rule_hangs_fails_and_the_rest_is_cleaned(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "notice.toml").write_text(
        "[[rule]]\nid = 'notice.slow'\nabout = 'A rule that never ends.'\nlanguages = ['en']\n"
        "scope = 'line'\npattern = '^(?:a+)+b$'\nscore = 0.9\n"
        "match = ['aab', 'aaab']\nkeep = ['He said aah, and left.', 'The aardvark slept.']\n"
    )
    write_jsonl(tmp_path / "a.jsonl", [{"text": PROSE}, {"text": "a" * 60}, {"text": ARTICLE}])
    arguments = ("--rules", rules, "--document-timeout", "2")
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl", *arguments)
    assert "a.jsonl:2: failed: found no end within 2 s" in result.stderr
    assert len((tmp_path / "b.jsonl").read_text().splitlines()) == 2
    ((name, _, raw),) = read_quarantine(tmp_path / "b.jsonl.quarantine")
    assert (name, json.loads(raw)) == ("a.jsonl:2", {"text": "a" * 60})


def test_a_fault_of_ours_is_not_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jsonl(tmp_path / "a.jsonl", rows(4))
    monkeypatch.setattr(running, "read_rows", lambda *where: iter(()))
    arguments = (list_inputs(tmp_path / "a.jsonl", None), Cleaner(), None)
    with pytest.raises(RuntimeError, match="the counts do not add up"):
        list(Run(*arguments, Options(report=tmp_path / "r.csv"))())


def test_a_breaker_keeps_what_would_lose_too_much(tmp_path: Path) -> None:
    appeal = "Sign up for our newsletter to get the best stories of the week in your inbox."
    text = f"{PROSE}\n{appeal}\n"
    doc = Cleaner(max_removed=0.4).clean(text)
    assert (doc.status, doc.text) == ("flagged", text)
    assert doc.reason == "would lose 57% of its prose, more than 40%"
    assert Cleaner(max_removed=0.6).clean(text).text == f"{PROSE}\n"
    (tmp_path / "a.txt").write_text(text)
    told = run("clean", tmp_path / "a.txt", "-o", tmp_path / "b.txt", "--max-removed", "0.4")
    assert "a.txt: flagged: would lose 57%" in told.stderr


def test_a_rule_that_fires_on_an_absurd_share_is_named(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"text": ARTICLE}] * 150 + [{"text": PROSE}] * 60)
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl")
    assert "ad.label removed something from 150 of 210 documents: is it right?" in result.stderr
    few = Summary(console=None, counts=Counts(documents=90))
    few.counts.rules["ad.label"] = 90
    assert few.absurd_rules() == []


def test_machines_read_a_log_and_the_quiet_hear_nothing(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [*rows(3), {"id": "n0", "text": None}])
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl", "--log-json")
    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert [event["event"] for event in events] == ["trouble", "shard", "done"]
    assert events[0]["document"] == "a.jsonl:4"
    assert {k: events[2][k] for k in ("documents", "clean", "unchanged", "flagged", "failed")} == {
        "documents": 4, "clean": 2, "unchanged": 1, "flagged": 0, "failed": 1,
    }  # fmt: skip
    result = run("clean", tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl", "--quiet")
    assert (result.exit_code, result.stderr) == (1, "")


def test_options_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text(ARTICLE)
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nkeep = 1\n")
    (tmp_path / "cleaner.toml").write_text('keep = "ad"\nreport = "r.csv"\nmax_removed = 0.5\n')
    monkeypatch.chdir(tmp_path / "sub")
    assert run("clean", "a.txt", "-o", "b.txt").exit_code == 0
    assert (tmp_path / "sub" / "b.txt").read_text() == ARTICLE
    assert cleaner.read_report(tmp_path / "r.csv").meta["options"]["max_removed"] == 0.5
    run("clean", "a.txt", "-o", "b.txt", "--keep", "bio")
    assert (tmp_path / "sub" / "b.txt").read_text() == CLEAN
    shown = run("config", "show").stdout
    rows_ = {line.split()[0]: line.split()[1:] for line in shown.splitlines()}
    assert rows_["keep"] == ["ad", str(tmp_path / "cleaner.toml")]
    assert rows_["jobs"] == ["1", "default"]
    (tmp_path / "cleaner.toml").write_text("jbos = 2\n")
    result = run("clean", "a.txt", "-o", "b.txt")
    assert result.exit_code == 2
    assert "no option is called 'jbos'; did you mean jobs?" in result.stderr
    (tmp_path / "cleaner.toml").unlink()
    (tmp_path / "pyproject.toml").write_text("[tool.cleaner]\nkeep = ['ad']\n")
    run("clean", "a.txt", "-o", "b.txt")
    assert (tmp_path / "sub" / "b.txt").read_text() == ARTICLE


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('jobs = "many"', "cleaner.toml: jobs: "),
        ("jobs = 0", "cleaner.toml: jobs: "),
        ('site_from = "moon"', "cleaner.toml: site-from: "),
        ('text_column = ["a"]', "cleaner.toml: text-column: takes one value, not ['a']"),
        ('keep = "adverts"', "adverts: no such category or rule"),
        ('language = "English"', "no ISO 639-1 code"),
    ],
)
def test_a_bad_value_in_a_file_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, message: str
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    (tmp_path / "cleaner.toml").write_text(f"{line}\n")
    monkeypatch.chdir(tmp_path)
    result = run("clean", "a.txt", "-o", "b.txt")
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert str(tmp_path / "cleaner.toml") in result.stderr
    (tmp_path / "cleaner.toml").write_text('output = "new/"\n')
    assert run("clean", "a.txt").exit_code == 0
    assert (tmp_path / "new" / "a.txt").read_text() == CLEAN


def test_stopped_is_no_usage_error() -> None:
    assert not issubclass(Stopped, UsageError)
