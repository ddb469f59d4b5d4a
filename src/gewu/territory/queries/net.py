"""The net as one process holds it in memory, built once for each version of it."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.db.models import Q

from gewu.territory.models import Boundary, ImportBatch, Layer
from gewu.territory.rules.location import ShapeIndex
from gewu.territory.rules.measures import Shapes

#: Seconds during which a process does not ask again whether the net has changed.
_TRUSTED_FOR_S = 1.0


@dataclass(eq=False)
class Cover:
    """The shapes of one layer in the period that began on ``day``, in the order of their codes."""

    day: date | None
    codes: list[str]
    shapes: Shapes
    #: What `locate` answers for each shape, once it has been asked.
    answers: list[Any] | None = None
    #: What `cells` has drawn of it, by place and level.
    drawn: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def index(self) -> ShapeIndex:
        return ShapeIndex(self.shapes)


#: Before the first boundary there is no place.
_NOTHING = Cover(None, [], np.empty(0, dtype=object))


@dataclass
class Net:
    """One version of the net. Covers are loaded when first asked for, one for each period between changes."""

    version: str
    days: dict[str, list[date]] = field(default_factory=dict)
    covers: dict[tuple[str, int], Cover] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def cover(self, layer: Layer, on: date | None) -> Cover:
        """The shapes that hold on a day, or in the newest period; loaded once, by one thread only."""
        days = self.days.get(layer)
        if days is None:
            days = self.days.setdefault(layer, _days_of_change(layer))
        period = len(days) if on is None else bisect_right(days, on)
        found = self.covers.get((layer, period))
        return found or self._load(layer, period)

    def _load(self, layer: Layer, period: int) -> Cover:
        with self.lock:
            found = self.covers.get((layer, period))
            if found is None:
                found = _loaded(layer, self.days[layer][period - 1]) if period else _NOTHING
                self.covers[layer, period] = found
        return found


@dataclass
class _Held:
    net: Net | None = None
    trusted_until: float = 0.0


_held = _Held()


def net() -> Net:
    """The net of now. Asks the database at most once a second whether there is a newer one.

    The clock read here is only the age of a cache; no answer depends on the time of day.
    """
    held = _held.net
    if held is not None and time.monotonic() < _held.trusted_until:
        return held
    newest = version()
    if held is None or held.version != newest:
        held = Net(newest)
    _held.net, _held.trusted_until = held, time.monotonic() + _TRUSTED_FOR_S
    return held


def version() -> str:
    """What changes whenever a division, a boundary or a name of the net does: one indexed query."""
    newest = (
        ImportBatch.objects.filter(edition__isnull=False)
        .order_by("-edition")
        .values_list("pk", flat=True)
        .first()
    )
    return newest.hex if newest else ""


def forget() -> None:
    """Have this process look again at once: for whoever has just changed the net, and for tests."""
    _held.net, _held.trusted_until = None, 0.0


def shapes_of(rows: Iterable[bytes | memoryview]) -> Shapes:
    """Polygons from their rows."""
    shapes: Shapes = shapely.from_wkb(np.array([bytes(row) for row in rows], dtype=object))
    return shapes


def in_force(on: date | None) -> Q:
    """Rows that hold on a day: its first day counts, its last does not. Without a day, those with no end."""
    if on is None:
        return Q(until__isnull=True)
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))


def _days_of_change(layer: Layer) -> list[date]:
    pairs = Boundary.objects.filter(layer=layer).order_by().values_list("since", "until").distinct()
    return sorted({day for pair in pairs for day in pair if day is not None})


def _loaded(layer: Layer, on: date) -> Cover:
    rows = list(
        Boundary.objects.filter(in_force(on), layer=layer).order_by("place").values_list("place", "geometry")
    )
    return Cover(on, [place for place, _ in rows], shapes_of(row for _, row in rows))
