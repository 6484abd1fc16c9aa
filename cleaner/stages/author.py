"""
Find what is told of the author beside the article: who wrote it, where they live, what else.

The byline that went gives the name, in any language. Where the article itself never speaks of that
person, a paragraph at its edge that begins with the name is not the article's. A name that also
stands inside, as an interviewer's or a witness's may, proves nothing.
"""

import re
from collections.abc import Iterator

from cleaner.document import Document, Removal
from cleaner.lines import Lines, shadow
from cleaner.matching import Matcher
from cleaner.prose import count_words

RULE = "bio.of-the-author"
BYLINE = 200  # characters; a longer one holds more than names
WEAK = {"byline.name-head", "byline.name-above-job"}  # a name alone; below, it is a subheading
HEAD, TAIL = 2, 4  # sentences at the edges among which it may stand
WORDS = 120  # of a paragraph about the author
TITLE_WORDS = 6  # of a line with the name, or a post, above it
ABOVE = 3  # such lines
OPENING = 60  # characters that hold the name and what the author is
MOST = 40  # pairs of words in bylines; more, and the page is a list of articles
# Before the name: "Dr.", "Sports editor", "Since she joined the desk,".
BEFORE = r"(?:\(|(?:[A-Z]\w{0,3}\. ){1,2}|[^.!?\":\d]{0,60}, |(?:[^\W\d_][\w&'-]* ){1,3})?"
# What stands after it above the article, where "Ida Holm meets the baker" is the article's own.
IS_RE = re.compile(
    r"\b(?:(?:is|was) (?:an?|the|our)|has (?:been|worked)|covers|writes|ist|schreibt|est|es|è)\b"
)
# A paragraph about the author in English has one of these; "Holm shuts the door" ends a story.
TELLS_RE = re.compile(
    r"\b(?:is|was|are|were|has|have|had|lives|works?|writes|covers|reports|teaches|studie[sd]|studying"
    r"|grew up|joined|founded|holds|serves|leads|hosts|edits|runs|speciali[sz]es|graduated|born"
    r"|author|writer|reporter|editor|journalist|columnist|contribut\w+|follow|e-?mail)\b|@",
    re.IGNORECASE,
)
SPEAKER_RE = re.compile(r"[^.!?:]{0,60}\):")  # "Ida Holm (laughs): …"
# Words with a capital, two and two, of which names are made: "By Ida", "Ida Holm", "Holm Editor".
CAPITAL = r"[^\W\d_a-zà-öø-ÿ][\w.'-]*"
PAIR_RE = re.compile(rf"(?=(?<!\w)({CAPITAL}) ((?:(?:de|da|van|von|der|bin|al) )*{CAPITAL}))")
# The sentence goes on: "is", "lives", ", who", "'s latest novel"; not "'s grandmother".
OWN = r"'s? (?:latest|new(?:est)?|next|first|debut|books?|novels?|work|writing|columns?)\b"
AFTER = rf"(?:{OWN}|,|:| \(| [^\W\d_A-Z])"
# After the name, a place or a paper, unless several names are listed: "Ida Holm in North Haven".
PLACE_RE = re.compile(r"(?<=\w)(?:,| \||,? (?:in|at|from|for|of|aus|bei|für|à|pour|en|para|su)) .*")
LISTED_RE = re.compile(r" (?:and|und|et|y|e|och|og|ja|en|i|и|with|mit) |&")
POST_RE = re.compile(
    r"(?i:.*(?:correspondents?|editors?|reporters?|writers?|staff|desk|bureau|columnist|contributor"
    r"|news|times|gazette|courier|herald|post|mail|journal|zeitung|redakt\w+|korrespondent\w*))"
)
# What a report tells, also of those that wrote it, if it is an agency.
TOLD_RE = re.compile(
    r"\b(?:said|says|told|tells|asked|(?<!has )reported|according|quoted|arrested|charged"
    r"|killed|died|dies|passed away|survived by|buried|funeral|court|police)\b|\"$",
    re.IGNORECASE,
)


