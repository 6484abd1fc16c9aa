"""
How often we agree with langdetect: `python -m tests.benchmarks.agreement FOLDER...`.

The language of each `.txt` file with 200 characters of prose or more is told by us from its prose,
and by langdetect, seeded, from all of it. Where they differ, both answers are listed, with the
beginning of the prose.
"""

import sys
from pathlib import Path

from langdetect import LangDetectException, detector_factory

from cleaner.decoding import decode
from cleaner.document import document
from cleaner.stages.language import detect_language, identify_language

LEAST = 200  # characters of prose
SHOWN = 100


def main(folders: list[Path]) -> None:
    """Print what differs, and the share that does not."""
    detector_factory.DetectorFactory.seed = 0
    texts = differing = 0
    for path in sorted(path for folder in folders for path in folder.rglob("*.txt")):
        doc = document(decode(path.read_bytes()).text)
        prose = " ".join(doc.lines.texts[index] for index in doc.lines.prose)
        if len(prose) < LEAST:
            continue
        ours, theirs = identify_language(doc, detect_language).language, _langdetect(doc.text)
        texts += 1
        if ours != theirs.partition("-")[0]:
            differing += 1
            print(f"{path.name}: {ours}, langdetect {theirs}: {prose[:SHOWN]}")
    print(f"{texts} texts, {1 - differing / max(texts, 1):.2%} agree")


def _langdetect(text: str) -> str:
    try:
        return str(detector_factory.detect(text))
    except LangDetectException:
        return "und"


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
