"""What was looked at of what was due, what nobody has seen, and how long key areas wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Substr

from gewu.cases import queries as cases
from gewu.fieldwork import permissions
from gewu.fieldwork.models import Look, Spot, Stop, Task
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.queries.kinds import ItemFacts, edition
from gewu.fieldwork.queries.tasks import checked_days
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import CHINA
from gewu.security import scopes
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: A quarter can be looked at.
MOST_DAYS = 92
#: Channels by which a matter comes from a person who found it without the grid.
OUTSIDE = ("phone", "hotline")
MOST_LISTED = 200


@dataclass(frozen=True)
class Covered:
    """Pairs of place and item of one place: due, and looked at."""

    place: str
    tasks: int
    done: int
    missed: int
    looks_due: int
    looks_done: int

    @property
    def share(self) -> float | None:
        """Looked at of due; nothing where nothing was due."""
        return self.looks_done / self.looks_due if self.looks_due else None


@dataclass(frozen=True)
class ItemCovered:
    """The same for one item of a list."""

    item: ItemFacts
    looks_due: int
    looks_done: int
    found: int


@dataclass(frozen=True)
class BlindSpots:
    """What nobody has seen: grids without any check-in or look, spots of key areas, and matters known late.

    ``known_outside`` are cases by grid whose first word came from the hotline and not from fieldwork.
    """

    grids: tuple[str, ...]
    all_grids: int
    spots: tuple[tuple[UUID, str, str], ...]
    known_outside: Mapping[str, int]


@dataclass(frozen=True)
class KeyArea:
    """A key area: what was found there, how much of it is handled, and how long that took (hours)."""

    area: str
    found: int
    handled: int
    median_hours: float | None
    longest_hours: float | None


def _due(actor: Actor, inside: str, since: date, until: date, now: datetime) -> QuerySet[Task]:
    """Tasks of these days that are over, done or not: what is still ahead is not counted."""
    rows = seeing.tasks(actor).filter(
        scopes.within("place", inside), last_day__gte=since, last_day__lte=until
    )
    return rows.exclude(state="cancelled").filter(Q(due_at__lte=now) | Q(state__in=("done", "signed_none")))


def coverage(
    actor: Actor,
    inside: str,
    since: date,
    until: date,
    *,
    digits: int,
    now: datetime,
    plan: UUID | None = None,
) -> tuple[Covered, ...]:
    """Pairs of place and item looked at of those due, for each place of so many digits: two queries.

    A stop of a task with five items is five pairs. Tasks that were cancelled or are still ahead do not count;
    those that were missed do.
    """
    checked_days(since, until, most=MOST_DAYS)
    rows = _due(actor, inside, since, until, now)
    rows = rows.filter(plan=plan) if plan else rows
    cut = rows.annotate(part=Substr("place", 1, digits)).values("part").order_by("part")
    counted = cut.annotate(
        n=Count("pk"),
        over=Count("pk", filter=Q(state__in=("done", "signed_none"))),
        missed=Count("pk", filter=Q(state="missed")),
        due=Sum("looks_due"),
        looked=Sum("looks_done"),
    )
    return tuple(
        Covered(row["part"], row["n"], row["over"], row["missed"], row["due"] or 0, row["looked"] or 0)
        for row in counted
    )


def coverage_by_item(
    actor: Actor, inside: str, since: date, until: date, *, now: datetime
) -> tuple[ItemCovered, ...]:
    """The same for each item, in the order of its list: three queries."""
    checked_days(since, until, most=MOST_DAYS)
    rows = _due(actor, inside, since, until, now).exclude(checklist=None)
    due: Counter[tuple[UUID, str]] = Counter()
    tasks = rows.annotate(route=Count("stops")).values_list("checklist", "items", "route")
    for listed, items, route in tasks:
        for code in items:
            due[listed, code] += route
    seen = Look.objects.filter(task__in=rows.values("pk")).values("item__checklist", "item__code", "outcome")
    looked: Counter[tuple[UUID, str]] = Counter()
    found: Counter[tuple[UUID, str]] = Counter()
    for row in seen.annotate(n=Count("pk")).order_by():
        key = (row["item__checklist"], row["item__code"])
        looked[key] += row["n"]
        found[key] += row["n"] if row["outcome"] == "found" else 0
    known = {listed: edition(listed) for listed, _ in due}
    return tuple(
        ItemCovered(one, due[listed, one.code], looked[listed, one.code], found[listed, one.code])
        for listed, found_list in known.items()
        for one in found_list.items
        if (listed, one.code) in due
    )


def blind_spots(actor: Actor, inside: str, since: date, until: date) -> BlindSpots:
    """Grids and key spots that nobody has seen between two days, and matters that the hotline knew first.

    A grid leaves the list with the first check-in or look in it. Refused to whoever does not read fieldwork
    there. Five queries.
    """
    checked_days(since, until, most=MOST_DAYS)
    if not any(actor.holds_at(right, inside) for right in (permissions.READ, permissions.MAKE)):
        raise Refusal(say("您没有查看此地巡查情况的权限"), Kind.FORBIDDEN)
    begin, end = span(since, until)
    stops = Stop.objects.filter(scopes.within("place", inside), seen_at__gte=begin, seen_at__lt=end)
    seen = set(stops.annotate(grid=Substr("place", 1, Level.GRID.digits)).values_list("grid", flat=True))
    grids = territory.grids_in(inside)
    key = Spot.objects.filter(scopes.within("place", inside), closed_at=None).exclude(area="")
    visited = stops.exclude(spot=None).values("spot")
    missed = key.exclude(pk__in=visited).order_by("place", "name").values_list("pk", "place", "name")
    return BlindSpots(
        tuple(one for one in grids if one not in seen),
        len(grids),
        tuple(missed[:MOST_LISTED]),
        first_known_outside(actor, inside, since, until),
    )


def first_known_outside(actor: Actor, inside: str, since: date, until: date) -> Mapping[str, int]:
    """How many cases of each grid were first known from the hotline: one query."""
    begin, end = span(since, until)
    rows = cases.visible_to(actor).filter(
        scopes.within("place", inside), origin__in=OUTSIDE, received_at__gte=begin, received_at__lt=end
    )
    cut = rows.annotate(grid=Substr("place", 1, Level.GRID.digits)).values_list("grid")
    return dict(cut.annotate(n=Count("pk")).order_by("-n", "grid"))


def span(since: date, until: date) -> tuple[datetime, datetime]:
    """The moments at which the first day begins and the last one is over, in China."""
    begin = datetime(since.year, since.month, since.day, tzinfo=CHINA)
    last = until + timedelta(days=1)
    return begin, datetime(last.year, last.month, last.day, tzinfo=CHINA)


def key_areas(actor: Actor, inside: str, since: date, until: date) -> tuple[KeyArea, ...]:
    """For each key area the time from found to handled of what was found there: one query."""
    checked_days(since, until, most=MOST_DAYS)
    begin, end = span(since, until)
    rows = seeing.findings(actor).filter(scopes.within("place", inside), made_at__gte=begin, made_at__lt=end)
    areas: dict[str, list[float | None]] = {}
    for area, made_at, handled_at in rows.exclude(area="").values_list("area", "made_at", "case__handled_at"):
        areas.setdefault(area, []).append(_hours(made_at, handled_at))
    return tuple(_area(name, found) for name, found in sorted(areas.items()))


def _hours(made_at: datetime, handled_at: datetime | None) -> float | None:
    return max(0.0, (handled_at - made_at) / timedelta(hours=1)) if handled_at else None


def _area(name: str, found: Iterable[float | None]) -> KeyArea:
    everything = list(found)
    taken = [one for one in everything if one is not None]
    return KeyArea(
        name,
        len(everything),
        len(taken),
        median(taken) if taken else None,
        max(taken) if taken else None,
    )