def find_author(doc: Document, matcher: Matcher | None = None) -> Iterator[Removal]:
    r"""
    Yield the paragraphs about the author, each with the name and the post that stand above it.

    >>> from cleaner.document import document
    >>> byline = "By Ida Holm\n"
    >>> doc = document(f"{byline}The ferry sank at noon.\nIda Holm lives by the sea.")
    >>> doc = doc.without([Removal(0, len(byline), "byline.by-name")])
    >>> doc.without(find_author(doc)).text
    'The ferry sank at noon.'
    """
    lines = doc.lines
    pairs = _pairs(doc) if len(lines.prose) >= HEAD else {}
    if len(pairs) > MOST:
        return
    taken: dict[int, int] = {}
    for (first, last), sure in sorted(pairs.items()):
        head = [i for i in lines.prose[:HEAD] if sure and IS_RE.search(lines.texts[i][:OPENING])]
        about = _about(first, last, {*head, *lines.prose[-TAIL:]}, lines)
        if doc.language == "en" and not any(TELLS_RE.search(lines.texts[i]) for i in about):
            continue
        for index in about:
            taken.setdefault(index, _with_titles(index, f"{first} {last}", lines))
    for index, above in sorted(taken.items()):
        yield Removal(*lines.whole(above, index), RULE, evidence=lines.texts[index][:80])


def _pairs(doc: Document) -> dict[tuple[str, str], bool]:
    """Return what may be a name in the bylines that went, and whether it is more than one."""
    head = doc.lines.starts[doc.lines.prose[HEAD - 1]]
    found: dict[tuple[str, str], bool] = {}
    gone = 0
    for removal in doc.removals:
        sure = removal.rule not in WEAK
        place = removal.start - gone
        gone += removal.end - removal.start
        is_byline = removal.category == "byline" and removal.end - removal.start <= BYLINE
        if is_byline and (sure or place <= head):
            for pair in _names(shadow(doc.body[removal.start : removal.end])):
                found[pair] = found.get(pair, False) or sure
    return found


def _names(text: str) -> list[tuple[str, str]]:
    """Return what may be names in a byline, without the place and the post of those that wrote."""
    text = text if LISTED_RE.search(text) else "\n".join(map(_before_place, text.split("\n")))
    return [pair for pair in PAIR_RE.findall(text) if not POST_RE.fullmatch(pair[1])]


def _before_place(line: str) -> str:
    before = PLACE_RE.sub("", line)
    return before if PAIR_RE.search(before) else line


def _about(first: str, last: str, edge: set[int], lines: Lines) -> list[int]:
    """Return the paragraphs at the edge that begin with the name, if no other speaks of it."""
    text = lines.shadow
    if not any(first in lines.texts[index] for index in edge):
        return []
    if not re.search(rf"\b{re.escape(first)}\b", text) or _is_common(first, last, text):
        return []
    names = re.compile(rf"\b(?:{re.escape(first)}|{re.escape(last)})\b")
    begins = re.compile(rf"{BEFORE}{re.escape(first)}(?: {re.escape(last)})?{AFTER}")
    naming = [
        index for index in lines.full if names.search(lines.texts[index]) and _is_long(index, lines)
    ]
    about = [
        i
        for i in naming
        if i in edge
        and begins.match(lines.texts[i])
        and _tells(i, lines)
        and _is_named(i, first, last, lines)
    ]
    return about if len(about) == len(naming) else []


def _is_named(index: int, first: str, last: str, lines: Lines) -> bool:
    """Does it, or a title right above it, give the whole name? May and Rose are words."""
    return last in lines.texts[index] or _with_titles(index, f"{first} {last}", lines) < index


def _is_long(index: int, lines: Lines) -> bool:
    """Is this more than a name and a post?"""
    return index in lines.prose_set or count_words(lines.texts[index]) > TITLE_WORDS


def _is_common(first: str, last: str, text: str) -> bool:
    """Are these words that the text also uses with a small letter, as in "Daily News"?"""
    words = "|".join(re.escape(word.lower()) for word in (first, last))
    return bool(re.search(rf"(?<![\w@./])(?:{words})\b(?![\w.]*[@/])", text))


def _tells(index: int, lines: Lines) -> bool:
    text = lines.texts[index]
    return count_words(text) <= WORDS and not (TOLD_RE.search(text) or SPEAKER_RE.match(text))


def _with_titles(index: int, name: str, lines: Lines) -> int:
    """Return the line with the name above the paragraph, if it stands right there, else its own."""
    place = lines.places[index]
    for above in reversed(lines.full[max(0, place - ABOVE) : place]):
        if _is_long(above, lines):
            break
        text = lines.texts[above]
        if text.startswith(name) or name.startswith(text):
            return above
    return index
