"""One calendar for a grid over all lines: what is laid, what is planned beyond, and which days are too
full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from gewu.fieldwork import rules
from gewu.fieldwork.lifecycle import TASK
from gewu.fieldwork.models import LoadLimit, PlanPlace
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.queries.kinds import KindFacts, kind
from gewu.fieldwork.queries.plans import windows_of
from gewu.fieldwork.queries.tasks import checked_days
from gewu.infra.versions import Held
from gewu.kernel.places import Level, ancestors
from gewu.kernel.texts import Text
from gewu.security.actors import Actor
from gewu.security.scopes import within

#: A calendar shows at most so many days.
MOST_DAYS = 62
HELD_LIMITS = "fieldwork limits"


@dataclass(frozen=True)
class Entry:
    """Something on a day: a task that is laid, or one that a plan will bring (``task`` is None).

    ``again`` names the other line that checks one of its places within the days of its kind, and when.
    """

    kind: KindFacts
    title: Text | str
    line: str
    place: str
    day: date
    last_day: date
    plan: UUID | None
    task: UUID | None
    state: str
    label: Text | None
    overdue: bool
    again: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True)
class CalendarDay:
    """One day: what lies on it, how much of it must be done on that day, and whether that is too much."""

    day: date
    entries: tuple[Entry, ...]
    load: int
    limit: int | None

    @property
    def too_much(self) -> bool:
        return self.limit is not None and self.load > self.limit


def _load_limits() -> Mapping[str, int]:
    return dict(LoadLimit.objects.values_list("place", "tasks"))


_limits: Held[Mapping[str, int]] = Held(HELD_LIMITS, _load_limits)


def load_limits() -> Mapping[str, int]:
    """How many tasks a grid may have on one day, by place; "" is everywhere."""
    return _limits.get()


def calendar(actor: Actor, grid: str, since: date, until: date, *, now: datetime) -> tuple[CalendarDay, ...]:
    """All plans and tasks of a grid between two days, whatever their line: four queries.

    Tasks of the community in which the grid lies are among them. The load of a day are the tasks whose last
    day it is, over all lines; days above the limit of the place say so.
    """
    checked_days(since, until, most=MOST_DAYS)
    entries = [*_tasks(actor, grid, since, until, now), *_planned(actor, grid, since, until)]
    marked = _marked(entries)
    limit = rules.limit_at(load_limits(), grid)
    return tuple(_day(since + timedelta(days=n), marked, limit) for n in range((until - since).days + 1))


def _here(grid: str) -> Q:
    """Rows of a grid, of its micro-grids, and of the community around it."""
    around = [one for one in ancestors(grid) if len(one) >= Level.COMMUNITY.digits]
    return within("place", grid) | Q(place__in=around)


def _tasks(actor: Actor, grid: str, since: date, until: date, now: datetime) -> Iterable[Entry]:
    rows = seeing.tasks(actor).filter(_here(grid), day__lte=until, last_day__gte=since)
    for row in rows.exclude(state="cancelled").order_by("day", "title"):
        state = TASK.state(row.state)
        late = state.open and now > row.due_at
        yield Entry(
            kind(row.kind_id), rules.title_of(row.title, row.about), row.line, row.place, row.day,
            row.last_day, row.plan_id, row.pk, row.state, state.label, late,
        )  # fmt: skip


def _planned(actor: Actor, grid: str, since: date, until: date) -> Iterable[Entry]:
    """What running plans will bring beyond the days for which tasks are laid."""
    here = PlanPlace.objects.filter(_here(grid)).values("plan")
    running = seeing.plans(actor).filter(pk__in=here, state="running", since__lte=until)
    for row in running.filter(Q(laid_until=None) | Q(laid_until__lt=until)):
        begin = max(since, row.laid_until + timedelta(days=1)) if row.laid_until else since
        for one in windows_of(row, begin, until):
            if row.laid_until is None or one.day > row.laid_until:
                yield Entry(
                    kind(row.kind_id), row.title, row.line, grid, one.day, one.last, row.pk, None, "",
                    None, False,
                )  # fmt: skip


def _marked(entries: list[Entry]) -> list[Entry]:
    """The same, with those marked whose places another line checks within the days of their kind."""
    checks = [one for one in entries if one.kind.again_days and one.plan]
    places: dict[UUID, set[tuple[str, UUID | None]]] = {}
    if len({one.line for one in checks}) > 1:
        rows = PlanPlace.objects.filter(plan__in={one.plan for one in checks if one.plan})
        for plan, place, spot in rows.values_list("plan", "place", "spot"):
            places.setdefault(plan, set()).add(("" if spot else place, spot))
    return [_mark(one, checks, places) if one in checks else one for one in entries]


def _mark(entry: Entry, checks: list[Entry], places: Mapping[UUID, set[tuple[str, UUID | None]]]) -> Entry:
    mine = places.get(entry.plan, set()) if entry.plan else set()
    met = {
        (one.line, one.day)
        for one in checks
        if one.line != entry.line
        and one.plan
        and mine & places.get(one.plan, set())
        and abs((one.day - entry.day).days) <= max(entry.kind.again_days, one.kind.again_days)
    }
    return Entry(**{**entry.__dict__, "again": tuple(sorted(met, key=lambda one: one[1]))})


def _day(day: date, entries: Iterable[Entry], limit: int | None) -> CalendarDay:
    here = tuple(one for one in entries if one.day <= day <= one.last_day)
    return CalendarDay(day, here, sum(one.last_day == day for one in here), limit)
