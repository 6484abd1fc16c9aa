"""
The stages in order, and the `Cleaner` that runs them.

A stage takes a `Document` and returns it with more removals; a `Cleaner` is itself a stage. The
rule stages and the stages written in code run in one order, `CATEGORIES`, again and again until
none of them finds anything: what a second cleaning would remove is removed in the first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

from cleaner.decoding import Decoded, DecodeError, decode, is_encoding
from cleaner.document import Document, Removal, document
from cleaner.errors import UsageError
from cleaner.extraction import TIMEOUT, ExtractionError, Extractor, Page, Settings
from cleaner.lines import Lines
from cleaner.places import place
from cleaner.prose import count_words
from cleaner.protection import Protection, read_protection, read_protections
from cleaner.rulefiles import read_rules
from cleaner.rules import RuleSet
from cleaner.sites import site_of
from cleaner.stagelist import Stage, list_stages
from cleaner.stages.language import check_detector, identify_language
from cleaner.templates import Templates, read_templates

ROUNDS = 20  # two are the rule; each must remove something for another to follow


class OptionError(UsageError):
    """An option has a value that cannot work; the message says which, and what to do."""


class Told(TypedDict, total=False):
    """What a caller knows of a text; the site is the URL's."""

    name: str
    id: str
    url: str
    site: str
    title: str
    language: str


