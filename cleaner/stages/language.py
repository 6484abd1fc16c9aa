"""
Detect the language of a document, from its prose.

langdetect is right on paragraphs and a coin toss on labels ("Advertisement" is Dutch to it), so it
sees prose only, in lower case, and never a line alone. Its model is naive Bayes over the letters of
words, which it samples at random until one language is sure enough. We take its profiles and sum
over all of the sample instead: what its trials converge to, without chance and in one pass.
"""

import json
import re
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from cleaner.document import Document
from cleaner.errors import UsageError
from cleaner.prose import UNSPACED_RE

if TYPE_CHECKING:
    import numpy

SAMPLE = 2000  # characters of prose; more changes no answer and costs time
SHORTEST = 50  # letters, a Chinese one for three; below, single words decide
SMOOTHING = 0.5 / 10_000  # langdetect's alpha and base frequency: what a stranger to a profile gets
ADDRESS_RE = re.compile(
    r"https?://[-_.?&~;+=/#0-9A-Za-z]{1,2076}"
    r"|[-_.0-9A-Za-z]{1,64}@[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}"
)
LATIN_RE = re.compile("[A-z]")  # with the signs between the cases, as langdetect has it
FOREIGN_RE = re.compile("[\u0300-\u1dff\u1f00-\U0010ffff]")
WORDS = 20_000  # remembered; some 10 MB
_LOADING = Lock()
UNKNOWN = "und"  # ISO 639-2 for undetermined


def identify_language(doc: Document, detect: Callable[[str], str]) -> Document:
    """Set the language of a document to what its prose is written in."""
    language = detect(_sample(doc))
    return doc if language == doc.language else doc.told(language=language)


@lru_cache(maxsize=64)
def detect_language(text: str) -> str:
    """
    Return the ISO 639-1 code of a text's language, "und" where it is too short to tell.

    >>> detect_language("Der Rat vertagte die Abstimmung, weil der Bericht noch nicht vorlag.")
    'de'
    >>> detect_language("Advertisement")
    'und'
    """
    if _is_short(text):
        return UNKNOWN
    return _profiles().most_likely(text.lower()).partition("-")[0] or UNKNOWN


@lru_cache(maxsize=64)
def classify_language(text: str) -> str:
    """Return what py3langid takes for a text's language; it knows 97, and is quick."""
    if _is_short(text):
        return UNKNOWN
    return str(_langid().classify(text)[0])


def _is_short(text: str) -> bool:
    if sum(map(str.isalpha, text[: 2 * SHORTEST])) >= SHORTEST:  # the beginning tells
        return False
    return sum(map(str.isalpha, text)) + 2 * len(UNSPACED_RE.findall(text)) < SHORTEST


DETECTORS = {"langdetect": detect_language, "py3langid": classify_language}
NONE = "none"


@dataclass(frozen=True)
class Profiles:
    """
    langdetect's profiles: how likely each letter, pair and triple of letters is in each language.

    `scores` holds logarithms, a row for each n-gram of `rows`, a column for each of `languages`;
    `words` remembers the rows of words, packed, since texts share most of theirs.
    """

    languages: tuple[str, ...]
    rows: dict[str, int]
    scores: "numpy.ndarray[Any, Any]"
    folding: "Folding" = field(default_factory=lambda: Folding())
    words: dict[str, bytes] = field(default_factory=dict)

    def most_likely(self, text: str) -> str:
        """Return the language of a text in lower case, nothing where none knows its letters."""
        import numpy

        text = _without_strangers(text)
        words = Counter(text.translate(self.folding).split())
        found = [self.words.get(word) or self._rows(word) for word in words]
        rows = numpy.frombuffer(b"".join(found), "I")
        if not len(rows):
            return ""
        sizes = [len(one) // rows.itemsize for one in found]
        weights = numpy.repeat(numpy.array([*words.values()], "float32"), sizes)
        total = weights @ self.scores[rows]
        return self.languages[int(total.argmax())]

    def _rows(self, word: str) -> bytes:
        """Find the letters, pairs and triples of a word with the blanks around it."""
        spaced = f" {word} "
        grams = [*word, *map("".join, pairwise(spaced))]
        grams += [spaced[at : at + 3] for at in range(len(word))]
        if len(self.words) >= WORDS:
            self.words.clear()
        rows = self.rows
        found = self.words[word] = array("I", [rows[g] for g in grams if g in rows]).tobytes()
        return found


def _without_strangers(text: str) -> str:
    """Leave out addresses, and Latin words in a text of another script."""
    if "http" in text or "@" in text:
        text = ADDRESS_RE.sub(" ", text)
    foreign = len(FOREIGN_RE.findall(text)) if not text.isascii() else 0
    if foreign and 2 * len(LATIN_RE.findall(text)) < foreign:
        text = LATIN_RE.sub("", text)
    return text


class Folding(dict[int, str]):
    """What langdetect takes each character for, found out when it first comes up."""

    def __missing__(self, code: int) -> str:
        from langdetect.utils.ngram import NGram

        self[code] = folded = str(NGram.normalize(chr(code)))
        return folded


def _sample(doc: Document) -> str:
    """Return the beginning of a document's prose, as much as the detector is shown."""
    lines, sample = doc.lines, ""
    for index in lines.prose:
        sample += lines.texts[index] + "\n"
        if len(sample) >= SAMPLE:
            break
    return sample[:SAMPLE]


@cache
def _langid() -> Any:
    """Return py3langid; raise `UsageError` where it is not installed."""
    try:
        import py3langid
    except ImportError as error:
        raise UsageError(
            "detector py3langid: needs `pip install 'boilerplate-cleaner[py3langid]'`"
        ) from error
    return py3langid


def check_detector(name: str) -> None:
    """Raise `UsageError` for a detector that is unknown, or not installed."""
    if name not in DETECTORS and name != NONE:
        raise UsageError(f"detector: {name!r} is none of {', '.join(DETECTORS)}, {NONE}")
    if name == "py3langid":
        _langid()


def _profiles() -> Profiles:
    with _LOADING:  # `cache` alone would let two threads load at once
        return _loaded()


@cache
def _loaded() -> Profiles:
    import numpy
    from langdetect.detector_factory import PROFILES_DIRECTORY

    paths = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file())
    rows: dict[str, int] = {}
    columns = []
    for path in paths:
        profile = json.loads(path.read_bytes())
        grams = [gram for gram in profile["freq"] if 1 <= len(gram) <= len(profile["n_words"])]
        places = [rows.setdefault(gram, len(rows)) for gram in grams]
        likely = [profile["freq"][gram] / profile["n_words"][len(gram) - 1] for gram in grams]
        columns.append((profile["name"], numpy.array(places), numpy.array(likely, "float32")))
    scores = numpy.full((len(rows), len(columns)), SMOOTHING, "float32")
    for column, (_, places_of, likely_of) in enumerate(columns):
        scores[places_of, column] += likely_of
    return Profiles(tuple(name for name, *_ in columns), rows, numpy.log(scores, out=scores))
