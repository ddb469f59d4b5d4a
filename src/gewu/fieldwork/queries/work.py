"""Work that was done: records by form, teams, and the duties of a post month by month."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gewu.fieldwork.lifecycle import PLAN
from gewu.fieldwork.models import Finding, Plan, PlanPlace, Record, Task
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.queries.coverage import MOST_DAYS, span
from gewu.fieldwork.queries.kinds import FormFacts, KindFacts, forms, kind
from gewu.fieldwork.queries.tasks import RecordLine, TaskLine, checked_days, line_of, record_line
from gewu.fieldwork.queries.templates import templates
from gewu.infra import paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.security.actors import Actor
from gewu.security.scopes import within

NEWEST = paging.Order("made_at")
#: The four roles of a grid worker.
ROLES: Mapping[str, Text] = {
    "law": say("法律宣传员"),
    "safety": say("安全监督员"),
    "patrol": say("治安巡逻员"),
    "mediation": say("人民调解员"),
}


@dataclass(frozen=True)
class LogLine:
    """How many records of one form there are, and by how many people."""

    form: FormFacts
    count: int
    people: int


@dataclass(frozen=True)
class TeamLine:
    """What one team did: its plans, tasks, records and findings."""

    team: str
    name: Name
    plans: int
    due: int
    done: int
    missed: int
    records: int
    found: int


@dataclass(frozen=True)
class DutyLine:
    """One duty of a post in a month: each task with what shows that it was done."""

    plan: UUID
    title: str
    kind: KindFacts
    due: int
    done: int
    missed: int
    tasks: tuple[DutyTask, ...]


@dataclass(frozen=True)
class DutyTask:
    """One task of a duty with its evidence: check-ins, looks, findings, and the record's id."""

    line: TaskLine
    check_ins: int
    record: UUID | None


@dataclass(frozen=True)
class MonthReport:
    """The duties of a post in a grid over a month: done, missing, still open."""

    grid: str
    post: str
    month: date
    holders: tuple[str, ...]
    duties: tuple[DutyLine, ...]
    #: Duties of the templates of this post for which the grid has no plan.
    unplanned: tuple[Name, ...]


def records(
    actor: Actor,
    inside: str,
    since: date,
    until: date,
    *,
    form: str = "",
    team: str = "",
    mine: bool = False,
    after: str = "",
    size: int = 50,
) -> paging.Page[RecordLine]:
    """The records that this actor sees, the newest first, by cursor: two queries."""
    rows = _made(actor, inside, since, until, mine=mine)
    rows = rows.filter(form=form) if form else rows
    rows = rows.filter(team=team) if team else rows

    def show(found: list[Record]) -> list[RecordLine]:
        names = security.names_of({row.by for row in found})
        return [record_line(row, names) for row in found]

    return paging.page(rows, NEWEST, after=after, size=size, show=lambda found: show(list(found)))


def _made(actor: Actor, inside: str, since: date, until: date, *, mine: bool = False) -> QuerySet[Record]:
    begin, end = span(*checked_days(since, until, most=MOST_DAYS))
    rows = seeing.records(actor).filter(within("place", inside), made_at__gte=begin, made_at__lt=end)
    return rows.filter(by=actor.ref) if mine else rows


def work_log(
    actor: Actor, inside: str, since: date, until: date, *, mine: bool = False
) -> tuple[LogLine, ...]:
    """How many records of each form were made, every form named even where there is none: one query."""
    rows = _made(actor, inside, since, until, mine=mine).values_list("form")
    counted = {
        row[0]: row[1:] for row in rows.annotate(n=Count("pk"), who=Count("by", distinct=True)).order_by()
    }
    return tuple(LogLine(one, *counted.get(one.code, (0, 0))) for one in forms())


def record_page(actor: Actor, record_id: UUID) -> tuple[RecordLine, tuple[Finding, ...]]:
    """One record with what was found; refused as missing where this actor may not see it."""
    row = seeing.records(actor).filter(pk=record_id).first()
    if row is None:
        raise Refusal(say("没有这条工作记录"), Kind.MISSING)
    found = Finding.objects.filter(record=row).select_related("case", "item")
    names = security.names_of({row.by})
    return record_line(row, names), tuple(found.order_by("made_at"))


