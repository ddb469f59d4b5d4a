"""Rows that name a place, when another place takes over from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Substr

from gewu.kernel.places import prefix_range

#: Old code -> code of its successor.
Moves = Mapping[str, str]


def moved(rows: QuerySet[Any], moves: Moves, column: str = "place") -> int:
    """Have the rows that name an old place, or one in it, name its successor; returns how many.

    One statement for each old place, the grids before their community; safe to repeat, because an old code
    is never a successor. Part of a write transaction.
    """
    return sum(
        _inside(rows, column, old).update(**{column: Concat(Value(new), Substr(column, len(old) + 1))})
        for old, new in sorted(moves.items(), key=lambda one: -len(one[0]))
    )


def counted(rows: QuerySet[Any], moves: Moves, column: str = "place") -> int:
    """How many rows name one of the old places, or one in it: what `moved` would move."""
    return sum(
        _inside(rows, column, old).count()
        for old in moves
        if not any(old != up and old.startswith(up) for up in moves)
    )


def _inside(rows: QuerySet[Any], column: str, old: str) -> QuerySet[Any]:
    low, high = prefix_range(old)
    return rows.filter(**{f"{column}__gte": low, f"{column}__lt": high})
