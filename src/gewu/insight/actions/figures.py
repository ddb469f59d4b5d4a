"""Figures summed from what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from gewu.cases import queries as cases
from gewu.infra import store
from gewu.insight import rules
from gewu.insight.models import Figure, FigureChange

#: The figure of a cut at a level and a place, under a key.
_Sum = tuple[str, int, str, str]


def sum_up(*, limit: int = 2000) -> int:
    """Add the oldest changes to the figures; returns how many there were. Nobody reads a difference."""
    with store.writing():
        waiting = FigureChange.objects.select_for_update().order_by("pk")[:limit]
        found = list(waiting.values_list("pk", "place", "standing", "n"))
        add((place, standing, n) for _, place, standing, n in found)
        FigureChange.objects.filter(pk__in=[key for key, *_ in found]).delete()
    return len(found)


def add(changes: Iterable[tuple[str, str, int]]) -> None:
    """Add changes, each a place, a standing and a number, to the figures at every level."""
    sums: Counter[_Sum] = Counter()
    for place, standing, n in changes:
        for cut, key in rules.told(standing, cases.RUNNING):
            for level, code in rules.at_levels(place):
                sums[cut, level, code, key] += n
    # In one order, so that two who add never wait for each other.
    changed = [(*key, n) for key, n in sorted(sums.items()) if n]
    with connection.cursor() as cursor:
        cursor.executemany(_ADDITION, changed)
    Figure.objects.filter(n=0).delete()


_ADDITION = (
    "INSERT INTO figure (cut, level, place, key, n) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (cut, level, place, key) DO UPDATE SET n = figure.n + excluded.n"
)