def teams(actor: Actor, inside: str, since: date, until: date, *, now: datetime) -> tuple[TeamLine, ...]:
    """What each team did between two days: three queries."""
    checked_days(since, until, most=MOST_DAYS)
    rows = seeing.tasks(actor).filter(within("place", inside), last_day__gte=since, last_day__lte=until)
    over = Q(state__in=("done", "signed_none"))
    counted = rows.exclude(team="").exclude(state="cancelled").values("team").order_by("team")
    tasks = {
        row["team"]: row
        for row in counted.annotate(
            due=Count("pk", filter=Q(due_at__lte=now) | over),
            done=Count("pk", filter=over),
            missed=Count("pk", filter=Q(state="missed")),
            plans=Count("plan", distinct=True),
        )
    }
    made = Counter(
        dict(
            _made(actor, inside, since, until)
            .exclude(team="")
            .values_list("team")
            .annotate(n=Count("pk"))
            .order_by()
        )
    )
    begin, end = span(since, until)
    found = seeing.findings(actor).filter(within("place", inside), made_at__gte=begin, made_at__lt=end)
    by_team = Counter(
        dict(found.exclude(task__team="").values_list("task__team").annotate(n=Count("pk")).order_by())
    )
    return tuple(
        TeamLine(
            code, organisation.crew_model(code).name, row["plans"], row["due"], row["done"], row["missed"],
            made[code], by_team[code],
        )
        for code, row in tasks.items()
    )  # fmt: skip


def month_report(
    actor: Actor, grid: str, month: date, *, post: str = "grid_head", now: datetime
) -> MonthReport:
    """The duties of whoever holds a post in a grid: what was done and what is missing, with what shows it.

    A duty is a plan whose tasks go to that post; templates of the post without a plan are named as unplanned.
    Five queries.
    """
    first = month.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    rows = seeing.tasks(actor).filter(within("place", grid), plan__who="post", plan__whom=post)
    rows = rows.filter(last_day__gte=first, last_day__lte=last).exclude(state="cancelled")
    found = list(
        rows.select_related("plan", "account", "record").annotate(shown=Count("check_ins")).order_by("day")
    )
    by_plan: dict[UUID, list[Task]] = {}
    for row in found:
        if row.plan_id:
            by_plan.setdefault(row.plan_id, []).append(row)
    held = organisation.posts_at(grid, now=now)
    holders = tuple(one.name for one in held if one.kind == post)
    duties = tuple(_duty(tasks, now) for tasks in by_plan.values())
    return MonthReport(grid, post, first, holders, duties, _unplanned(grid, post))


def _duty(tasks: list[Task], now: datetime) -> DutyLine:
    plan = tasks[0].plan
    assert plan is not None
    lines = tuple(
        DutyTask(line_of(row, now), row.shown, row.record.pk if hasattr(row, "record") else None)  # type: ignore[attr-defined]  # counted above
        for row in tasks
    )
    states = Counter(row.state for row in tasks)
    done = states["done"] + states["signed_none"]
    over = sum(row.due_at <= now or row.state in ("done", "signed_none") for row in tasks)
    return DutyLine(plan.pk, plan.title, kind(plan.kind_id), over, done, over - done, lines)


def _unplanned(grid: str, post: str) -> tuple[Name, ...]:
    """The duties of a post for which no running plan stops in the grid."""
    here = PlanPlace.objects.filter(within("place", grid)).values("plan")
    plans = Plan.objects.filter(pk__in=here, who="post", whom=post, state__in=PLAN.names(open=True))
    planned = set(plans.exclude(state="drafted").values_list("kind", flat=True))
    wanted = [one for one in templates() if one.who == "post" and one.whom == post]
    return tuple(one.name for one in wanted if one.kind not in planned)
