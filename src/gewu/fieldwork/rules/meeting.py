"""How two plans meet in time, and which days of a grid hold too much."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date


def nearest(ours: Sequence[date], theirs: Sequence[date]) -> tuple[date, date] | None:
    """The pair of days that lie closest together, the earliest of several; both in their order."""
    best: tuple[int, date, date] | None = None
    for day in ours:
        n = bisect_left(theirs, day)
        for other in theirs[max(0, n - 1) : n + 1]:
            apart = abs((other - day).days)
            if best is None or apart < best[0]:
                best = (apart, day, other)
    return best[1:] if best else None


def limit_at(limits: Mapping[str, int], place: str) -> int | None:
    """The load limit of a place: that of the longest prefix; None where nobody has set one."""
    for length in range(len(place), -1, -1):
        if place[:length] in limits:
            return limits[place[:length]]
    return None
