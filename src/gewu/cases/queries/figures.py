"""Counts of cases by place, state and class. Each equals the list behind it: the same conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import Substr

from gewu.cases.lifecycle import CASE
from gewu.cases.queries.lists import visible_to
from gewu.kernel.texts import Text
from gewu.security import scopes
from gewu.security.actors import Actor

#: A case is "due soon" when its promise ends within this time.
SOON = timedelta(hours=8)


@dataclass(frozen=True)
class PlaceCount:
    """The cases of one place at one moment."""

    place: str
    open: int
    overdue: int
    due_soon: int
    filed_today: int
    closed_today: int


def by_place(actor: Actor, inside: str, digits: int, *, now: datetime, today: datetime) -> list[PlaceCount]:
    """Counts for each place of that many digits inside another; ``today`` is when the day began.

    Cases known only to a wider place are counted under that place's own code.
    """
    running = Q(state__in=CASE.names(open=True))
    rows = (
        visible_to(actor)
        .filter(scopes.within("place", inside))
        .annotate(part=Substr("place", 1, digits))
        .values("part")
        .order_by("part")
        .annotate(
            n_open=Count("pk", filter=running),
            late=Count("pk", filter=running & Q(due_at__lt=now)),
            soon=Count("pk", filter=running & Q(due_at__gte=now, due_at__lt=now + SOON)),
            new=Count("pk", filter=Q(filed_at__gte=today)),
            done=Count("pk", filter=Q(closed_at__gte=today)),
        )
    )
    return [
        PlaceCount(row["part"], row["n_open"], row["late"], row["soon"], row["new"], row["done"])
        for row in rows
    ]


@dataclass(frozen=True)
class PeriodCount:
    """The cases of one place that were filed, and that were closed, in a period."""

    place: str
    filed: int
    closed: int


def by_period(
    actor: Actor, inside: str, digits: int, *, since: datetime, until: datetime
) -> list[PeriodCount]:
    """What was filed and closed from ``since`` to before ``until``, by places of that many digits: one query.

    Cases known only to a wider place are counted under that place's own code.
    """
    filed, closed = (Q(**{f"{at}__gte": since, f"{at}__lt": until}) for at in ("filed_at", "closed_at"))
    rows = (
        visible_to(actor)
        .filter(scopes.within("place", inside), filed | closed)
        .annotate(part=Substr("place", 1, digits))
        .values("part")
        .order_by("part")
        .annotate(n_filed=Count("pk", filter=filed), n_closed=Count("pk", filter=closed))
    )
    return [PeriodCount(row["part"], row["n_filed"], row["n_closed"]) for row in rows]


@dataclass(frozen=True)
class StateCount:
    """How many cases stand in a state."""

    state: str
    label: Text
    open: bool
    count: int


def by_state(actor: Actor, inside: str) -> list[StateCount]:
    """Counts by state, in the order of the table."""
    rows = visible_to(actor).filter(scopes.within("place", inside)).values("state").order_by()
    found = dict(rows.annotate(n=Count("pk")).values_list("state", "n"))
    return [StateCount(one.name, one.label, one.open, found.get(one.name, 0)) for one in CASE.states]


@dataclass(frozen=True)
class MatterCount:
    """How many open cases belong to a class."""

    matter: str
    count: int


def by_matter(actor: Actor, inside: str, *, most: int = 8) -> list[MatterCount]:
    """The classes with the most open cases."""
    rows = visible_to(actor).filter(scopes.within("place", inside), state__in=CASE.names(open=True))
    counted = rows.values("matter").order_by().annotate(n=Count("pk")).order_by("-n", "matter")[:most]
    return [MatterCount(row["matter"], row["n"]) for row in counted]
