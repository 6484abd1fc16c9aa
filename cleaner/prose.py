"""
Is this line prose? One predicate for every script, and the word count that goes with it.

Guards, regions, breakers, the language sample and site templates all ask here, so it is tuned in
one place. The question is whether a person wrote the line to be read as part of a text; a menu
entry, a label, a headline or a caption is not prose. Costs: a headline that ends with a full stop
counts as prose, and a short question does not.
"""

import re

from cleaner.memory import remembered

# Scripts written without blanks between words; a character counts as a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
WORD_RE = re.compile(rf"[{UNSPACED}]|[^\W_]+(?:['’.-][^\W_{UNSPACED}]+)*")
CLOSERS = r"""["'”’“»«›)\]」』）】〉》*\s]*"""
FULL_STOP_RE = re.compile(rf"[.。．。।॥۔։።෴!?！？؟;](?<!\.\.){CLOSERS}(?:\[?\d{{1,3}}\]?)?$")
ASKS_RE = re.compile(rf"[!?！？؟]{CLOSERS}$")
INNER_STOP_RE = re.compile(rf"[^\W\d_]{{2}}(?:[.!?؟।॥۔։።]{CLOSERS}\s|[。！？])")
LONG = 5  # letters of a word that says what a text is about
LONG_WORD_RE = re.compile(rf"[^\W\d_]{{{LONG},}}")
UNSPACED_RE = re.compile(f"[{UNSPACED}]")
# For Latin-1: letters and digits, signs that may stand inside a word, and what parts words.
KINDS = bytes.maketrans(
    bytes(range(256)),
    "".join(
        "a" if WORD_RE.match(chr(code)) else "-" if chr(code) in "'.-" else " "
        for code in range(256)
    ).encode(),
)
# Letters stay, all else parts them.
LETTERS = bytes(code if re.match(r"[^\W\d_]", chr(code)) else 32 for code in range(256))

SENTENCE_WORDS = 4  # "He left at noon." is the shortest thing taken for a sentence
QUESTION_WORDS = 10  # headlines and teasers ask, so a question has to be longer
OPEN_WORDS = 25  # a paragraph that lost its end: long, and mostly in lower case
TAIL = 100  # characters at the end of a line in which a full stop is the last
DENSE = 3  # characters of an unspaced script that stand for one word


@remembered
def count_words(text: str) -> int:
    """
    Count words; a character of a script without blanks counts as one.

    >>> count_words("It’s 5.30 – don't wait"), count_words("今日は晴れ。")
    (4, 5)
    """
    try:
        kinds = b" " + text.encode("latin-1").translate(KINDS)
    except UnicodeEncodeError:
        return len(WORD_RE.findall(text))
    # A word begins where no letter stands right before, nor before the one sign between.
    return kinds.count(b" a") + kinds.count(b" -a") + kinds.count(b"--a")


@remembered
def is_prose(line: str) -> bool:
    """
    Is this line a sentence, or several?

    >>> [is_prose(s) for s in ("He left at noon.", "“Nobody came,” she said.", "Read more…")]
    [True, True, False]
    >>> is_prose("東京で三日、雨が降り続いた。"), is_prose("関連記事")
    (True, False)
    """
    count = count_words(line)
    dense = count // DENSE if not line.isascii() and UNSPACED_RE.search(line) else count
    if dense < SENTENCE_WORDS or line.isupper():
        return False
    if FULL_STOP_RE.search(line, max(0, len(line) - TAIL)):
        return (
            dense >= QUESTION_WORDS or not ASKS_RE.search(line) or bool(INNER_STOP_RE.search(line))
        )
    if dense >= QUESTION_WORDS and INNER_STOP_RE.search(line):
        return True
    return dense >= OPEN_WORDS and 2 * sum(w[0].isupper() for w in WORD_RE.findall(line)) < count


def long_words(text: str) -> set[str]:
    """Return the longer words of a text, which say what it is about, in small letters."""
    folded = text.casefold()
    try:
        letters = folded.encode("latin-1").translate(LETTERS).decode("latin-1")
    except UnicodeEncodeError:
        return set(LONG_WORD_RE.findall(folded))
    return {word for word in letters.split() if len(word) >= LONG}
