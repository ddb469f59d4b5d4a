"""Sweeps over cases: what comes due by itself."""

from __future__ import annotations

from datetime import datetime

from gewu.cases import events
from gewu.cases.actions import clocks, referrals, steps
from gewu.cases.models import Assignment, Case, Deadline
from gewu.cases.queries.referrals import late_referrals
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import terms
from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
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
        called = dict(Assignment.objects.filter(clock__in=late).values_list("clock", "pk")) if late else {}
        for one in late:
            event = events.DeadlinePassed(
                id=one.case_id,
                place=one.case.place,
                clock=one.clock,
                unit=one.unit_id,
                assignment=called.get(one.pk),
            )
            stream.tell(event, actor=CLOCK, now=now)
            one.told_late_at = now
        Deadline.objects.bulk_update(late, ["told_late_at"])
    return len(late)


def climb_ladder(now: datetime, *, limit: int = 200) -> int:
    """Tell of each rung of supervision that a clock has reached, one at a time; returns how many."""
    with store.writing():
        reached = list(
            Deadline.objects.select_for_update(of=("self",))
            .filter(next_rung_at__lt=now, met_at=None, dropped_at=None, held=False)
            .select_related("case")
            .order_by("next_rung_at")[:limit]
        )
        for one in reached:
            rung = terms.ladder(on=catalogue.day_of(one.started_at))[one.rungs]
            event = events.RungReached(
                id=one.case_id,
                place=one.case.place,
                unit=one.unit_id,
                percent=rung.percent,
                tells=rung.tells,
            )
            stream.tell(event, actor=CLOCK, now=now)
            one.rungs += 1
            one.next_rung_at = clocks.next_rung(one)
        Deadline.objects.bulk_update(reached, ["rungs", "next_rung_at"])
    return len(reached)


def sweep_referrals(now: datetime) -> int:
    """Send back what no body outside took over in time, or tell both sides; returns how many."""
    found = late_referrals(now)
    for one in found:
        referrals.lapse(one, now=now)
    return len(found)


def resume_shelved(now: datetime, *, limit: int = 50) -> int:
    """Have the shelved cases whose time has come go on; returns how many."""
    rows = Case.objects.filter(shelved_until__lte=now).order_by("shelved_until")[:limit]
    numbers = list(rows.values_list("number", flat=True))
    return sum(_resumed(number, now) for number in numbers)


def _resumed(number: str, now: datetime) -> bool:
    """Resume one case; a person may have been quicker."""
    try:
        steps.take(number, "resume", actor=CLOCK, now=now)
    except Refusal as refusal:
        if refusal.kind is not Kind.CONFLICT:
            raise
        return False
    return True
