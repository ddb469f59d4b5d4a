"""Requests to see who stands behind a token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.infra import paging
from gewu.security.actions.reveals import APPROVE
from gewu.security.actors import Actor
from gewu.security.models import Account, Reveal
from gewu.security.queries import consents


@dataclass(frozen=True)
class RevealLine:
    """One request as its asker and its approver see it; never whom it is about."""

    id: UUID
    about: str
    number: str
    place: str
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    granted: bool | None
    decision: str
    until: datetime | None
    seen_at: datetime | None
    #: ``waiting``, ``ready`` to be seen, ``seen``, ``declined`` or ``over``.
    state: str
    own: bool


def reveals_to_decide(
    actor: Actor, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[RevealLine]:
    """What waits for a second person at this actor's places, newest first. One query."""
    rows = consents.waiting(Reveal.objects.all(), APPROVE, actor, now=now)
    return paging.page(
        rows, paging.Order("pk"), after=after, size=size, show=lambda found: _lines(found, actor, now)
    )


def own_reveals(actor: Actor, *, now: datetime, limit: int = 50) -> tuple[RevealLine, ...]:
    """One's own requests, newest first."""
    rows = Reveal.objects.filter(asked_by_id=actor.account_id).select_related("asked_by", "decided_by")
    return tuple(_lines(list(rows.order_by("-id")[:limit]), actor, now))


def reveals_of(about: Sequence[str], actor: Actor, *, now: datetime) -> tuple[RevealLine, ...]:
    """One's own requests for some records, newest first: one query."""
    rows = Reveal.objects.filter(about__in=about, asked_by_id=actor.account_id)
    return tuple(_lines(list(rows.select_related("asked_by", "decided_by").order_by("-id")[:20]), actor, now))


def askers_of(reveal_id: UUID) -> list[Account]:
    """Whoever made a request, to be told of its answer."""
    return [row.asked_by for row in Reveal.objects.filter(pk=reveal_id).select_related("asked_by")]


def _lines(found: Sequence[Reveal], actor: Actor, now: datetime) -> list[RevealLine]:
    return [
        RevealLine(
            row.pk, row.about, row.number, row.place, row.reason, row.asked_by.display_name, row.asked_at,
            row.decided_by.display_name if row.decided_by else "", row.decided_at, row.granted, row.decision,
            row.until, row.seen_at,
            consents.state(row, used=row.seen_at is not None, word="seen", now=now),
            row.asked_by_id == actor.account_id,
        )
        for row in found
    ]  # fmt: skip
