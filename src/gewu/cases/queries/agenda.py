"""The clocks that run for one person: of the own office, of parts one was called to, of the own desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases.lifecycle import ASSIGNMENT
from gewu.cases.models import Assignment, Deadline
from gewu.cases.queries import concerns
from gewu.infra import moments
from gewu.kernel.events import all_types
from gewu.security import scopes
from gewu.security.actors import Actor

#: Clock -> the right whose holders answer for it, each where it holds.
ANSWERED_BY = {
    "sign_for": "cases.handle",
    "handle": "cases.handle",
    "check": "cases.check",
    "dispatch": "cases.dispatch",
}


@dataclass(frozen=True)
class DueLine:
    """One running clock of a case; nothing that anyone said."""

    id: UUID
    number: str
    matter: str
    place: str
    clock: str
    due_at: datetime
    #: When anything last happened to the case.
    changed_at: datetime


def agenda(actor: Actor, *, since: datetime, most: int = 200) -> tuple[DueLine, ...]:
    """The clocks that this actor answers for and that run out after a moment, the next first: two queries."""
    rows = Deadline.objects.filter(_own(actor), met_at=None, dropped_at=None, held=False, due_at__gte=since)
    kept = concerns.kept_from(actor, "case__")
    if kept:
        rows = rows.exclude(kept)
    found = list(rows.select_related("case").order_by("due_at", "id")[:most])
    last = moments.last_told("case", list({row.case_id for row in found}), _types())
    return tuple(
        DueLine(
            row.pk,
            row.case.number,
            row.case.matter,
            row.case.place,
            row.clock,
            row.due_at,
            last.get(row.case_id, row.started_at),
        )
        for row in found
    )


def _own(actor: Actor) -> Q:
    found = scopes.NOTHING
    for clock, right in ANSWERED_BY.items():
        seen = scopes.visible(
            actor, right, place="case__place", unit=lambda path: scopes.below_unit("case__lead_path", path)
        )
        found |= Q(clock=clock) & seen
    return found | Q(pk__in=_called(actor).values("clock_id"))


def _called(actor: Actor) -> QuerySet[Assignment]:
    """The parts that this person, or the own office, was called to and that are not done."""
    by_office = scopes.visible(
        actor,
        "cases.handle",
        place="case__place",
        unit=lambda path: scopes.below_unit("unit_path", path),
    )
    in_person = Q(account_id=actor.account_id) if actor.account_id else scopes.NOTHING
    return Assignment.objects.filter(
        by_office | in_person, clock__isnull=False, state__in=ASSIGNMENT.names(open=True)
    )


def _types() -> tuple[str, ...]:
    return tuple(one.__name__ for one in all_types() if one.subject == "case")
