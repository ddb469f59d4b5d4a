"""The parts of others in cases as lists and one by one: who is called where, and what each may do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases import permissions
from gewu.cases.actions import steps
from gewu.cases.lifecycle import ASSIGNMENT, CASE, SEEING
from gewu.cases.models import Assignment, Whistle
from gewu.cases.queries import concerns
from gewu.cases.queries.narrowing import visible_to
from gewu.cases.queries.parties import Parties, TaskLine, parties_of, task_line
from gewu.infra import listing, paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import scopes
from gewu.security.actors import Actor

#: The newest call first.
NEWEST = paging.Order("offered_at")
_WITH = ("case", "whistle__kind", "clock", "check_in")


@dataclass(frozen=True)
class CalledLine:
    """One assignment in a list, with the case it belongs to."""

    number: str
    title: str
    place: str
    task: TaskLine


@dataclass(frozen=True)
class CaseParties:
    """Everyone called to a case beside its lead."""

    number: str
    version: int
    tasks: tuple[TaskLine, ...]
    parties: Parties
    may_call: bool


def visible_tasks(actor: Actor) -> QuerySet[Assignment]:
    """The assignments this actor may see: of its units, of its own person, and in the places it reads.

    One that was sent back or withdrawn is no longer its unit's; none of a case about its own unit.
    """
    still = Q(state__in=SEEING)
    rows = Assignment.objects.filter(
        scopes.visible(
            actor,
            "cases.read",
            place="case__place",
            unit=lambda path: scopes.below_unit("unit_path", path) & still,
            person=lambda account: Q(account_id=account) & still,
        )
    )
    own = concerns.kept_from(actor, "case__")
    return rows.exclude(own) if own else rows


def tasks(actor: Actor, state: str, *, after: str = "", size: int = 50) -> paging.Page[CalledLine]:
    """A page of the assignments in a state (or ``open``, ``all``), the newest first."""

    def show(found: Sequence[Assignment]) -> list[CalledLine]:
        return [
            CalledLine(row.case.number, row.case.title, row.case.place, task_line(actor, row.case, row))
            for row in found
        ]

    rows = visible_tasks(actor).filter(listing.in_state(ASSIGNMENT, state)).select_related(*_WITH)
    return paging.page(rows, NEWEST, after=after, size=size, show=show)


def parties(actor: Actor, number: str, *, now: datetime) -> CaseParties:
    """Who was called to one case, what became of it, and what this actor may do; as its page shows it."""
    case = visible_to(actor).filter(number=number).first()
    if case is None:
        raise Refusal(say("没有编号为“{number}”的工单，或不在您的范围内", number=number), Kind.MISSING)
    rows = steps.tasks_of(case)
    return CaseParties(
        case.number,
        case.version,
        tuple(task_line(actor, case, row) for row in rows),
        parties_of(actor, case, rows, now=now),
        CASE.state(case.state).open and permissions.WHO["dispatcher or lead"](actor, case, None),
    )


def line_of_task(actor: Actor, row: Assignment) -> TaskLine:
    """An assignment that was just made or changed, with the steps open to this actor."""
    return task_line(actor, row.case, row)


def require_task(number: str, task: UUID) -> None:
    """Refuse an assignment that is not of this case."""
    if not Assignment.objects.filter(pk=task, case__number=number).exists():
        raise Refusal(say("没有这项协办任务"), Kind.MISSING)


def require_whistle(number: str, whistle: UUID) -> None:
    """Refuse a whistle that is not of this case."""
    if not Whistle.objects.filter(pk=whistle, case__number=number).exists():
        raise Refusal(say("没有这次吹哨"), Kind.MISSING)
