"""
Turn bytes into text without changing a byte's meaning: what is decoded encodes back to the same.

The order is that of certainty: a byte-order mark, strict UTF-8, UTF-16 without a mark, the charset
that HTML declares, and only then a detector.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

MARKS = (  # longest first, since UTF-32's little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CHARSET_RE = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
DECLARED_WITHIN = 4096  # bytes; browsers look at the first 1024, real pages are sloppier
DETECTED_WITHIN = 65536  # bytes that the second, slower detector sees
BINARY_RE = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
BINARY_UTF8_SHARE = 0.1  # where all of it is UTF-8 all the same: text with stray controls
BINARY_SHARE = 0.01  # of the bytes that are controls no text uses; measured on nothing but sense


class DecodeError(ValueError):
    """The bytes are no text that we can read; the message says why and what to do."""


class Decoded(NamedTuple):
    """A text, the Python name of its encoding, and whether a byte-order mark stood before it."""

    text: str
    encoding: str
    bom: bool = False


def decode(data: bytes, *, encoding: str = "", html: bool = False) -> Decoded:
    r"""
    Decode bytes that may be in any encoding; raise `DecodeError` where none fits.

    HTML need not encode back, since its text is another one anyway.

    >>> decode("naïve".encode("utf-16")), decode(b"na\xefve caf\xe9, d\xe9j\xe0 vu").text
    (Decoded(text='naïve', encoding='utf-16-le', bom=True), 'naïve café, déjà vu')
    """
    if encoding:
        decoded = _as_told(data, encoding)
        if not html and not _gives_back(decoded, data):
            raise DecodeError(f"is read as {encoding}, but does not encode back to the same bytes")
        return decoded
    for mark, name in MARKS:
        if data.startswith(mark):
            return _strict(data.removeprefix(mark), name, bom=True)
    for name in _candidates(data, html):
        try:
            text = data.decode(name)
        except (UnicodeError, LookupError):
            continue
        if html or _gives_back(Decoded(text, name), data):
            return Decoded(text, name)
    raise DecodeError("cannot be decoded: no encoding fits all of it; name one with --encoding")


def encode(text: str, encoding: str, bom: bool) -> bytes:
    """Return the bytes that `decode` read; without an encoding, UTF-8."""
    mark = next((m for m, name in MARKS if bom and name == encoding), b"")
    return mark + text.encode(encoding or "utf-8", "surrogatepass" if not encoding else "strict")


def is_encoding(name: str) -> bool:
    """Is this the name of a text encoding, as Python calls it?"""
    try:
        " ".encode(name)
    except (LookupError, UnicodeError):
        return False
    return True


def _as_told(data: bytes, encoding: str) -> Decoded:
    name = codecs.lookup(encoding).name
    for mark, marked in MARKS:
        if data.startswith(mark) and name in (marked, marked.rsplit("-", 1)[0]):
            return _strict(data.removeprefix(mark), marked, bom=True)
    return _strict(data, {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name))


def _strict(data: bytes, name: str, bom: bool = False) -> Decoded:
    try:
        return Decoded(data.decode(name), name, bom)
    except UnicodeDecodeError as error:
        raise DecodeError(f"is not {name}: {error.reason} at byte {error.start}") from error
    except UnicodeError as error:
        raise DecodeError(f"is not {name}: {error}") from error


def _candidates(data: bytes, html: bool) -> Iterator[str]:
    """Yield encodings to try, the surest first."""
    if b"\x00" in data[:4096]:
        yield from _wide(data)
    controls = len(BINARY_RE.findall(data[:65536])) / max(1, min(len(data), 65536))
    if controls > BINARY_UTF8_SHARE:
        raise DecodeError("looks binary, not like text")
    yield "utf-8"
    if controls > BINARY_SHARE:
        raise DecodeError("looks binary, not like text")
    from charset_normalizer import from_bytes
    from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

    declared = CHARSET_RE.search(data[:DECLARED_WITHIN]) if html else None
    if declared:
        yield str(map_encoding_to_html5(declared[1].decode("ascii", "replace")))
    yield str(detect_encoding(data))
    best = from_bytes(data[:DETECTED_WITHIN]).best()
    if best:
        yield best.encoding


def _wide(data: bytes) -> Iterator[str]:
    """Yield UTF-16 where nearly every other byte of the beginning is zero, as in Latin text."""
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    half = len(data[:4096]) / 2
    if odd > 0.7 * half and even < 0.1 * half:
        yield "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        yield "utf-16-be"


def _gives_back(decoded: Decoded, data: bytes) -> bool:
    try:
        return encode(*decoded) == data
    except UnicodeError:
        return False
