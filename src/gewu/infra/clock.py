"""Whether the clock of this machine can be trusted: set forward or back while the platform runs.

What was promised stays: a deadline is a moment that was written down when its clock began, and no sweep
tells of the same clock twice. What begins while the clock is wrong is counted from the wrong time; that is
why a jump is told in the audit log and shown on the page of health.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from gewu.infra import store, stream
from gewu.infra.events import ClockSet
from gewu.infra.models import AuditEntry
from gewu.kernel.identifiers import new_id

#: Less is the ordinary work of a time service.
TOLERATED = timedelta(seconds=30)
#: So far ahead of where it stood when the process began, nothing is deleted for good.
DOUBTFUL = timedelta(days=1)
#: How long the page of health speaks of a jump.
SPOKEN_OF = timedelta(days=7)
#: The part of the audit log.
PART = "clock"


def _steady() -> float:
    """Seconds on the clock that nobody can set and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Watch:
    """Notices that the clock on the wall was set, by the clock that nobody can set."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = _steady) -> None:
        self._wall, self._steady = wall, steady
        self._begun = self._last = wall() - steady()

    def moved(self) -> timedelta:
        """By how much the clock was set since this was asked last; nothing below what is tolerated."""
        here = self._wall() - self._steady()
        by = timedelta(seconds=here - self._last)
        if abs(by) < TOLERATED:
            return timedelta()
        self._last = here
        return by

    @property
    def doubtful(self) -> bool:
        """Whether the clock is so far ahead of where it stood that nothing may be deleted by it."""
        return timedelta(seconds=self._wall() - self._steady() - self._begun) > DOUBTFUL


def tell_set(by: timedelta, *, actor: stream.Acting, now: datetime) -> None:
    """Tell in the audit log that the clock was set."""
    with store.writing():
        stream.tell(ClockSet(id=new_id(), seconds=round(by.total_seconds())), actor=actor, now=now)


def behind(now: datetime) -> timedelta:
    """How far the clock stands behind the last event; zero or less when it is well."""
    last = stream.at(stream.last_position())
    return last.at - now if last else timedelta()


def last_set(now: datetime) -> stream.Told | None:
    """The last time the clock was set, if that was lately."""
    rows = AuditEntry.objects.filter(part=PART, at__gt=now - SPOKEN_OF).order_by("-position")
    position = rows.values_list("position", flat=True).first()
    return stream.at(position) if position else None
