r"""
Strip boilerplate from article text, and say for every removed character why.

    >>> import cleaner
    >>> doc = cleaner.clean("It rained all night.\nAdvertisement\nBy noon it had stopped.")
    >>> print(doc.text)
    It rained all night.
    By noon it had stopped.
    >>> doc.restore() == doc.source
    True

Names are imported when first asked for, so `import cleaner` is quick and pulls in nothing heavy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.api import clean, clean_many
    from cleaner.document import Document, Removal, Repair
    from cleaner.frames import documents, repairs, report
    from cleaner.learning import learn
    from cleaner.pipeline import Cleaner
    from cleaner.reportfiles import read_report
    from cleaner.rules import RuleError
    from cleaner.templates import read_templates

__version__ = "0.1.0"

_HOMES = {
    "Cleaner": "pipeline",
    "Document": "document",
    "Removal": "document",
    "Repair": "document",
    "RuleError": "rules",
    "clean": "api",
    "clean_many": "api",
    "learn": "learning",
    "read_templates": "templates",
    "documents": "frames",
    "read_report": "reportfiles",
    "repairs": "frames",
    "report": "frames",
}
__all__ = [
    "Cleaner", "Document", "Removal", "Repair", "RuleError", "clean", "clean_many", "documents",
    "learn", "read_report", "read_templates", "repairs", "report",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    return getattr(import_module(f"cleaner.{_HOMES[name]}"), name)
