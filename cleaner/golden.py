"""
A pytest plugin: check a folder of inputs against a folder of golden files.

    def test_corpus(check_golden):
        check_golden("corpus", "golden")

For every input, the golden folder holds the clean text and the removals, one span a line. Files are
compared byte for byte; pytest-regressions' own `--force-regen` and `--regen-all` rewrite them.
Nothing heavy is imported until the fixture is used.
"""

import difflib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cleaner.document import Document
    from cleaner.pipeline import Cleaner

CheckGolden = Callable[..., None]


@pytest.fixture
def check_golden(request: pytest.FixtureRequest) -> CheckGolden:
    """
    Return `check(inputs, golden, cleaner=None)`, which fails where cleaning `inputs` differs.

    A missing golden file is written, and fails; so does a golden file that no input has. Every
    difference is told, not only the first.
    """
    try:
        regression = request.getfixturevalue("file_regression")
    except pytest.FixtureLookupError:
        raise pytest.UsageError(
            "check_golden needs pytest-regressions: pip install 'boilerplate-cleaner[golden]'"
        ) from None

    def check(inputs: str | Path, golden: str | Path, cleaner: "Cleaner | None" = None) -> None:
        __tracebackhide__ = True
        golden, expected, troubles = Path(golden).absolute(), set(), []
        for name, contents in _goldens(Path(inputs), cleaner):
            path = golden / name
            expected.add(path)
            try:
                regression.check(contents, binary=True, fullpath=path, check_fn=_same_bytes)
            except (AssertionError, pytest.fail.Exception) as difference:
                troubles.append(str(difference))
        strays = sorted(path for path in set(golden.rglob("*")) - expected if path.is_file())
        troubles += (f"{path} belongs to no input; delete it, or bring it back" for path in strays)
        if troubles:
            pytest.fail("\n\n".join(troubles), pytrace=False)

    return check


def removals_of(doc: "Document") -> bytes:
    """Return the removals of a document as they stand in its golden file: one JSON row a line."""
    rows = []
    for removal, start, end in doc.removed():
        gone = doc.source[start:end]
        row: dict[str, Any] = {"start": start, "end": end, "rule": removal.rule, "text": gone}
        rows.append(json.dumps(row, ensure_ascii=False) + "\n")
    return "".join(rows).encode("utf-8", "surrogatepass")


def _goldens(inputs: Path, cleaner: "Cleaner | None") -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents that the golden folder should hold, two for each input."""
    from cleaner.formats import output_name
    from cleaner.inputs import Inputs, list_inputs
    from cleaner.pipeline import Cleaner
    from cleaner.reading import read_documents

    cleaner = cleaner or Cleaner()
    for one in list_inputs(inputs, None).files:
        for doc in read_documents(Inputs((one,)), cleaner):
            doc = doc if doc.status == "failed" else cleaner(doc)
            place = doc.name.removeprefix(f"{one.name}:")
            name = output_name(one.name) if doc.name == one.name else f"{one.name}/{place}.txt"
            yield name, doc.text.encode("utf-8", "surrogatepass")
            yield f"{name}.removals.jsonl", removals_of(doc)


def _same_bytes(obtained: Path, expected: Path) -> None:
    """Fail with a diff in which line ends and other invisible characters can be seen."""
    __tracebackhide__ = True
    if obtained.read_bytes() != expected.read_bytes():
        diff = difflib.unified_diff(
            _visible(expected), _visible(obtained), "golden", "cleaned", n=1
        )
        raise AssertionError(
            f"{expected} differs:\n" + "\n".join(line.rstrip("\n") for line in diff)
        )


def _visible(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8", "backslashreplace")
    return [line.encode("unicode_escape").decode() for line in text.split("\n")]
