"""Plans as people see them, and what a plan would bring: its tasks, days too full, places checked twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import permissions, rules
from gewu.fieldwork.lifecycle import PLAN
from gewu.fieldwork.models import Plan, PlanPlace, Task
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.queries.kinds import ItemFacts, KindFacts, checklist, kind, kinds
from gewu.infra import listing, paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.security.actors import Actor
from gewu.security.scopes import within

#: So far ahead a plan is looked at for what it would bring.
AHEAD = timedelta(days=60)
#: More double checks than this are counted and not listed.
MOST_AGAIN = 100
ORDERS: Mapping[str, paging.Order] = {
    "newest": paging.Order("made_at"),
    "since": paging.Order("since", descending=False),
}


@dataclass(frozen=True)
class PlanLine:
    """One plan of a list. ``stops`` are the places of its route."""

    id: UUID
    kind: KindFacts
    title: str
    line: str
    unit: UUID | None
    place: str
    who: str
    whom: str
    rhythm: rules.Rhythm
    since: date
    until: date | None
    public: bool
    key_period: bool
    state: str
    label: Text
    open: bool
    stops: int
    made_at: datetime


@dataclass(frozen=True)
class PlannedStop:
    """One stop of a plan's route."""

    place: str
    spot: UUID | None
    name: str
    area: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class PlanStep:
    """A step that this reader may take with a plan."""

    event: str
    label: Text
    needs: tuple[str, ...]
    may_take: tuple[str, ...]
    key: str
    danger: bool


@dataclass(frozen=True)
class Again:
    """The same place checked twice within the days that its kind sets: ours, and the other line's."""

    place: str
    spot: UUID | None
    name: str
    day: date
    other: UUID
    other_title: str
    other_line: str
    other_kind: KindFacts
    other_day: date

    @property
    def apart(self) -> int:
        """Days between the two checks."""
        return abs((self.other_day - self.day).days)


@dataclass(frozen=True)
class WorkItem:
    """An item of the work list of a post."""

    code: str
    title: Name
    number: int


@dataclass(frozen=True)
class PlanPage:
    """One plan, what has become of its tasks, and where it meets the plans of others."""

    line: PlanLine
    purpose: str
    version: int
    opens: str
    closes: str
    checklist: str
    items: tuple[ItemFacts, ...]
    chosen: tuple[str, ...]
    stops: tuple[PlannedStop, ...]
    tasks: Mapping[str, int]
    looks_due: int
    looks_done: int
    found: int
    again: tuple[Again, ...]
    made_by: str
    approved_by: str
    approved_at: datetime | None
    ended_at: datetime | None
    steps: tuple[PlanStep, ...]
    #: The item of the work list of its post, whether it waits for the joint office, and who allowed it.
    listed: WorkItem | None = None
    waits: bool = False
    allowed_by: str = ""


@dataclass(frozen=True)
class PlanFilters:
    """Which plans: in a state, with a stop in a place, of a kind, a line, a team, with these words in the
    title."""

    state: str = listing.OPEN
    place: str = ""
    kind: str = ""
    line: str | None = None
    who: str = ""
    whom: str = ""
    words: str = ""
    key_period: bool = False
    sort: str = "newest"


def plans(actor: Actor, filters: PlanFilters, *, after: str = "", size: int = 50) -> paging.Page[PlanLine]:
    """The plans that this actor sees, by cursor: two queries."""
    rows = seeing.plans(actor).filter(listing.in_state(PLAN, filters.state))
    if filters.place:
        here = PlanPlace.objects.filter(within("place", filters.place))
        rows = rows.filter(pk__in=here.values("plan"))
    exact = {"kind": filters.kind, "who": filters.who, "whom": filters.whom}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.line is not None:
        rows = rows.filter(line=filters.line)
    if filters.key_period:
        rows = rows.filter(key_period=True)
    if words := listing.typed(filters.words):
        rows = rows.filter(title__contains=words)
    order = listing.order_named(ORDERS, filters.sort)
    return paging.page(rows, order, after=after, size=size, show=_lines)


def _lines(rows: Sequence[Plan]) -> list[PlanLine]:
    counted = PlanPlace.objects.filter(plan__in=[row.pk for row in rows]).values_list("plan")
    stops = dict(counted.annotate(n=Count("pk")).order_by())
    return [_line(row, stops.get(row.pk, 0)) for row in rows]


