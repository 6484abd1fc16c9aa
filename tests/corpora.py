"""Corpora for the tests: the same few articles in every format, and what is wrong with others."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import zstandard
from pyarrow import ipc, parquet

ARTICLE = "The ferry was late again.\nAdvertisement\nNobody on the quay complained about it.\n"
CLEAN = ARTICLE.replace("Advertisement\n", "")
PROSE = "The harbour master counted nine boats, and went home before it rained."
PAGE = f"""<!doctype html><html><head><title>The late ferry</title></head><body><article>
<p>The ferry was late again, and the quay was full of people who had somewhere to be.</p>
<p>{PROSE}</p></article></body></html>"""
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
    ".zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


def rows(count: int = 5) -> list[dict[str, Any]]:
    """Records with columns of many kinds, every other with something to remove."""
    return [
        {
            "id": f"n{number}",
            "url": f"https://www.example.org/{number}",
            "text": PROSE if number % 2 else f"{number} times. {ARTICLE}",
            "score": number / 4,
            "views": number * 10**12,
            "tags": ["quay", "évening"] if number % 3 else [],
            "when": None if number == 1 else f"2026-11-0{number % 9 + 1}",
        }
        for number in range(count)
    ]


def write_jsonl(path: Path, records: list[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records)
    path.write_bytes(COMPRESS[path.suffix if path.suffix in COMPRESS else ""](lines.encode()))


def write_csv(path: Path, records: list[dict[str, Any]]) -> None:
    plain = ("id", "url", "text", "score", "when")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, plain, delimiter="\t" if ".tsv" in path.name else ",")
    writer.writeheader()
    writer.writerows({name: row[name] for name in plain} for row in records)
    path.write_bytes(text.getvalue().encode())


def write_parquet(path: Path, records: list[dict[str, Any]], rows_a_group: int = 2) -> None:
    parquet.write_table(table(records), path, row_group_size=rows_a_group, compression="gzip")


def write_arrow(path: Path, records: list[dict[str, Any]]) -> None:
    made = table(records)
    new = ipc.new_stream if "stream" in path.name else ipc.new_file
    with path.open("wb") as stream, new(stream, made.schema) as writer:
        writer.write_table(made, max_chunksize=2)


def table(records: list[dict[str, Any]]) -> pyarrow.Table:
    """The records as a table with types that a careless writer would lose."""
    made = pyarrow.Table.from_pylist(records)
    kinds = {
        "score": pyarrow.float32(),
        "id": pyarrow.dictionary(pyarrow.int16(), pyarrow.string()),
    }
    for name, kind in kinds.items():
        place = made.schema.get_field_index(name)
        made = made.set_column(place, name, made[name].cast(kind))
    return made.replace_schema_metadata({"origin": "the quay"})


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def write_tar(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def warc_record(number: int, body: bytes, kind: str = "text/html") -> bytes:
    """A response as a crawler records it."""
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: https://www.example.org/{number}\r\nWARC-Date: 2026-11-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
