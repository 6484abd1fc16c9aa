"""Fold a text so that whatever `re.IGNORECASE` takes for equal is equal."""

import re
from re import _casefix as casefix  # type: ignore[attr-defined]

# What `re` equates beyond lowering (the long s and s, the dotless i and i), by its own table; and
# two letters whose lower case is longer, or depends on their place.
_EQUATED = {code: min(code, *codes) for code, codes in casefix._EXTRA_CASES.items()}
SPECIAL = {chr(code): chr(to) for code, to in _EQUATED.items() if code != to}
SPECIAL_RE = re.compile("[" + "".join(map(re.escape, SPECIAL)) + "]")


def fold_case(text: str) -> str:
    """
    Fold a text so that what `re.IGNORECASE` takes for equal is equal.

    >>> fold_case("Straße İSTANBUL ſo ΣΑΣ")
    'straße istanbul so ςας'
    """
    if text.isascii():
        return text.lower()
    return SPECIAL_RE.sub(lambda found: SPECIAL[found[0]], text.replace("İ", "i").lower())
