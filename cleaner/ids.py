"""Ids that stand on more than one record: no fault of their texts, but worth knowing."""

import hashlib
from pathlib import Path

WIDTH = 8  # bytes of an id's hash
AT_ONCE = 20_000_000  # ids that are compared in one pass: 160 MB


def hashed(name: str) -> bytes:
    """Return what is remembered of an id."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=WIDTH).digest()


def count_repeated(files: list[Path]) -> int:
    """
    Count the records in files of hashes whose id an earlier record has.

    Ids are compared in passes, each over those of one remainder, so memory does not grow with them.
    """
    import numpy

    total = sum(file.stat().st_size for file in files) // WIDTH
    passes, repeated = 1 + total // AT_ONCE, 0
    for number in range(passes):
        parts = (numpy.fromfile(file, "<u8") for file in files)
        found = [part[part % passes == number] for part in parts]
        if found:
            every = numpy.concatenate(found)
            repeated += len(every) - len(numpy.unique(every))
    return repeated
