"""Tasks laid ahead: what plans will have done, day by day and grid by grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import events, queries, rules
from gewu.fieldwork.models import Plan, PlanPlace, Stop, Task
from gewu.infra import rows, store, stream
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import CHINA
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.security.actors import CLOCK

#: Tasks are laid so far ahead.
AHEAD = timedelta(days=14)
#: One write transaction lays about so many tasks and no more, so that nobody waits long for it.
MOST_AT_ONCE = 500
_DAY = timedelta(days=1)


def lay_ahead(now: datetime) -> int:
    """Lay one more part of the tasks that running plans still lack; returns how many tasks."""
    horizon = catalogue.day_of(now) + AHEAD
    short = Plan.objects.filter(state="running").exclude(laid_until__gte=horizon)
    for key in short.order_by("laid_until", "pk").values_list("pk", flat=True)[:50]:
        with store.writing():
            row = Plan.objects.select_for_update().filter(pk=key, state="running").first()
            laid = lay(row, now=now) if row else 0
        if laid:
            return laid
    return 0


def lay(plan: Plan, *, now: datetime) -> int:
    """Lay the next tasks of a running plan, in the open write transaction; returns how many.

    Days before today are not made up for. The same day is never laid twice.
    """
    today = catalogue.day_of(now)
    horizon = today + AHEAD
    before = plan.laid_until or date.min
    ahead = [one for one in queries.windows_of(plan, today, horizon) if one.day > before]
    stops = _by_grid(plan)
    laid: list[_Laid] = []
    last = horizon
    for window in ahead:
        if laid and len(laid) + len(stops) > MOST_AT_ONCE:
            last = window.day - _DAY
            break
        laid += [_laid(plan, window, grid, places) for grid, places in stops.items()]
    _write(plan, laid, now=now)
    plan.laid_until = last
    Plan.objects.filter(pk=plan.pk).update(laid_until=last)
    return len(laid)


@dataclass(frozen=True)
class _Laid:
    task: Task
    stops: tuple[PlanPlace, ...]


def _by_grid(plan: Plan) -> Mapping[str, tuple[PlanPlace, ...]]:
    """The stops of a plan, by the grid or community whose task they belong to."""
    found: dict[str, list[PlanPlace]] = {}
    for one in plan.stops.order_by("seq"):
        found.setdefault(one.place[: Level.GRID.digits], []).append(one)
    return {grid: tuple(stops) for grid, stops in found.items()}


def _laid(plan: Plan, window: rules.Window, grid: str, stops: tuple[PlanPlace, ...]) -> _Laid:
    kind = queries.kind(plan.kind_id)
    task = Task(
        kind_id=plan.kind_id, plan=plan, title=plan.title, line=plan.line, place=grid,
        day=window.day, last_day=window.last,
        opens_at=at(window.day, plan.opens_at or kind.opens_at or time.min),
        due_at=ends(window.last, plan.closes_at or kind.closes_at),
        team=plan.whom if plan.who == "crew" else "",
    )  # fmt: skip
    put_list(task, plan.checklist, tuple(plan.items))
    task.looks_due = len(task.items) * len(stops)
    return _Laid(task, stops)


def put_list(task: Task, code: str, items: tuple[str, ...]) -> None:
    """Give a task the edition of a list in force on its day; items that this has no more are left out."""
    if code:
        found = queries.checklist(code, task.day)
        task.checklist_id, task.items = found.id, [one.code for one in found.chosen(items)]


def at(day: date, clock: time) -> datetime:
    """A moment on the wall clock of China."""
    return datetime.combine(day, clock, tzinfo=CHINA)


def ends(day: date, closes: time | None) -> datetime:
    """When a day ends for a task: at its closing hour, else at midnight."""
    return at(day, closes) if closes else at(day + _DAY, time.min)


def _write(plan: Plan, laid: Sequence[_Laid], *, now: datetime) -> None:
    if not laid:
        return
    whose = _whose(plan, {one.task.place for one in laid}, now=now)
    for one in laid:
        one.task.laid_at = now
        one.task.account_id, one.task.unit_path = whose.get(one.task.place, (None, ""))
        told = events.TaskLaid(id=one.task.pk, place=one.task.place, kind=plan.kind_id, plan=plan.pk)
        stream.tell(told, actor=CLOCK, now=now)
    rows.insert([one.task for one in laid])
    rows.insert([stop for one in laid for stop in stops_of(one.task, one.stops)])
    until = max(one.task.last_day for one in laid).isoformat()
    told_plan = events.TasksLaid(id=plan.pk, place=plan.place, count=len(laid), until=until)
    stream.tell(told_plan, actor=CLOCK, now=now)


def stops_of(task: Task, stops: Sequence[PlanPlace]) -> list[Stop]:
    """The stops of a task, as its plan has them."""
    return [
        Stop(task=task, seq=seq, place=one.place, spot_id=one.spot_id, looks_due=len(task.items))
        for seq, one in enumerate(stops, start=1)
    ]


Whose = tuple[UUID | None, str]


def _whose(plan: Plan, places: set[str], *, now: datetime) -> Mapping[str, Whose]:
    """Whose the tasks of each place are: one query at most.

    A post with exactly one holder who has an account names that person; with none or several the task is
    open to whoever does fieldwork there.
    """
    if plan.who == "account":
        return dict.fromkeys(places, (account_of(plan.whom), ""))
    if plan.who == "unit":
        return dict.fromkeys(places, (None, organisation.known_unit(plan.whom).path))
    if plan.who == "crew":
        return {}
    held: dict[str, list[UUID]] = {}
    for holder in organisation.holders_in(plan.place, plan.whom, now=now):
        if holder.account:
            held.setdefault(holder.place, []).append(holder.account)
    return {place: (found[0], "") for place, found in held.items() if len(found) == 1}


def account_of(whom: str) -> UUID:
    """The account of a sign-in name; an unknown one is refused."""
    found = security.account_named(whom)
    if found is None:
        raise Refusal(say("没有账号“{name}”", name=whom), Kind.MISSING, field="whom")
    return found.pk