def _line(row: Plan, stops: int) -> PlanLine:
    state = PLAN.state(row.state)
    return PlanLine(
        row.pk, kind(row.kind_id), row.title, row.line, row.unit_id, row.place, row.who, row.whom,
        rhythm_of(row), row.since, row.until, row.public, row.key_period, row.state, state.label,
        state.open, stops, row.made_at,
    )  # fmt: skip


def rhythm_of(row: Plan) -> rules.Rhythm:
    """How often a plan has tasks."""
    return rules.Rhythm(
        row.rhythm,
        tuple(row.weekdays),
        tuple(row.month_days),
        tuple(date.fromisoformat(one) for one in row.dates),
        row.workdays,
    )


def windows_of(row: Plan, first: date, last: date) -> tuple[rules.Window, ...]:
    """The windows of a plan that have a day between two days; none behind the day on which it was ended."""
    if row.ended_at is not None:
        last = min(last, catalogue.day_of(row.ended_at))
    works = catalogue.calendar().is_workday
    return rules.windows(rhythm_of(row), row.since, row.until, first=first, last=last, is_workday=works)


def plan_page(actor: Actor, plan_id: UUID, *, now: datetime) -> PlanPage:
    """One plan; refused as missing where this actor may not see it."""
    row = seeing.plans(actor).filter(pk=plan_id).first()
    if row is None:
        raise Refusal(say("没有这项计划"), Kind.MISSING)
    stops = list(row.stops.select_related("spot").order_by("seq"))
    tasks = Counter(
        dict(Task.objects.filter(plan=row).values_list("state").annotate(n=Count("pk")).order_by())
    )
    sums = _sums(row)
    items = checklist(row.checklist, max(row.since, catalogue.day_of(now))) if row.checklist else None
    names = security.names_of([row.made_by, row.approved_by, row.allowed_by])
    facts = plan_facts(row, actor, now)
    again = again_of(row, [(one.place, one.spot_id) for one in stops], today=catalogue.day_of(now))
    return PlanPage(
        _line(row, len(stops)), row.purpose, row.version, _clock(row.opens_at), _clock(row.closes_at),
        row.checklist, items.chosen(tuple(row.items)) if items else (), tuple(row.items),
        tuple(_stop(one) for one in stops), tasks, *sums, again, names.get(row.made_by, ""),
        names.get(row.approved_by, ""), row.approved_at, row.ended_at, _steps(actor, row, facts),
        listed=_listed(row, now), waits=facts.bound and not (facts.listed or facts.allowed),
        allowed_by=names.get(row.allowed_by, ""),
    )  # fmt: skip


def _listed(row: Plan, now: datetime) -> WorkItem | None:
    work = work_list_of(row, now) if row.listed else None
    found = next((one for one in work.items if one.code == row.listed), None) if work else None
    return WorkItem(found.code, found.title, work.edition.number) if found and work else None


def _clock(at: object) -> str:
    return str(at)[:5] if at else ""


def _sums(row: Plan) -> tuple[int, int, int]:
    """Looks due and done, and findings, of the tasks that are over or under way."""
    counted = Task.objects.filter(plan=row).exclude(state__in=("planned", "due", "cancelled"))
    due = done = found = 0
    for one in counted.values_list("looks_due", "looks_done", "found"):
        due, done, found = due + one[0], done + one[1], found + one[2]
    return due, done, found


def _stop(row: PlanPlace) -> PlannedStop:
    spot = row.spot
    if spot is None:
        return PlannedStop(row.place, None, "", "", None, None)
    return PlannedStop(row.place, spot.pk, spot.name, spot.area, spot.lon, spot.lat)


def work_list_of(row: Plan, now: datetime) -> catalogue.WorkList | None:
    """The list that names the work of whoever does this plan; None where none binds them."""
    posts: tuple[str, ...] = (row.whom,) if row.who == "post" else ()
    if row.who == "account" and (found := security.account_named(row.whom)):
        posts = tuple(one.kind for one in organisation.posts_of(found.pk, now=now))
    return catalogue.work_list(posts, row.place, catalogue.day_of(now)) if posts else None


def work_items(place: str, on: date) -> tuple[WorkItem, ...]:
    """What the lists in force at a place name as the work of posts. No query."""
    return tuple(
        WorkItem(one.code, one.title, one.number)
        for kind in catalogue.list_kinds()
        if kind.post_kinds
        for one in catalogue.list_at(kind.code, place, on)[1]
    )


