"""Requests that a second person grants: what waits for an answer, and how each stands."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from gewu.security import scopes
from gewu.security.actions.consents import WAITS_FOR
from gewu.security.actors import Actor
from gewu.security.models import Consent
from gewu.security.scopes import NOTHING

Request = TypeVar("Request", bound=Consent)


def waiting(rows: QuerySet[Request], right: str, actor: Actor, *, now: datetime) -> QuerySet[Request]:
    """Those that wait for an answer at this actor's places."""
    here = scopes.visible(actor, right, place="place", unit=lambda path: NOTHING)
    waits = rows.filter(here, decided_at=None, asked_at__gt=now - WAITS_FOR)
    return waits.select_related("asked_by", "decided_by")


def state(row: Consent, *, used: bool, word: str, now: datetime) -> str:
    """``waiting``, ``ready``, the ``word`` for one that was used, ``declined`` or ``over``."""
    if row.decided_at is None:
        return "waiting" if row.asked_at > now - WAITS_FOR else "over"
    if not row.granted:
        return "declined"
    if used:
        return word
    return "ready" if row.until and row.until > now else "over"
