"""How long someone has been on patrol today, for the limit of hours and the reminder to rest."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from gewu.catalogue import queries as catalogue
from gewu.fieldwork.models import Task
from gewu.fieldwork.queries.kinds import kinds
from gewu.fieldwork.rules.rest import Day, Span, day_of, last_moment
from gewu.kernel.worktime import CHINA
from gewu.security.actors import Actor


def patrol_kinds() -> tuple[str, ...]:
    """The kinds of task that are walked, so that their hours count and their way may be recorded."""
    return tuple(one.code for one in kinds() if one.tracks)


def own_day(actor: Actor, *, now: datetime) -> Day:
    """One's own hours on patrol today."""
    return walked(actor.ref, now)


def walked(ref: str, at: datetime) -> Day:
    """Someone's hours on patrol on the day of a moment, up to that moment: one query."""
    midnight = datetime.combine(catalogue.day_of(at), time.min, tzinfo=CHINA)
    rows = Task.objects.filter(
        started_by=ref, kind__in=patrol_kinds(),
        started_at__gte=midnight, started_at__lt=min(at, midnight + timedelta(days=1)),
    )  # fmt: skip
    spans = [
        Span(started, min(last_moment(started, ended), at))
        for started, ended in rows.values_list("started_at", "ended_at")
        if started
    ]
    return day_of(spans, at)