def is_off_the_list(row: Plan, account: UUID, now: datetime) -> bool:
    """Whether this would give someone work that the list of their post does not name, and nobody allowed."""
    posts = [one.kind for one in organisation.posts_of(account, now=now)]
    work = catalogue.work_list(posts, row.place, catalogue.day_of(now))
    return work is not None and not row.allowed_by and not work.names(row.listed)


def plan_facts(row: Plan, actor: Actor, now: datetime) -> rules.PlanFacts:
    """What the guards of a plan look at."""
    work = work_list_of(row, now)
    return rules.PlanFacts(
        actor.ref, row.made_by, kind(row.kind_id).joint, row.signers.count(),
        bound=work is not None, listed=work is not None and work.names(row.listed),
        allowed=bool(row.allowed_by),
    )  # fmt: skip


def _steps(actor: Actor, row: Plan, facts: rules.PlanFacts) -> tuple[PlanStep, ...]:
    return tuple(
        PlanStep(step.event, step.label, step.needs, step.may_take, step.key, step.danger)
        for step in PLAN.steps_from(row.state)
        if permissions.OF_PLANS[step.by](actor, row) and step.open_for(facts)
    )


Route = Iterable[tuple[str, UUID | None]]


def again_of(row: Plan, stops: Route, *, today: date) -> tuple[Again, ...]:
    """Where another plan checks a place of this one within the days that the kind sets: three queries.

    The same place is the same spot, or the same grid where both name no spot. Kinds whose days are 0, such
    as the daily patrol, neither warn nor are warned of. For each place and other plan the nearest pair of
    days is told, from today on for as far as `AHEAD`.
    """
    days = kind(row.kind_id).again_days
    route = set(stops)
    if not days or not route:
        return ()
    span = timedelta(days=days)
    first, last = max(row.since, today), min(row.until or date.max, today + AHEAD)
    ours = [one.day for one in windows_of(row, first, last)] if first <= last else []
    if not ours:
        return ()
    found: list[Again] = []
    for other, met in _meeting(row, route, ours[0] - span, ours[-1] + span).items():
        theirs = [one.day for one in windows_of(other, ours[0] - span, ours[-1] + span)]
        pair = rules.nearest(ours, theirs)
        if pair and abs((pair[1] - pair[0]).days) <= max(days, kind(other.kind_id).again_days):
            found += [_again(one, other, pair) for one in met]
    return tuple(sorted(found, key=lambda one: (one.apart, one.day, one.place))[:MOST_AGAIN])


def _meeting(
    row: Plan, route: set[tuple[str, UUID | None]], first: date, last: date
) -> Mapping[Plan, list[PlanPlace]]:
    """Other plans of these days that stop at one of these places, with the stops that both have."""
    repeated = [one.code for one in kinds() if one.again_days]
    spots = [spot for _, spot in route if spot]
    bare = [place for place, spot in route if not spot]
    same = PlanPlace.objects.filter(Q(spot__in=spots) | Q(spot=None, place__in=bare))
    alive = Q(plan__state__in=("running", "drafted")) | Q(
        plan__state="ended", plan__ended_at__date__gte=first
    )
    rows = same.filter(alive, plan__kind__in=repeated, plan__since__lte=last).exclude(plan=row.pk)
    rows = rows.filter(Q(plan__until=None) | Q(plan__until__gte=first)).select_related("plan", "spot")
    found: dict[Plan, list[PlanPlace]] = {}
    for one in rows.order_by("plan", "seq"):
        found.setdefault(one.plan, []).append(one)
    return found


def _again(stop: PlanPlace, other: Plan, pair: tuple[date, date]) -> Again:
    name = stop.spot.name if stop.spot else ""
    return Again(
        stop.place,
        stop.spot_id,
        name,
        pair[0],
        other.pk,
        other.title,
        other.line,
        kind(other.kind_id),
        pair[1],
    )


def whom_named(who: str, whom: str) -> Name:
    """What the code of whoever does it stands for: the name of a post, a crew, a unit, a person."""
    if who == "post":
        return organisation.post_kind(whom).name
    if who == "crew":
        return organisation.crew_model(whom).name
    if who == "unit":
        return organisation.known_unit(whom).name
    found = security.account_named(whom)
    return Name(found.display_name if found else whom)
