"""Words looked for among many cases: the index alone, ranked within scope, the inbox; a scan as the floor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.ground import Ground
from benchmarks.inbox import crowded, run
from benchmarks.table import Row

_FLOOR = "scan of each text"


def measure(ground: Ground, *, cases: int, keep: Path | None = None) -> Iterator[Row]:
    """All in one process over the same database, minutes after the index was filled from it."""
    from benchmarks import inside  # noqa: PLC0415 -- Django reads its settings when it is imported

    inside.statements(ground.call())  # the case after which the others are made
    with crowded(ground, cases, keep) as place:
        found = json.loads(run(place, "-m", "benchmarks.seeking", place.session))
    yield Row("search", f"index filled from {cases:,} cases", found["fed"], "per s")
    floor = _at(found["scan"], 0.5)
    for what, name in (
        ("index, two or four characters of a text", "rare"),
        ("index, common words", "common"),
        ("one kind, ranked within the county", "page"),
        ("every kind, ranked within the county", "all"),
        ("inbox with words of one case", "words"),
        ("inbox with words that are nowhere", "nowhere"),
    ):
        waits = found[name]
        more = {"p95 ms": _at(waits, 0.95), "most ms": _at(waits, 1.0)}
        yield Row("search", what, _at(waits, 0.5), "p50 ms", _FLOOR, floor, more)


def _at(waits: Sequence[float], share: float) -> float:
    """The wait in milliseconds that this share does not exceed."""
    return sorted(waits)[min(len(waits) - 1, int(len(waits) * share))] * 1000
