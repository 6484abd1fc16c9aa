"""Compare candidates that take turns, by the processor time of one core."""

import statistics
from collections.abc import Callable, Sequence
from time import process_time

ROUNDS = 5


def timed(
    candidates: dict[str, Callable[[], object]], rounds: int = ROUNDS
) -> list[tuple[str, float]]:
    """Return seconds, the median of rounds; the first round only warms up."""
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds + 1):
        for name, candidate in candidates.items():
            start = process_time()
            candidate()
            times[name].append(process_time() - start)
    return [(name, statistics.median(seconds[1:])) for name, seconds in times.items()]


def measured(
    candidates: dict[str, Callable[[str], object]], texts: Sequence[str]
) -> dict[str, float]:
    """Return seconds per document."""
    whole = {name: lambda f=f: [f(text) for text in texts] for name, f in candidates.items()}
    return {name: seconds / len(texts) for name, seconds in timed(whole)}


def each(times: list[tuple[str, float]], sizes: Sequence[int]) -> dict[str, float]:
    """Divide times of documents by their size."""
    return {name: seconds / size for (name, seconds), size in zip(times, sizes, strict=True)}


def show(title: str, seconds: dict[str, float]) -> None:
    """Print a table; the first row is what the others are compared with."""
    first = next(iter(seconds.values()))
    print(f"\n{title:50} {'µs':>12} {'ratio':>9}")
    for name, value in seconds.items():
        print(f"{name:50} {value * 1e6:12,.4g} {value / first:9.3g}", flush=True)
