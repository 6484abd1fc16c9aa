"""
HTML to text through trafilatura, in a process of its own.

Extraction is the one step whose time we cannot bound: some pages make the extractor loop for
minutes. So it runs in a child process that is killed at a deadline, and the page becomes a failed
document. The child is started with the first page and serves all that follow.
"""

import contextlib
import os
import pickle
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from threading import Event, Lock, Timer
from typing import IO, Any, NamedTuple
from weakref import finalize

TIMEOUT = 30.0  # seconds; an ordinary page takes 0.02
LENGTH = struct.Struct(">Q")
PRUNED = ("//figcaption", "//nav")
START = "import sys; sys.path[:] = {path!r}; from cleaner.extraction import serve; serve()"


class ExtractionError(ValueError):
    """The page gave no text; the message says why."""


class Page(NamedTuple):
    """The article of an HTML page, its title, and the URL it gives itself; both may be empty."""

    text: str
    title: str
    url: str = ""


class Settings(NamedTuple):
    """What trafilatura is asked for: rather less (`precision`), rather more (`recall`), `fast`."""

    precision: bool = False
    recall: bool = False
    fast: bool = False


ORDINARY = Settings()


@dataclass
class Extractor:
    """A child process that extracts; picklable, and safe to use from threads and after a fork."""

    timeout: float = TIMEOUT
    settings: Settings = ORDINARY
    _child: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)
    _owner: int = field(default=0, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def __reduce__(self) -> "tuple[type[Extractor], tuple[float, Settings]]":
        return Extractor, (self.timeout, self.settings)

    def __call__(self, html: str) -> Page:
        """Extract the article of a page; raise `ExtractionError` where there is none, or no end."""
        with self._lock:
            child, late = self._running(), Event()
            watchdog = Timer(self.timeout, _give_up, (child, late))
            watchdog.start()
            try:
                answer = _ask(child, (html, *self.settings))
            except (OSError, EOFError, pickle.UnpicklingError):  # the child is gone
                answer = None
            finally:
                watchdog.cancel()
        if answer is None and late.is_set():
            raise ExtractionError(f"the extractor found no end within {self.timeout:g} s")
        if answer is None:
            raise ExtractionError(f"the extractor died with exit code {child.wait()}")
        if isinstance(answer, str):
            raise ExtractionError(answer)
        return Page(*answer)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._owner != os.getpid() or self._child.poll() is not None:
            self._owner = os.getpid()
            self._child = subprocess.Popen(
                [sys.executable, "-c", START.format(path=sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # libxml2 complains there about every other page
            )
            finalize(self, _end, self._child, self._owner)
            _receive(self._child.stdout)  # ready: starting does not count against the deadline
        return self._child


def extract(html: str, settings: Settings = ORDINARY) -> Page:
    """
    Extract the article of a page here and now, without a deadline.

    Comments stay out; captions and navigation too, which trafilatura keeps where it falls back to
    all the text of a short page. Tables are content. `fast` leaves out its comparison with two
    other extractors, which saves a page that its own rules misread.
    """
    import trafilatura

    found: Any = trafilatura.bare_extraction(
        html,
        fast=settings.fast,
        favor_precision=settings.precision,
        favor_recall=settings.recall,
        include_comments=False,
        with_metadata=True,
        prune_xpath=list(PRUNED),
    )
    if found is None or not found.text:
        raise ExtractionError("no article found in the HTML")
    return Page(found.text, found.title or "", found.url or "")


def serve() -> None:
    """Answer pages on stdin until it closes: the child's main loop."""
    sys.setrecursionlimit(10_000)
    import trafilatura  # noqa: F401

    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    _send(stdout, "ready")
    while (question := _receive(stdin)) is not None:
        html, *settings = question
        try:
            answer: tuple[str, ...] | str = tuple(extract(html, Settings(*settings)))
        except ExtractionError as error:
            answer = str(error)
        except Exception as error:  # the boundary around a parser fed with anything
            answer = f"the extractor failed: {type(error).__name__}: {error}"
        _send(stdout, answer)


def _give_up(child: "subprocess.Popen[bytes]", late: Event) -> None:
    late.set()
    child.kill()


def _end(child: "subprocess.Popen[bytes]", owner: int) -> None:
    """End the child process of an extractor that is gone, unless a fork inherited it."""
    if owner == os.getpid():
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]


def _ask(child: "subprocess.Popen[bytes]", question: object) -> Any:
    assert child.stdin
    _send(child.stdin, question)
    return _receive(child.stdout)


def _send(stream: IO[bytes], value: object) -> None:
    data = pickle.dumps(value)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def _receive(stream: IO[bytes] | None) -> Any:
    assert stream
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = stream.read(length)
    return pickle.loads(data) if len(data) == length else None