@dataclass(frozen=True)
class Cleaner:
    r"""
    Cleans texts; built once from rules and options, used for many, picklable.

    `rules` are folders of rule files beside the shipped ones. `keep` leaves categories or rules
    alone, `only` uses no others; what the regular expressions of `protect` find stays. `language`
    (ISO 639-1) overrides detection by the `detector`: langdetect, py3langid or none; `encoding` the
    decoding of bytes. HTML is extracted with `html_precision` (less, and surer), `html_recall`
    (more) or `html_fast`, within `html_timeout` seconds.
    A text that would lose a greater share of its prose than `max_removed` stays as it was.
    `templates` is an index of what sites print, or its path; a text needs its `site` or `url` then.
    Raises `RuleError` for bad rules, names or expressions, `OptionError` for other values (of the
    detector, its base `UsageError`), `TemplateError` for an index that cannot be read.

    >>> doc = Cleaner().clean("It rained all night.\nAdvertisement\nBy noon it had stopped.")
    >>> doc.text, doc.removals[0].rule
    ('It rained all night.\nBy noon it had stopped.', 'ad.label')
    """

    rules: str | Path | Iterable[str | Path] = ()
    keep: str | Iterable[str] = ()
    only: str | Iterable[str] = ()
    protect: str | Iterable[str] = ()
    language: str = ""
    encoding: str = ""
    detector: str = "langdetect"
    html_timeout: float = TIMEOUT
    html_precision: bool = False
    html_recall: bool = False
    html_fast: bool = False
    max_removed: float = 1.0
    templates: Templates | str | Path | None = None
    rule_set: RuleSet = field(init=False, repr=False)
    protections: tuple[Protection, ...] = field(init=False, repr=False)
    stages: tuple[Stage, ...] = field(init=False, repr=False, compare=False)
    extractor: Extractor = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.language:
            check_language(self.language)
        if self.encoding and not is_encoding(self.encoding):
            raise OptionError(f"encoding: Python knows none called {self.encoding!r}")
        if self.html_precision and self.html_recall:
            raise OptionError("html_precision and html_recall: choose one, or neither")
        check_detector(self.detector)
        if not 0 <= self.max_removed <= 1:
            raise OptionError(f"max_removed: {self.max_removed!r} is no share from 0 to 1")
        names = ("rules", "keep", "only", "protect")
        told = {name: _several(getattr(self, name)) for name in names}
        folders = [place(folder) for folder in told["rules"]]
        every = read_rules(*folders)
        protections = [p for folder in folders for p in read_protections(folder, every)]
        protections += (
            read_protection({"pattern": p}, "--protect", every) for p in told["protect"]
        )
        rule_set = every.select(keep=told["keep"], only=told["only"])
        made = {"rule_set": rule_set, "protections": tuple(protections)}
        if isinstance(self.templates, str | Path):
            made["templates"] = read_templates(self.templates)
        self.__setstate__(vars(self) | told | made)

    @property
    def options(self) -> dict[str, Any]:
        """The options that the cleaner was made with, as JSON can hold them."""
        names = ("rules", "keep", "only", "protect", "language", "encoding", "detector",
                 "html_timeout", "html_precision", "html_recall", "html_fast",
                 "max_removed")  # fmt: skip
        told = {name: getattr(self, name) for name in names}
        told["templates"] = self.templates.hash if isinstance(self.templates, Templates) else ""
        return {k: list(map(str, v)) if isinstance(v, tuple) else v for k, v in told.items()}

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k not in ("stages", "extractor")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        vars(self)["stages"] = tuple(
            list_stages(self.rule_set, self.protections, self.templates, self.detector)  # type: ignore[arg-type]
        )
        settings = Settings(self.html_precision, self.html_recall, self.html_fast)
        vars(self)["extractor"] = Extractor(self.html_timeout, settings)

    def clean(self, text: str | bytes, *, html: bool = False, **told: Unpack[Told]) -> Document:
        """
        Clean one text, or the article of one HTML page.

        Its `name`, `id`, `url` or `site`, `title` and `language` may be told; the line that is its
        title stays.

        Never raises because of what the text holds: a document that cannot be read comes back as
        `failed`, one that cannot be cleaned as `flagged`, both with a `reason`.
        """
        doc = self.read(text, html=html, **told)
        return doc if doc.status == "failed" else self(doc)

    def read(self, text: str | bytes, *, html: bool = False, **told: Unpack[Told]) -> Document:
        """Decode bytes, extract HTML, and return the document as it is before any stage."""
        if told.get("language"):
            check_language(told["language"])
        url = told.pop("url", "")
        if not isinstance(text, str | bytes):
            raise TypeError(f"a text to clean is str or bytes, not {type(text).__name__}")
        try:
            decoded = (
                decode(text, encoding=self.encoding, html=html)
                if isinstance(text, bytes)
                else Decoded(text, "")
            )
            page = self.extractor(decoded.text) if html else Page(decoded.text, "")
        except (DecodeError, ExtractionError) as error:
            failed = document("", rules_hash=self.rule_set.hash, **told)
            return replace(failed, status="failed", reason=str(error))
        if not told.get("site"):
            told["site"] = site_of(url or page.url)
        told["title"] = told.get("title") or page.title
        doc = document(page.text, encoding=decoded.encoding, **told)
        return replace(doc, bom=decoded.bom)

    def __call__(self, doc: Document) -> Document:
        """Run the stages on a document until none changes it."""
        doc = doc.told(rules_hash=self.rule_set.hash)
        try:
            return self._settled(doc)
        except Exception as error:  # the boundary: a fault of ours costs one document its cleaning
            return doc.unchanged("flagged", f"{type(error).__name__}: {error}")

    def _settled(self, doc: Document) -> Document:
        before, doc = doc.lines, self.find(doc)
        if (before.prose and not doc.lines.prose) or (before.full and not doc.lines.full):
            return doc.unchanged("flagged", "nothing but furniture: all its prose would go")
        if self.max_removed < 1 and (lost := _lost(before, doc.lines)) > self.max_removed:
            reason = f"would lose {lost:.0%} of its prose, more than {self.max_removed:.0%}"
            return doc.unchanged("flagged", reason)
        return doc.told(status="unchanged" if doc.text == doc.source else "clean")

    def find(self, doc: Document) -> Document:
        """
        Run the stages until none changes the document; no error is caught, no breaker acts.

        A language that was told, by an option or by the document, is not detected.
        """
        doc = doc.told(language=doc.language or self.language)
        stages = [
            stage
            for stage in self.stages
            if not doc.language or getattr(stage, "func", None) is not identify_language
        ]
        quiet = 0  # stages in a row that changed nothing
        for stage in stages * ROUNDS:
            before, doc = doc, stage(doc)
            changed = doc is not before and _found(doc) != _found(before)
            quiet = 0 if changed else quiet + 1
            if quiet == len(stages):
                return doc
        raise ValueError(f"not settled after {ROUNDS} rounds")


def _found(doc: Document) -> tuple[tuple[Removal, ...], str]:
    """Return what stages can change of a document, but for repairs, which come first."""
    return doc.removals, doc.language


def _lost(before: Lines, after: Lines) -> float:
    """Return the share of the words of prose that were removed."""
    words = [
        sum(count_words(lines.texts[index]) for index in lines.prose) for lines in (before, after)
    ]
    return 1 - words[1] / words[0] if words[0] else 0.0


def check_language(code: str) -> None:
    """Raise `OptionError` where a language is not told by its code."""
    if not re.fullmatch("[a-z]{2,3}", code):
        raise OptionError(f"language: {code!r} is no ISO 639-1 code such as en or de")


def _several(names: str | Path | Iterable[Any]) -> tuple[Any, ...]:
    return (names,) if isinstance(names, str | Path) else tuple(sorted(names or (), key=str))
