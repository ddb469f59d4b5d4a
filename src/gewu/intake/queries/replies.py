"""How soon reporters hear something: the time to the first reply against its limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import scopes
from gewu.security.actors import Actor


@dataclass(frozen=True)
class FirstReplies:
    """How soon the reporters of a place and a time heard something. ``late`` includes who still waits."""

    n: int
    in_time: int
    late: int
    waiting: int
    mean: timedelta | None


def first_replies(
    actor: Actor, place: str, *, now: datetime, since: datetime | None = None, until: datetime | None = None
) -> FirstReplies:
    """The reports received in a time by how soon they were replied to: one query.

    Refused where the actor may not read figures. Those still within their limit wait and are not counted
    among the others.
    """
    if not actor.holds_at("figures.read", place):
        raise Refusal(say("您没有查看此地统计的权限"), Kind.FORBIDDEN)
    rows = Report.objects.filter(scopes.within("place", place))
    rows = rows.filter(received_at__gte=since) if since else rows
    rows = rows.filter(received_at__lt=until) if until else rows
    took = ExpressionWrapper(F("decided_at") - F("received_at"), output_field=DurationField())
    overdue = Q(decided_at__gt=F("due_at")) | Q(decided_at=None, due_at__lt=now)
    found = rows.aggregate(
        in_time=Count("pk", filter=Q(decided_at__lte=F("due_at"))),
        late=Count("pk", filter=overdue),
        waiting=Count("pk", filter=Q(decided_at=None, due_at__gte=now)),
        mean=Avg(took, filter=Q(decided_at__isnull=False)),
    )
    return FirstReplies(
        found["in_time"] + found["late"], found["in_time"], found["late"], found["waiting"], found["mean"]
    )
