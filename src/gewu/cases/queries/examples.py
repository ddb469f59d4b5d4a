"""Past matters as examples: what was told, and the class that people settled on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gewu.cases.models import Case
from gewu.security.scopes import within


def told_of(*, most: int) -> Iterator[tuple[str, str]]:
    """Class and text of the newest cases that were brought to a close, at most so many: one query."""
    rows = Case.objects.filter(closed_at__isnull=False).order_by("-filed_at", "-id")
    yield from rows.values_list("matter", "text")[:most].iterator(chunk_size=2000)


def handled_by(*, most: int) -> Iterator[tuple[str, str, str]]:
    """Class, place and leading unit of the newest closed cases, at most so many: one query."""
    rows = Case.objects.filter(closed_at__isnull=False, lead__isnull=False).order_by("-filed_at", "-id")
    for matter, place, lead in rows.values_list("matter", "place", "lead_id")[:most].iterator(
        chunk_size=2000
    ):
        yield matter, place, str(lead)


def told_between(
    place: str, begins: datetime, ends: datetime, *, most: int
) -> Iterator[tuple[str, str, str]]:
    """Number, class and text of what was closed in a place in a time, at most so many: one query."""
    rows = Case.objects.filter(within("place", place), closed_at__gte=begins, closed_at__lt=ends)
    kept = rows.order_by("closed_at", "id").values_list("number", "matter", "text")
    yield from kept[:most].iterator(chunk_size=2000)
