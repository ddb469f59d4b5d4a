"""Sweeps over cases: what comes due by itself."""

from __future__ import annotations

from datetime import datetime

from gewu.cases import events
from gewu.cases.models import Deadline
from gewu.infra import store, stream
from gewu.security.actors import CLOCK


def sweep_deadlines(now: datetime, *, limit: int = 200) -> int:
    """Tell once of each clock that has passed its limit; returns how many were told."""
    with store.writing():
        late = list(
            Deadline.objects.select_for_update(of=("self",))
            .filter(due_at__lt=now, met_at=None, dropped_at=None, told_late_at=None, held=False)
            .select_related("case")
            .order_by("due_at")[:limit]
        )
        for one in late:
            event = events.DeadlinePassed(
                id=one.case_id, place=one.case.place, clock=one.clock, unit=one.unit_id
            )
            stream.tell(event, actor=CLOCK, now=now)
            one.told_late_at = now
        Deadline.objects.bulk_update(late, ["told_late_at"])
    return len(late)
