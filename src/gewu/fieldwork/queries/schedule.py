"""The visits that officials have announced: what residents may read, and what was not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gewu.catalogue import queries as catalogue
from gewu.fieldwork.lifecycle import TASK
from gewu.fieldwork.models import Task
from gewu.fieldwork.rules.visits import SCHEDULED
from gewu.kernel.texts import Text
from gewu.security.scopes import within

#: Shown so far back and so far ahead.
BACK, AHEAD = timedelta(days=30), timedelta(days=60)
MOST_SHOWN = 200


@dataclass(frozen=True)
class Announced:
    """One visit as residents read it: when, where, about what, and whether it was made."""

    day: date
    opens_at: datetime
    due_at: datetime
    title: str
    topics: str
    place: str
    #: Where exactly, where that is known: a spot or its address.
    spot: str
    state: Text
    done: bool
    #: Its time has passed and no record of it has come.
    overdue: bool


def announced(place: str, *, now: datetime) -> tuple[Announced, ...]:
    """The public visits in a place around a day, by day: two queries. What was called off is left out."""
    today = catalogue.day_of(now)
    rows = Task.objects.filter(
        within("place", place), kind__in=SCHEDULED, plan__public=True,
        day__gte=today - BACK, day__lte=today + AHEAD,
    )  # fmt: skip
    rows = rows.exclude(state="cancelled").select_related("plan").prefetch_related("stops__spot")
    return tuple(_announced(row, now) for row in rows.order_by("day", "opens_at", "id")[:MOST_SHOWN])


def _announced(row: Task, now: datetime) -> Announced:
    state = TASK.state(row.state)
    spots = [one.spot for one in row.stops.all() if one.spot]
    where = "、".join(" ".join(filter(None, (one.name, one.address))) for one in spots)
    missed = row.state == "missed" or (state.open and now > row.due_at)
    return Announced(
        row.day, row.opens_at, row.due_at, row.title, row.plan.purpose if row.plan else "", row.place, where,
        state.public, not state.open and not missed, missed,
    )  # fmt: skip
