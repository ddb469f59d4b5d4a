"""Carrying out deliveries: at least once, and each effect in one transaction with its mark."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from gewu.infra import deliveries, rows, store, stream
from gewu.infra.models import Delivery

log = logging.getLogger(__name__)

#: How long a worker may hold a delivery before another takes it up again.
LEASE = timedelta(seconds=30)
#: How long a worker writes before it lets others have the turn; several deliveries share a commit.
TURN_S = 0.01
#: Pauses before the next try; after the last a delivery is set aside for a person to look at.
RETRIES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))


def work(now: datetime, *, limit: int = 20) -> int:
    """Carry out due deliveries, oldest first; returns how many were taken up.

    Looks before it asks for the turn to write, so that an idle worker is in nobody's way.
    """
    if not Delivery.objects.filter(due_at__lte=now).exists():
        return 0
    taken = _lease(now, limit)
    told = stream.those({delivery.event_id for delivery in taken})
    waiting = deque(taken)
    while waiting:
        _carry_out_some(waiting, told, now)
    return len(taken)


def _lease(now: datetime, limit: int) -> list[Delivery]:
    with store.writing():
        due = list(
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(due_at__lte=now)
            .order_by("due_at", "id")[:limit]
        )
        for delivery in due:
            delivery.due_at, delivery.tries = now + LEASE, delivery.tries + 1
        mine = Delivery.objects.filter(pk__in=[delivery.pk for delivery in due])
        mine.update(due_at=now + LEASE, tries=F("tries") + 1)
    return due


def _carry_out_some(waiting: deque[Delivery], told: Mapping[int, stream.Told], now: datetime) -> None:
    """Carry out deliveries in one transaction until its turn is over; each fails alone."""
    until = time.monotonic() + TURN_S
    with store.writing():
        while waiting:
            delivery = waiting.popleft()
            try:
                with store.attempt():
                    _carry_out(delivery, told[delivery.event_id], now)
            except Exception as fault:
                log.exception("reaction %s to event %s failed", delivery.reaction, delivery.event_id)
                _put_off(delivery, now, fault)
            if time.monotonic() > until:
                return


def _carry_out(delivery: Delivery, told: stream.Told, now: datetime) -> None:
    """Mark first: whoever comes back after its lease has run out finds the mark and does nothing."""
    done = {"done_at": now, "due_at": None, "error": ""}
    if rows.change(Delivery, done, id=delivery.pk, done_at=None, tries=delivery.tries):
        deliveries.function_named(delivery.reaction)(told, now=now)


def _put_off(delivery: Delivery, now: datetime, fault: Exception) -> None:
    late = delivery.tries > len(RETRIES)
    due = None if late else now + RETRIES[delivery.tries - 1]
    Delivery.objects.filter(pk=delivery.pk, done_at=None, tries=delivery.tries).update(
        due_at=due, error=f"{type(fault).__name__}: {fault}"[:500]
    )


def bring_forward(now: datetime) -> int:
    """Have whatever waits for a time that the clock has been set back from be due at once; returns how many.

    Reactions are safe to repeat; one that is under way elsewhere finds that its lease was taken.
    """
    with store.writing():
        return Delivery.objects.filter(due_at__gt=now).update(due_at=now)


@dataclass(frozen=True)
class SetAside:
    """A delivery that failed too often and waits for a person."""

    id: int
    event: int
    type: str
    reaction: str
    tries: int
    error: str


def set_aside(*, limit: int = 50) -> tuple[SetAside, ...]:
    """What failed too often, oldest first."""
    found = Delivery.objects.filter(due_at=None, done_at=None).select_related("event").order_by("id")[:limit]
    return tuple(
        SetAside(row.pk, row.event_id, row.event.type, row.reaction, row.tries, row.error) for row in found
    )


def try_again(delivery_id: int, *, now: datetime) -> None:
    """Put a delivery that was set aside back into the queue."""
    with store.writing():
        Delivery.objects.filter(pk=delivery_id, done_at=None).update(due_at=now, tries=0)


def of_event(position: int) -> tuple[dict[str, Any], ...]:
    """The deliveries of one event, for `gewu explain`."""
    found = Delivery.objects.filter(event_id=position).order_by("id")
    return tuple(dict(row) for row in found.values("reaction", "tries", "due_at", "done_at", "error"))
