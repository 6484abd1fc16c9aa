"""What other tools do with the same texts and pages, where they are installed."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from cleaner.decoding import decode
from cleaner.extraction import ExtractionError, Settings, extract

PACKAGES = ("datatrove", "clean-text", "ftfy", "langdetect", "py3langid", "hyperscan", "google-re2",
            "trafilatura", "resiliparse", "jusText", "readability-lxml")  # fmt: skip
PAGES = 12


def versions() -> Iterator[str]:
    """Yield the names and versions of what is installed."""
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            yield f"{package} {version(package)}"


def text_filters() -> dict[str, Callable[[str], object]]:
    """Return filters of datatrove, alone and after its repair of text, and clean-text."""
    found: dict[str, Callable[[str], object]] = {}
    with suppress(ImportError):
        from datatrove.data import Document
        from datatrove.pipeline.filters import (
            C4QualityFilter,
            FineWebQualityFilter,
            GopherQualityFilter,
        )
        from datatrove.pipeline.formatters import FTFYFormatter

        lines, repair = C4QualityFilter(min_num_sentences=-1), FTFYFormatter()
        filters: dict[str, Any] = {
            "datatrove: C4 filter of lines": lines,
            "datatrove: C4 filter": C4QualityFilter(),
            "datatrove: Gopher filter": GopherQualityFilter(),
            "datatrove: FineWeb filter": FineWebQualityFilter(),
        }
        for name, one in filters.items():
            found[name] = lambda text, f=one: f.filter(Document(text=text, id=""))
        found["datatrove: FTFY formatter"] = repair.format
        found["datatrove: FTFY formatter, C4 filter of lines"] = lambda text: lines.filter(
            Document(text=repair.format(text), id="")
        )
    with suppress(ImportError):
        from cleantext import clean

        found["clean-text"] = clean
    return found


def pages(folder: Path) -> list[str]:
    """Return HTML pages: those of a folder, with their paragraphs in other orders."""
    every = [decode(path.read_bytes(), html=True).text for path in sorted(folder.rglob("*.html"))]
    made = []
    for seed in range(PAGES if every else 0):
        head, *parts = every[seed % len(every)].split("<p>")
        last = parts.pop() if parts else ""
        random.Random(seed).shuffle(parts)
        made.append("<p>".join([head, *parts, *parts, *parts, last]))
    return made


def extracted(page: str, settings: Settings) -> object:
    """Extract a page, or find no article in it."""
    with suppress(ExtractionError):
        return extract(page, settings)
    return None


def page_extractors(clean: Callable[[str], object]) -> dict[str, Callable[[str], object]]:
    """Return trafilatura, our cleaning of what it extracted, and other extractors."""
    extracted_text = cache(lambda page: extract(page).text)
    found: dict[str, Callable[[str], object]] = {
        "trafilatura": extract,
        "cleaning of what it extracted": lambda page: clean(extracted_text(page)),
    }
    for name in Settings._fields:
        settings = Settings(**{name: True})
        found[f"trafilatura, {name}"] = lambda page, s=settings: extracted(page, s)
    with suppress(ImportError):
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = lambda page: extract_plain_text(page, main_content=True)
    with suppress(ImportError):
        import justext

        words = justext.get_stoplist("English")
        found["jusText"] = lambda page: justext.justext(page.encode(), words)
    with suppress(ImportError):
        from readability import Document

        found["readability"] = lambda page: Document(page).summary()
    return found
