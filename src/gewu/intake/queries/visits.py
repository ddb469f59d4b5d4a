"""Looks at the spot that wait, for the desk of whoever may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gewu.infra import paging
from gewu.intake.models import VerificationTask
from gewu.security import scopes
from gewu.security.actors import Actor

SOONEST = paging.Order("due_at", descending=False)


@dataclass(frozen=True)
class VisitLine:
    """One look that waits: where, what was said, until when."""

    id: UUID
    report: UUID
    text: str
    address: str
    place: str
    asked_at: datetime
    due_at: datetime
    overdue: bool
    lon: float | None = None
    lat: float | None = None


def visible_to(actor: Actor) -> QuerySet[VerificationTask]:
    """The open tasks in the places where this actor may go and look."""
    mine = scopes.visible(actor, "reports.verify", place="place", unit=lambda path: scopes.NOTHING)
    return VerificationTask.objects.filter(mine, done_at=None, dropped_at=None)


@dataclass(frozen=True)
class OpenLook:
    """A look that waits: where it is, and until when."""

    place: str
    lon: float | None
    lat: float | None
    asked_at: datetime
    due_at: datetime


def open_look(report: UUID) -> OpenLook | None:
    """The look that a report waits for: one query; None when it waits for none."""
    rows = VerificationTask.objects.filter(report=report, done_at=None, dropped_at=None)
    row = rows.select_related("report").order_by("-asked_at").first()
    if row is None:
        return None
    return OpenLook(row.place, row.report.lon, row.report.lat, row.asked_at, row.due_at)


def visits(actor: Actor, *, after: str = "", size: int = 50, now: datetime) -> paging.Page[VisitLine]:
    """The looks that wait, the most pressing first: one query."""

    def show(rows: Sequence[VerificationTask]) -> list[VisitLine]:
        return [
            VisitLine(
                row.pk,
                row.report_id,
                row.report.text[:120],
                row.report.address,
                row.place,
                row.asked_at,
                row.due_at,
                now > row.due_at,
                row.report.lon,
                row.report.lat,
            )
            for row in rows
        ]

    return paging.page(visible_to(actor).select_related("report"), SOONEST, after=after, size=size, show=show)
