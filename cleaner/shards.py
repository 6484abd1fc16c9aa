"""
Cut a run into shards: what a worker does at a time, and what the ledger knows as done.

A shard is a pack of small files, a file of records, or a part of a large one. The cut depends on
the inputs alone, never on the number of workers, so neither does a byte of what is written.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cleaner.inputs import Input, Inputs
from cleaner.places import is_remote
from cleaner.records import Part

PACK = 64  # files that are one document each
SIZE = 4 << 20  # bytes of a part: workers end together, and little is done twice


class Piece(NamedTuple):
    """An input, or a part of it, and where what comes of it goes; None is nowhere."""

    input: Input
    target: Path | None
    part: Part | None = None

    @property
    def size(self) -> int:
        """Its size in bytes, for progress."""
        if self.part:
            return self.part.size
        try:
            return self.input.path.stat().st_size
        except OSError:
            return 0


class Shard(NamedTuple):
    """A unit of work; `number` counts from 0, in the order of the inputs."""

    number: int
    pieces: tuple[Piece, ...]

    @property
    def key(self) -> str:
        """Says which inputs, and which parts of them, it holds; another number may hold others."""
        held = repr([(piece.input.name, piece.part) for piece in self.pieces])
        return hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """The shards of a run, and the parts that are to be joined, by the index of their input."""

    shards: tuple[Shard, ...]
    joins: dict[int, tuple[Path, ...]]


def plan_shards(inputs: Inputs, parts: Path, size: int = SIZE) -> Plan:
    """Cut inputs into shards; what comes of a part of a file goes to the folder `parts` first."""
    shards: list[Shard] = []
    joins: dict[int, tuple[Path, ...]] = {}
    pack: list[Piece] = []

    def close() -> None:
        if pack:
            shards.append(Shard(len(shards), tuple(pack)))
            pack.clear()

    for index, one in enumerate(inputs.files):
        cut = _parts(one, size)
        if not one.kind.format.records:
            pack.append(Piece(one, one.target))
            if len(pack) >= PACK:
                close()
            continue
        close()
        if len(cut) < 2:
            shards.append(Shard(len(shards), (Piece(one, one.target),)))
            continue
        pieces = list(_pieces(one, cut, parts, len(shards)))
        shards += [Shard(number, (piece,)) for number, piece in enumerate(pieces, len(shards))]
        if one.target:
            joins[index] = tuple(piece.target for piece in pieces if piece.target)
    close()
    return Plan(tuple(shards), joins)


def _parts(one: Input, size: int) -> list[Part]:
    """Cut an input where its format allows; what cannot be read is left to who reads it."""
    format_, codec = one.kind
    if not format_.split or codec or one.trouble or is_remote(one.path):
        return []
    try:
        if one.path.stat().st_size <= size:
            return []
        with one.path.open("rb") as stream:
            return format_.split(stream, size)
    except (OSError, ValueError, ImportError):
        return []


def _pieces(one: Input, cut: list[Part], parts: Path, first: int) -> Iterator[Piece]:
    ending = Path(one.name).suffix
    for number, part in enumerate(cut, first):
        target = parts / f"{number:06}{ending}" if one.target else None
        yield Piece(one, target, part)
