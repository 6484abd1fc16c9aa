"""The seeds against their golden files, and the plugin that checks them, on a corpus of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.golden import CheckGolden
from cleaner.inputs import list_inputs
from cleaner.learning import learn
from cleaner.pipeline import Cleaner
from cleaner.reading import read_documents

ROOT = Path(__file__).parent.parent
CORPUS = "def test_corpus(check_golden):\n    check_golden('corpus', 'golden')\n"


def test_seeds_are_cleaned_as_their_golden_files_say(
    tool: Cleaner, check_golden: CheckGolden
) -> None:
    """As `cleaner clean seeds -o OUT --learn` does: the folders among them are sites."""
    pages = read_documents(list_inputs(ROOT / "seeds", None), tool)
    check_golden(ROOT / "seeds", ROOT / "golden", replace(tool, templates=learn(pages)))


@pytest.fixture
def corpus(pytester: pytest.Pytester) -> Path:
    pytester.makepyfile(CORPUS)
    folder = pytester.mkdir("corpus")
    (folder / "a.txt").write_bytes(b"It rained.\r\nAdvertisement\r\nIt stopped.\r\n")
    (folder / "b.txt").write_bytes(b"Nothing to do.\n")
    pytester.runpytest_subprocess("--regen-all").assert_outcomes(passed=1)
    return folder


def test_what_is_written_is_found_again(pytester: pytest.Pytester, corpus: Path) -> None:
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    golden = corpus.parent / "golden"
    assert (golden / "a.txt").read_bytes() == b"It rained.\r\nIt stopped.\r\n"
    assert (golden / "a.txt.removals.jsonl").read_text() == (
        '{"start": 12, "end": 27, "rule": "ad.label", "text": "Advertisement\\r\\n"}\n'
    )


@pytest.mark.parametrize("name", ["a.txt", "a.txt.removals.jsonl"])
def test_a_difference_in_a_byte_fails_with_a_diff(
    pytester: pytest.Pytester, corpus: Path, name: str
) -> None:
    path = corpus.parent / "golden" / name
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"27", b"26"))
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{name} differs:*", "*-*", "*+*"])


def test_an_input_without_golden_fails_and_is_written(
    pytester: pytest.Pytester, corpus: Path
) -> None:
    (corpus / "c.txt").write_text("New.\n")
    pytester.runpytest_subprocess().assert_outcomes(failed=1)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_golden_without_input_fails(pytester: pytest.Pytester, corpus: Path) -> None:
    (corpus / "b.txt").unlink()
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*golden/b.txt belongs to no input*"])
