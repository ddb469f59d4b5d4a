"""Tasks as people see them: of today, of a list, one by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import permissions
from gewu.fieldwork.lifecycle import TASK
from gewu.fieldwork.models import CheckIn, Finding, Look, Record, Statement, Stop, Task
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.queries.kinds import FormFacts, ItemFacts, KindFacts, edition, form, kind
from gewu.fieldwork.rules import FormField, title_of
from gewu.infra import listing, paging
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.security import queries as security
from gewu.security.actors import Actor
from gewu.security.scopes import within

#: Work that was missed can still be brought in for some days; it is shown among one's own for so long.
MISSED_SHOWN = timedelta(days=3)
MOST_OWN = 200
OfTask = TypeVar("OfTask", Stop, CheckIn, Finding)
ORDERS: Mapping[str, paging.Order] = {
    "due": paging.Order("due_at", descending=False),
    "newest": paging.Order("opens_at"),
}


@dataclass(frozen=True)
class TaskLine:
    """One task of a list. ``overdue`` is an answer as of the moment that was asked about."""

    id: UUID
    kind: KindFacts
    title: Text | str
    plan: UUID | None
    line: str
    about: str
    place: str
    day: date
    last_day: date
    opens_at: datetime
    due_at: datetime
    who: str
    team: str
    state: str
    label: Text
    open: bool
    overdue: bool
    looks_due: int
    looks_done: int
    found: int


@dataclass(frozen=True)
class StopLine:
    """One stop of the route, in its order, with what was seen there: item code to outcome."""

    id: UUID
    seq: int
    place: str
    spot: UUID | None
    name: str
    area: str
    address: str
    lon: float | None
    lat: float | None
    looks_due: int
    looks_done: int
    seen_at: datetime | None
    looks: Mapping[str, str]


@dataclass(frozen=True)
class CheckInLine:
    """That someone was there."""

    stop: UUID | None
    who: str
    made_at: datetime
    arrived_at: datetime
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    distance_m: float | None
    mock: bool


@dataclass(frozen=True)
class FindingLine:
    """Something found, with the case or report that it opened."""

    id: UUID
    stop: UUID | None
    item: str
    matter: str
    matter_name: Name
    #: The part of the form that it stands in.
    part: str
    place: str
    made_at: datetime
    report: UUID | None
    number: str
    case_state: str
    who: str


@dataclass(frozen=True)
class StatementLine:
    """A signature under having found nothing."""

    words: str
    who: str
    made_at: datetime


@dataclass(frozen=True)
class RecordLine:
    """A filled form: what stands in which field."""

    id: UUID
    form: FormFacts
    task: UUID | None
    place: str
    who: str
    team: str
    duty: str
    made_at: datetime
    arrived_at: datetime
    answers: tuple[tuple[FormField, object], ...]


@dataclass(frozen=True)
class TaskStep:
    """A step that this reader may take with a task."""

    event: str
    label: Text
    needs: tuple[str, ...]
    may_take: tuple[str, ...]
    key: str
    danger: bool


@dataclass(frozen=True)
class TaskPage:
    """One task with all that belongs to it."""

    line: TaskLine
    version: int
    form: FormFacts
    items: tuple[ItemFacts, ...]
    stops: tuple[StopLine, ...]
    check_ins: tuple[CheckInLine, ...]
    findings: tuple[FindingLine, ...]
    record: RecordLine | None
    statement: StatementLine | None
    started_at: datetime | None
    ended_at: datetime | None
    arrived_at: datetime | None
    steps: tuple[TaskStep, ...]


@dataclass(frozen=True)
class TaskFilters:
    """Which tasks: in a state (open and all too), a place, of a kind, a line, a plan, between two days."""

    state: str = listing.OPEN
    place: str = ""
    kind: str = ""
    line: str | None = None
    plan: UUID | None = None
    team: str = ""
    since: date | None = None
    until: date | None = None
    overdue: bool = False
    mine: bool = False
    sort: str = "due"


def tasks(
    actor: Actor, filters: TaskFilters, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[TaskLine]:
    """The tasks that this actor sees, by cursor: two queries at most."""
    order = listing.order_named(ORDERS, filters.sort)
    rows = chosen(actor, filters, now=now).select_related("account")
    return paging.page(
        rows, order, after=after, size=size, show=lambda found: [line_of(row, now) for row in found]
    )


def chosen(actor: Actor, filters: TaskFilters, *, now: datetime) -> QuerySet[Task]:
    """The rows of a list of tasks."""
    rows = seeing.own_tasks(actor) if filters.mine else seeing.tasks(actor)
    rows = rows.filter(listing.in_state(TASK, filters.state), within("place", filters.place))
    if filters.kind:
        rows = rows.filter(kind=kind(filters.kind).code)
    if filters.line is not None:
        rows = rows.filter(line=filters.line)
    if filters.plan:
        rows = rows.filter(plan=filters.plan)
    if filters.team:
        rows = rows.filter(team=filters.team)
    if filters.since:
        rows = rows.filter(last_day__gte=filters.since)
    if filters.until:
        rows = rows.filter(day__lte=filters.until)
    if filters.overdue:
        rows = rows.filter(listing.past_due(TASK, now))
    return rows


def task_counters(actor: Actor, filters: TaskFilters, *, now: datetime) -> tuple[listing.Counter, ...]:
    """How many of these tasks stand in each state: one query."""
    everything = TaskFilters(**{**filters.__dict__, "state": listing.ALL, "overdue": False})
    return listing.counted(chosen(actor, everything, now=now), TASK, now=now)[0]


def my_day(actor: Actor, *, now: datetime) -> tuple[TaskPage, ...]:
    """What this person may do today, whole, for a telephone that will have no network: eight queries.

    Tasks that are going on, open today, or were missed so lately that work done in time may still come in.
    """
    today = catalogue.day_of(now)
    lately = Q(state="missed", due_at__gte=now - MISSED_SHOWN)
    here = Q(day__lte=today, last_day__gte=today)
    rows = seeing.own_tasks(actor).filter(Q(state="started") | here | lately).exclude(state="cancelled")
    found = rows.select_related("plan", "account", "record", "statement")
    return pages_of(list(found.order_by("due_at", "id")[:MOST_OWN]), actor, now=now)


def task_page(actor: Actor, task_id: UUID, *, now: datetime) -> TaskPage:
    """One task; refused as missing where this actor may not see it."""
    return pages_of([seeing.require_task(actor, task_id)], actor, now=now)[0]


def pages_of(rows: Sequence[Task], actor: Actor, *, now: datetime) -> tuple[TaskPage, ...]:
    """Whole tasks, whatever their number by five queries."""
    keys = [row.pk for row in rows]
    stops, looks = (
        _grouped(Stop.objects.filter(task__in=keys).select_related("spot").order_by("seq")),
        _looks(keys),
    )
    check_ins = _grouped(CheckIn.objects.filter(task__in=keys).order_by("made_at"))
    findings = _grouped(
        Finding.objects.filter(task__in=keys).select_related("item", "case").order_by("made_at")
    )
    refs = {one.by for found in check_ins.values() for one in found}
    refs |= {one.by for found in findings.values() for one in found}
    refs |= {one.by for row in rows for one in (_record_of(row), _statement_of(row)) if one}
    names = security.names_of(refs)
    return tuple(
        TaskPage(
            line_of(row, now),
            row.version,
            form(kind(row.kind_id).form),
            items_of(row),
            tuple(_stop(one, looks) for one in stops.get(row.pk, ())),
            tuple(_check_in(one, names) for one in check_ins.get(row.pk, ())),
            tuple(finding_line(one, names) for one in findings.get(row.pk, ())),
            record_line(one, names) if (one := _record_of(row)) else None,
            statement_line(said, names) if (said := _statement_of(row)) else None,
            row.started_at,
            row.ended_at,
            row.arrived_at,
            steps_of(actor, row),
        )
        for row in rows
    )


def steps_of(actor: Actor, row: Task) -> tuple[TaskStep, ...]:
    """The steps of the table that are this actor's; whether the guards let them pass is told when one is
    taken."""
    return tuple(
        TaskStep(step.event, step.label, step.needs, step.may_take, step.key, step.danger)
        for step in TASK.steps_from(row.state)
        if permissions.OF_TASKS[step.by](actor, row)
    )


def items_of(row: Task) -> tuple[ItemFacts, ...]:
    """The items that a task looks at, in the edition that it was laid with."""
    return edition(row.checklist_id).chosen(tuple(row.items)) if row.checklist_id else ()


def line_of(row: Task, now: datetime) -> TaskLine:
    """A task as a list shows it."""
    state = TASK.state(row.state)
    return TaskLine(
        row.pk, kind(row.kind_id), title_of(row.title, row.about), row.plan_id, row.line, row.about,
        row.place, row.day, row.last_day, row.opens_at, row.due_at,
        row.account.display_name if row.account else "", row.team, row.state, state.label, state.open,
        state.open and now > row.due_at, row.looks_due, row.looks_done, row.found,
    )  # fmt: skip


def _record_of(row: Task) -> Record | None:
    return getattr(row, "record", None)


def _statement_of(row: Task) -> Statement | None:
    return getattr(row, "statement", None)


def _grouped(rows: Iterable[OfTask]) -> dict[UUID, list[OfTask]]:
    found: dict[UUID, list[OfTask]] = {}
    for row in rows:
        if row.task_id:
            found.setdefault(row.task_id, []).append(row)
    return found


def _looks(keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, str]]:
    found: dict[UUID, dict[str, str]] = {}
    rows = Look.objects.filter(task__in=keys).values_list("stop", "item__code", "outcome")
    for stop, item, outcome in rows:
        found.setdefault(stop, {})[item] = outcome
    return found


def _stop(row: Stop, looks: Mapping[UUID, Mapping[str, str]]) -> StopLine:
    spot = row.spot
    return StopLine(
        row.pk, row.seq, row.place, row.spot_id, spot.name if spot else "", spot.area if spot else "",
        spot.address if spot else "", spot.lon if spot else row.lon, spot.lat if spot else row.lat,
        row.looks_due, row.looks_done, row.seen_at, looks.get(row.pk, {}),
    )  # fmt: skip


def _check_in(row: CheckIn, names: Mapping[str, str]) -> CheckInLine:
    return CheckInLine(
        row.stop_id, names.get(row.by, ""), row.made_at, row.arrived_at, row.lon, row.lat, row.accuracy_m,
        row.distance_m, row.mock,
    )  # fmt: skip


def finding_line(row: Finding, names: Mapping[str, str]) -> FindingLine:
    """A finding as lists show it."""
    return FindingLine(
        row.pk, row.stop_id, row.item.code if row.item else "", row.matter, catalogue.name_of(row.matter),
        row.part, row.place, row.made_at, row.report_id, row.case.number if row.case else "",
        row.case.state if row.case else "", names.get(row.by, ""),
    )  # fmt: skip


def finding_of(row: Finding) -> FindingLine:
    """A finding that was just made."""
    found = Finding.objects.select_related("item", "case").get(pk=row.pk)
    return finding_line(found, security.names_of([row.by]))


def record_line(row: Record, names: Mapping[str, str]) -> RecordLine:
    """A record as pages show it: the fields of its form that were filled in, in their order."""
    known = form(row.form_id)
    answers = tuple((one, row.answers[one.code]) for one in known.fields if one.code in row.answers)
    return RecordLine(
        row.pk, known, row.task_id, row.place, names.get(row.by, ""), row.team, row.duty, row.made_at,
        row.arrived_at, answers,
    )  # fmt: skip


def statement_line(row: Statement, names: Mapping[str, str]) -> StatementLine:
    """A statement as pages show it."""
    return StatementLine(row.words, names.get(row.by, ""), row.made_at)


def checked_days(since: date, until: date, *, most: int) -> tuple[date, date]:
    """A span of days; refused are one that runs backwards or is too long to be looked at."""
    if until < since:
        raise Refusal(say("结束日期不能早于开始日期"), field="until")
    if (until - since).days > most:
        raise Refusal(say("最多查看 {n} 天", n=most), field="until")
    return since, until
