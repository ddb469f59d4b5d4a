"""Visits as people see them: the list, and one with the cases that were opened on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from gewu.fieldwork.models import Task
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.queries.kinds import KindFacts, kinds
from gewu.fieldwork.queries.tasks import FindingLine, TaskLine, TaskPage, line_of, pages_of
from gewu.fieldwork.rules import FormField
from gewu.fieldwork.rules.visits import VISITS
from gewu.infra import paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.security.scopes import within

NEWEST = paging.Order("opens_at")
#: A visit that is planned shows this long ahead.
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class VisitLine:
    """One visit of a list; ``found`` is how many matters were noted on it."""

    task: TaskLine
    #: When it began; of one that has not, when it may.
    at: datetime
    #: Whether this reader may record it now.
    may_record: bool

    @property
    def id(self) -> UUID:
        return self.task.id


@dataclass(frozen=True)
class VisitPage:
    """One visit with the parts of its form, and for each the case that it opened."""

    task: TaskPage
    parts: tuple[tuple[FormField, object, FindingLine | None], ...]
    requests: tuple[FindingLine, ...]
    pairing: UUID | None


def visit_kinds() -> tuple[KindFacts, ...]:
    """The kinds of visit, in their order."""
    return tuple(one for one in kinds() if one.code in VISITS)


def visits(
    actor: Actor, *, kind: str = "", place: str = "", mine: bool = False, after: str = "", size: int = 50,
    now: datetime,
) -> paging.Page[VisitLine]:  # fmt: skip
    """The visits that this actor sees, the newest first, planned ones among them: two queries."""
    rows = (seeing.own_tasks(actor) if mine else seeing.tasks(actor)).filter(
        within("place", place), kind__in=(kind,) if kind else VISITS, opens_at__lte=now + AHEAD
    )
    rows = rows.exclude(state="cancelled").select_related("account")

    def show(found: Sequence[Task]) -> list[VisitLine]:
        return [
            VisitLine(line_of(row, now), row.started_at or row.opens_at, _may_record(actor, row))
            for row in found
        ]

    return paging.page(rows, NEWEST, after=after, size=size, show=show)


def _may_record(actor: Actor, row: Task) -> bool:
    open_to_all = row.account_id is None and not row.unit_path
    mine = actor.account_id is not None and row.account_id == actor.account_id
    return row.state in ("due", "started", "planned") and (mine or open_to_all)


def visit(actor: Actor, task: UUID, *, now: datetime) -> VisitPage:
    """One visit; one that this actor may not see, or another kind of task, is as if it did not exist."""
    row = seeing.require_task(actor, task)
    if row.kind_id not in VISITS:
        raise Refusal(say("没有这次走访"), Kind.MISSING)
    (page,) = pages_of([row], actor, now=now)
    of_part = {one.part: one for one in page.findings if one.part}
    filled = page.record.answers if page.record else ()
    post = row.about.partition(":")[2] if row.about.startswith("post:") else ""
    return VisitPage(
        page,
        tuple((field, said, of_part.get(field.code)) for field, said in filled),
        tuple(one for one in page.findings if not one.part),
        UUID(post) if post else None,
    )


def of_days(place: str, since: date, until: date) -> int:
    """How many visits were made in a place between two days."""
    done = Task.objects.filter(within("place", place), Q(day__gte=since, day__lte=until))
    return done.filter(kind__in=VISITS, state="done").count()
