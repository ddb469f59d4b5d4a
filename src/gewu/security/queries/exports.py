"""Requests to take out more rows than one may at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.infra import errands, paging
from gewu.security.actions.exports import APPROVE, kept_until
from gewu.security.actors import Actor
from gewu.security.models import Account, ExportRequest
from gewu.security.queries import consents


@dataclass(frozen=True)
class ExportLine:
    """One request as its asker and its approver see it."""

    id: UUID
    query: str
    rows: int
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decision: str
    #: Until when the consent may be used, or the file be taken.
    until: datetime | None
    #: ``waiting``, ``ready`` to be made, ``making``, ``failed``, ``made``, ``taken`` (and may be again within
    #: the hour), ``used``, ``declined`` or ``over``.
    state: str
    own: bool
    #: Whether no second person was needed.
    alone: bool
    #: How many rows the file has so far, and why it could not be made.
    made: int
    fault: str


def exports_to_decide(
    actor: Actor, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[ExportLine]:
    """What waits for a second person at this actor's places, newest first. One query."""
    rows = consents.waiting(ExportRequest.objects.all(), APPROVE, actor, now=now)
    return paging.page(
        rows, paging.Order("pk"), after=after, size=size, show=lambda found: _lines(found, actor, now)
    )


def own_exports(actor: Actor, *, now: datetime, limit: int = 50) -> tuple[ExportLine, ...]:
    """One's own requests, newest first."""
    rows = ExportRequest.objects.filter(asked_by_id=actor.account_id).select_related("asked_by", "decided_by")
    return tuple(_lines(list(rows.order_by("-id")[:limit]), actor, now))


def export_askers(request_id: UUID) -> list[Account]:
    """Whoever made a request, to be told of its answer."""
    return [row.asked_by for row in ExportRequest.objects.filter(pk=request_id).select_related("asked_by")]


def _lines(found: Sequence[ExportRequest], actor: Actor, now: datetime) -> list[ExportLine]:
    under_way = errands.of([row.pk for row in found]) if any(row.granted for row in found) else {}
    return [_line(row, under_way.get(row.pk), actor, now) for row in found]


def _line(row: ExportRequest, progress: errands.Progress | None, actor: Actor, now: datetime) -> ExportLine:
    return ExportLine(
        row.pk, row.query, row.made_rows if row.made_at else row.rows, row.reason,
        row.asked_by.display_name, row.asked_at,
        row.decided_by.display_name if row.decided_by else "", row.decision, kept_until(row) or row.until,
        _state(row, progress, now), row.asked_by_id == actor.account_id,
        bool(row.granted) and row.decided_by_id is None,
        progress.made if progress else 0, progress.fault if progress else "",
    )  # fmt: skip


def _state(row: ExportRequest, progress: errands.Progress | None, now: datetime) -> str:
    until = kept_until(row)
    if until is not None and now < until:
        return "taken" if row.used_at else "made"
    if until is None and progress and progress.is_open:
        return "making"
    state = consents.state(row, used=row.used_at is not None, word="used", now=now)
    return "failed" if state == "ready" and progress and progress.failed else state
