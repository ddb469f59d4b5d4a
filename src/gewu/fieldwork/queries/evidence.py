"""What patrols of a place and a time show: that someone was there, looked, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from gewu.fieldwork.models import Finding, Task
from gewu.security.scopes import within

#: The kinds of task whose walk shows that someone looked.
PATROLS = ("patrol", "campaign")
#: The states in which a patrol has been walked to its end.
WALKED = ("done", "signed_none")
MOST_SHOWN = 100


@dataclass(frozen=True)
class PatrolLine:
    """One patrol behind a statement."""

    task: UUID
    title: str
    place: str
    day: date
    looks_due: int
    looks_done: int
    found: int


def patrols(place: str, since: date, until: date) -> QuerySet[Task]:
    """The patrols of a place that were walked to their end between two days, both included."""
    walked = Task.objects.filter(within("place", place), kind__in=PATROLS, state__in=WALKED)
    return walked.filter(day__lte=until, last_day__gte=since)


def findings(place: str, since: date, until: date) -> QuerySet[Finding]:
    """What was found in a place between two days, on whatever task."""
    return Finding.objects.filter(within("place", place), made_at__date__gte=since, made_at__date__lte=until)


def patrols_behind(row: Task) -> tuple[PatrolLine, ...]:
    """The patrols that stand behind a task of a place and a time."""
    rows = patrols(row.place, row.day, row.last_day).order_by("day", "id")
    return tuple(
        PatrolLine(one.pk, one.title, one.place, one.day, one.looks_due, one.looks_done, one.found)
        for one in rows[:MOST_SHOWN]
    )
