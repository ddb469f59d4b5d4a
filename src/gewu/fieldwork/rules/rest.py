"""How long someone has been on patrol today, and when it is time to sit down. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Eight hours a day: article 36 of the Labour Law.
MOST_A_DAY = timedelta(hours=8)
#: After two hours on one's feet without a break one is reminded to rest (our own rule).
REST_AFTER = timedelta(hours=2)
#: A quarter of an hour without a patrol is a rest.
REST = timedelta(minutes=15)


@dataclass(frozen=True)
class Span:
    """One patrol, from when until when."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Day:
    """How much of a day was patrol, and whether a rest is due or the day is full."""

    worked: timedelta
    without_rest: timedelta

    @property
    def left(self) -> timedelta:
        return max(MOST_A_DAY - self.worked, timedelta(0))

    @property
    def rest_due(self) -> bool:
        return self.without_rest >= REST_AFTER

    @property
    def full(self) -> bool:
        return self.worked >= MOST_A_DAY


def day_of(spans: Iterable[Span], now: datetime) -> Day:
    """What a day's patrols come to. Patrols that overlap are counted once."""
    worked = without = timedelta(0)
    last: datetime | None = None
    for span in sorted(spans, key=lambda one: one.since):
        since = span.since if last is None else max(span.since, last)
        if last is not None and span.since - last >= REST:
            without = timedelta(0)
        went = max(span.until - since, timedelta(0))
        worked, without = worked + went, without + went
        last = span.until if last is None else max(last, span.until)
    rested = last is not None and now - last >= REST
    return Day(worked, timedelta(0) if rested else without)


def last_moment(opened_at: datetime, ended_at: datetime | None) -> datetime:
    """Until when a patrol takes positions; one that nobody ended stops after a whole day's work."""
    longest = opened_at + MOST_A_DAY
    return longest if ended_at is None else min(ended_at, longest)
