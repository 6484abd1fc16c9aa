"""A deadline for one document: the last resort against a rule that finds no end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Hung(BaseException):
    """A document took too long. No `Exception`: what catches those must not catch this."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """
    Raise `Hung` in what is done under it after so many seconds of it.

    `re` looks for signals while it matches. Where there are none (on Windows, or outside of the
    main thread), there is no deadline.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: Any) -> None:
    raise Hung
