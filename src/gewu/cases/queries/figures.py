"""Counts of cases by place, state, class, office and time, under the conditions of the lists behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as When_
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Substr, TruncDate

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.cases.queries import concerns
from gewu.cases.queries.narrowing import Filters, in_state, narrowed, visible_in
from gewu.kernel.texts import Text
from gewu.kernel.worktime import CHINA
from gewu.security import scopes
from gewu.security.actors import Actor

#: The states in which a case is open.
RUNNING = frozenset(CASE.names(open=True))
#: A case is "due soon" when its promise ends within this time.
SOON = timedelta(hours=8)


@dataclass
class PlaceCount:
    """The cases of one place at one moment; ``states`` counts the open ones by state."""

    place: str
    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    filed_today: int = 0
    closed_today: int = 0
    states: dict[str, int] = field(default_factory=dict)


def by_place(actor: Actor, inside: str, digits: int, *, now: datetime, today: datetime) -> list[PlaceCount]:
    """Counts for each place of that many digits inside another; ``today`` is when the day began.

    Cases known only to a wider place are counted under that place's own code. Three queries, each along one
    index in the order of places, so that only what is open and what happened today is looked at.
    """
    rows = visible_in(actor, inside)
    found: dict[str, PlaceCount] = {}

    def at(place: str) -> PlaceCount:
        return found.setdefault(place[:digits], PlaceCount(place[:digits]))

    for place, state, n, late, soon in _standing(rows, now):
        one = at(place)
        one.open, one.overdue, one.due_soon = one.open + n, one.overdue + late, one.due_soon + soon
        one.states[state] = one.states.get(state, 0) + n
    day = {"gte": today, "lt": today + timedelta(days=1)}
    for place, n in _within(rows, "filed_at", day):
        at(place).filed_today += n
    for place, n in _within(rows, "closed_at", day):
        at(place).closed_today += n
    return sorted(found.values(), key=lambda one: one.place)


def _standing(rows: QuerySet[Case], now: datetime) -> QuerySet[Case, Any]:
    """What is open, by place and state: how much, how much of it late, how much due soon."""
    late, soon = Q(due_at__lt=now), Q(due_at__gte=now, due_at__lt=now + SOON)
    counted = rows.filter(state__in=RUNNING, closed_at=None).values("place", "state").order_by()
    return counted.annotate(
        n=Count("*"), late=Count("state", filter=late), soon=Count("state", filter=soon)
    ).values_list("place", "state", "n", "late", "soon")


def _within(rows: QuerySet[Case], column: str, span: Mapping[str, datetime]) -> QuerySet[Case, Any]:
    """What happened in a span, by place. Both ends are given: one alone makes the wrong index look better."""
    inside = rows.filter(**{f"{column}__{side}": moment for side, moment in span.items()})
    return inside.values("place").order_by().annotate(n=Count("*")).values_list("place", "n")


def falling_due(
    actor: Actor, inside: str, spans: Sequence[tuple[datetime, datetime]]
) -> list[tuple[int, str, int]]:
    """How many open cases of a place fall due in each half-open span, by exact place: one query.

    For someone who may see all of the place but what is about its own unit. Each is a range of the index by
    due time, which holds the place as well; the place is asked for so that no other index looks better.
    """
    here = Case.objects.annotate(inside=Substr("place", 1, len(inside)))
    rows = concerns.others(actor, here.filter(inside=inside, state__in=RUNNING, closed_at=None))
    parts = [
        rows.filter(due_at__gte=begins, due_at__lt=ends)
        .order_by()
        .values("place")
        .annotate(span=Value(n), n=Count("*"))
        .values_list("span", "place", "n")
        for n, (begins, ends) in enumerate(spans)
    ]
    return list(parts[0].union(*parts[1:], all=True))


def kept_back(actor: Actor, inside: str) -> Iterator[tuple[str, str, int]]:
    """The cases of a place that are kept from this actor because they are about its own unit.

    Place, standing and number of those that stand alike: state, class, days of promise, filing and closing.
    """
    own = concerns.kept_from(actor)
    if own is None:
        return
    days = {name: TruncDate(f"{name}_at", tzinfo=CHINA) for name in ("due", "filed", "closed")}
    rows = Case.objects.filter(own, scopes.within("place", inside)).order_by()
    alike = rows.values("place", "state", "matter", **days).annotate(n=Count("*"))
    for place, state, matter, *ends, n in alike.values_list("place", "state", "matter", *days, "n"):
        yield place, "|".join((state, matter, *(str(day or "") for day in ends))), n


@dataclass(frozen=True)
class PeriodCount:
    """The cases of one place that were filed, and that were closed, in a period."""

    place: str
    filed: int
    closed: int


def by_period(
    actor: Actor, inside: str, digits: int, *, since: datetime, until: datetime
) -> list[PeriodCount]:
    """What was filed and closed from ``since`` to before ``until``, by places of that many digits.

    Two queries. Cases known only to a wider place are counted under that place's own code.
    """
    rows, span = visible_in(actor, inside), {"gte": since, "lt": until}
    found: dict[str, list[int]] = {}
    for nth, column in enumerate(("filed_at", "closed_at")):
        for place, n in _within(rows, column, span):
            found.setdefault(place[:digits], [0, 0])[nth] += n
    return [PeriodCount(place, *counts) for place, counts in sorted(found.items())]


@dataclass(frozen=True)
class StateCount:
    """How many cases stand in a state."""

    state: str
    label: Text
    open: bool
    count: int


def open_by_state(places: Sequence[PlaceCount]) -> list[StateCount]:
    """What is open in some places, by state, in the order of the table."""
    return [
        StateCount(one.name, one.label, one.open, sum(place.states.get(one.name, 0) for place in places))
        for one in CASE.states
        if one.open
    ]


def open_in(actor: Actor, place: str) -> int:
    """How many cases are open in a place."""
    return visible_in(actor, place).filter(state__in=RUNNING, closed_at=None).count()


@dataclass(frozen=True)
class MatterCount:
    """How many open cases belong to a class."""

    matter: str
    count: int


def by_matter(actor: Actor, inside: str, *, most: int = 8) -> list[MatterCount]:
    """The classes with the most open cases."""
    rows = visible_in(actor, inside).filter(state__in=RUNNING, closed_at=None)
    counted = rows.values("matter").order_by().annotate(n=Count("*")).order_by("-n", "matter")[:most]
    return [MatterCount(row["matter"], row["n"]) for row in counted]


@dataclass(frozen=True)
class Cut:
    """What a table of counts is cut by.

    ``place`` and ``matter`` to so many characters of their code, ``time`` at the moments given, ``unit`` by
    the path of the lead, ``state`` and ``origin`` as they are.
    """

    by: str
    digits: int = 0
    #: The column of the time, and the beginnings of its spans in order.
    column: str = "filed_at"
    spans: tuple[datetime, ...] = ()


def pivot(
    actor: Actor, filters: Filters, rows: Cut, columns: Cut, *, now: datetime
) -> dict[tuple[Any, Any], int]:
    """Counts of the cases that fit, by both cuts: one query. A pair without a case is not there."""
    fitting = narrowed(actor, filters, now).filter(in_state(filters))
    counted = fitting.annotate(row=_key(rows), column=_key(columns)).values("row", "column").order_by()
    found = counted.annotate(n=Count("*")).values_list("row", "column", "n")
    return {(row, column): n for row, column, n in found}


def _key(cut: Cut) -> Combinable:
    if cut.by == "time":
        later = reversed(list(enumerate(cut.spans)))
        steps = [When(**{f"{cut.column}__gte": begins}, then=Value(n)) for n, begins in later]
        return When_(*steps, default=Value(-1), output_field=IntegerField())
    if cut.by == "unit":
        return F("lead_path")
    return Substr(cut.by, 1, cut.digits) if cut.digits else F(cut.by)
