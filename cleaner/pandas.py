r"""
`import cleaner.pandas` gives every Series of texts a `cleaner`.

    >>> import pandas, cleaner.pandas
    >>> texts = pandas.Series(["Advertisement\nIt rained all night.", None], index=["a", "b"])
    >>> texts.cleaner.clean()["a"]
    'It rained all night.'
    >>> list(texts.cleaner.report().rule)
    ['ad.label']
"""

from collections.abc import Iterator
from typing import Any

import pandas

from cleaner.api import cleaner_for
from cleaner.document import Document
from cleaner.frames import documents, report


@pandas.api.extensions.register_series_accessor("cleaner")
class CleanerAccessor:
    """Cleans the texts of a Series; missing values pass through. Options are those of `Cleaner`."""

    def __init__(self, texts: "pandas.Series[Any]") -> None:
        for value in texts.dropna():
            if not isinstance(value, str):
                raise AttributeError(f".cleaner is for texts, not for {type(value).__name__}")
        self._texts = texts

    def clean(self, **options: Any) -> "pandas.Series[Any]":
        """Return the clean texts, with the index, the name and, unless categorical, the dtype."""
        categorical = isinstance(self._texts.dtype, pandas.CategoricalDtype)
        cleaned = self._texts.astype(object) if categorical else self._texts.copy()
        present = self._texts.notna()
        cleaned[present] = [doc.text for doc in self._documents(options)]
        return cleaned

    def report(self, **options: Any) -> pandas.DataFrame:
        """Return the removals, one row each; `document` is the index label as text."""
        return report(self._documents(options))

    def documents(self, **options: Any) -> pandas.DataFrame:
        """Return one row for each text that is not missing."""
        return documents(self._documents(options))

    def _documents(self, options: dict[str, Any]) -> Iterator[Document]:
        cleaner = cleaner_for(**options)
        for label, text in self._texts.dropna().items():
            yield cleaner.clean(text, name=str(label))
