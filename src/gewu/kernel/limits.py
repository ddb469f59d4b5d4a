"""Dated limits: which row speaks of a matter from an origin at a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from .places import is_within
from .worktime import Limit

L = TypeVar("L", bound=Limit)


@dataclass(frozen=True)
class LimitRow(Generic[L]):
    """One dated limit of something (``kind``); an empty column speaks of everything."""

    kind: str
    channel: str
    matter_prefix: str
    place_prefix: str
    limit: L
    since: date
    until: date | None = None
    basis: str = ""

    def covers(self, kind: str, channel: str, matter: str, place: str, on: date) -> bool:
        """Whether it speaks of such a matter on this day; the last day is not included."""
        return (
            self.kind == kind
            and self.channel in ("", channel)
            and matter.startswith(self.matter_prefix)
            and is_within(place, self.place_prefix)
            and self.since <= on
            and (self.until is None or on < self.until)
        )

    @property
    def rank(self) -> tuple[int, bool, int, date]:
        """How specific it is: the matter first, then the origin, then the place, then the newer day."""
        return len(self.matter_prefix), bool(self.channel), len(self.place_prefix), self.since


def most_specific(
    rows: Iterable[LimitRow[L]], kind: str, *, channel: str, matter: str, place: str, on: date
) -> LimitRow[L] | None:
    """The most specific row that covers such a matter; none when no row speaks."""
    covering = [row for row in rows if row.covers(kind, channel, matter, place, on)]
    return max(covering, key=lambda row: row.rank, default=None)
