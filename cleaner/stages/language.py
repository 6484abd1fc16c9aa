"""
Detect the language of a document, from its prose.

langdetect is right on paragraphs and a coin toss on labels ("Advertisement" is Dutch to it), so it
sees prose only, in lower case, and never a line alone. Its trials are random; the seed pins them.
"""

from dataclasses import replace
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from cleaner.document import Document
from cleaner.prose import UNSPACED_RE

SAMPLE = 2000  # characters of prose; more changes no answer and costs time
SHORTEST = 50  # letters, a Chinese one for three; below, single words decide
_LOADING = Lock()
UNKNOWN = "und"  # ISO 639-2 for undetermined


def identify_language(doc: Document) -> Document:
    """Set the language of a document to what its prose is written in."""
    language = detect_language(_sample(doc))
    return doc if language == doc.language else replace(doc, language=language)


@lru_cache(maxsize=64)
def detect_language(text: str) -> str:
    """
    Return the ISO 639-1 code of a text's language, "und" where it is too short to tell.

    >>> detect_language("Der Rat vertagte die Abstimmung, weil der Bericht noch nicht vorlag.")
    'de'
    >>> detect_language("Advertisement")
    'und'
    """
    from langdetect.lang_detect_exception import LangDetectException

    if sum(map(str.isalpha, text)) + 2 * len(UNSPACED_RE.findall(text)) < SHORTEST:
        return UNKNOWN
    detector = _factory().create()
    try:
        detector.append(text.lower())
        return str(detector.detect()).partition("-")[0]
    except LangDetectException:
        return UNKNOWN


def _sample(doc: Document) -> str:
    """Return the beginning of a document's prose, as much as the detector is shown."""
    lines, sample = doc.lines, ""
    for index in lines.prose:
        sample += lines.texts[index] + "\n"
        if len(sample) >= SAMPLE:
            break
    return sample[:SAMPLE]


def _factory() -> Any:
    with _LOADING:  # `cache` alone would let two threads load, and one see a half-loaded factory
        return _loaded()


@cache
def _loaded() -> Any:
    from langdetect import detector_factory

    detector_factory.init_factory()
    detector_factory.DetectorFactory.seed = 0
    return detector_factory._factory
