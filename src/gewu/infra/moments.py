"""Events by the time at which they happened: what changed lately, for those who keep up with us."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from gewu.infra import stream
from gewu.infra.models import Anchor, EventRow
from gewu.kernel.worktime import CHINA

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From a moment on, until before another."""

    since: datetime
    until: datetime


def last_told(subject: str, ids: Sequence[UUID], types: Collection[str]) -> dict[UUID, datetime]:
    """When an event of these types last happened to each of some records: one query."""
    told = EventRow.objects.filter(subject=subject, subject_id__in=ids, type__in=types)
    return dict(told.order_by().values_list("subject_id").annotate(Max("at")))


def changed(subject: str, types: Collection[str], span: Span, *, most: int) -> list[UUID]:
    """The records to which one of these events happened in a span, the latest first: two queries."""
    told = _within(subject, types, span).order_by().values_list("subject_id")
    newest = told.annotate(last=Max("position")).order_by("-last")[:most]
    return [key for key, _ in newest]


def told_within(
    subject: str, types: Collection[str], span: Span, *, among: QuerySet[Any, Any], most: int
) -> tuple[stream.Told, ...]:
    """The events of some records in a span with their words, oldest first: at most four queries.

    ``among`` is a question for the keys of those records.
    """
    rows = _within(subject, types, span).filter(subject_id__in=among).order_by("position")[:most]
    found = stream.those([row.position for row in rows])
    return tuple(found[key] for key in sorted(found))


def told_of(
    subject: str, ids: Sequence[UUID], types: Collection[str], *, most: int
) -> tuple[stream.Told, ...]:
    """The events of some records with their words, oldest first: three queries."""
    rows = EventRow.objects.filter(subject=subject, subject_id__in=ids, type__in=types)
    found = stream.those(rows.order_by("position").values_list("position", flat=True)[:most])
    return tuple(found[key] for key in sorted(found))


def _within(subject: str, types: Collection[str], span: Span) -> QuerySet[EventRow]:
    """The anchors say behind which position a day lies, so that no older event is looked at."""
    day = span.since.astimezone(CHINA).date() - _DAY
    before = Anchor.objects.filter(day__lt=day).order_by("-number").values_list("last", flat=True).first()
    return EventRow.objects.filter(
        position__gt=before or 0, subject=subject, type__in=types, at__gte=span.since, at__lt=span.until
    )
