"""The floors hold; `tests/quality.py` says how to look at them and how to raise them."""

from tests.quality import measure, pinned


def test_quality_does_not_sink() -> None:
    scores, floors = measure(), pinned()
    for name in ("seeds_hash", "traps_hash"):
        assert scores[name] == floors[name], "the corpus changed: python -m tests.quality --update"
    for name in ("content_kept", "furniture_removed", "traps_untouched"):
        assert scores[name] >= floors[name], name
