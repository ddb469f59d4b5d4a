"""Searching over everything that the caller may open."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from gewu.api import auth
from gewu.api.refusals import can
from gewu.api.shapes import Code, Moment, Short
from gewu.infra.wording import translated
from gewu.insight import queries as insight
from gewu.kernel.worktime import CHINA

router = Router(tags=["search"])


class FoundOut(Schema):
    """One thing that was found; ``key`` is a case's number, a report's id, the code of anything else."""

    kind: str
    key: str
    name: str
    text: str
    place: str
    beside: str
    state_label: str
    at: Moment | None


class FoundGroup(Schema):
    """The first of one kind; ``count`` goes no further than 99, and with ``more`` there are others."""

    kind: str
    label: str
    count: int
    more: bool
    lines: list[FoundOut]


class FoundPage(Schema):
    groups: list[FoundGroup]
    lines: list[FoundOut]
    after: str | None


@router.get("/search", response=FoundPage, openapi_extra=can(401, 422))
def search(
    request: HttpRequest,
    q: Short,
    kind: Code = "",
    place: Code = "",
    state: Code = "",
    since: date | None = None,
    until: date | None = None,
    after: Short = "",
    size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """What the caller may open: the first of every kind, or with ``kind`` one of them by cursor.

    A state and days (of filing, both counted) are those of cases and reports, and leave nothing else.
    """
    actor, now = auth.caller(request), timezone.now()
    sought = insight.Sought(q, kind, place, state, _begins(since), _begins(until, timedelta(days=1)))
    if kind:
        page = insight.search_kind(actor, sought, after=after, size=size, now=now)
        return {"groups": [], "lines": [_line(one) for one in page.rows], "after": page.after or None}
    groups = [
        {
            "kind": one.kind,
            "label": translated(one.label),
            "count": one.count,
            "more": one.more,
            "lines": [_line(line) for line in one.lines],
        }
        for one in insight.search_all(actor, sought, now=now)
    ]
    return {"groups": groups, "lines": [], "after": None}


def _begins(day: date | None, later: timedelta = timedelta()) -> datetime | None:
    if day is None:
        return None
    if day >= date.max - later:
        return datetime.max.replace(year=9998, tzinfo=UTC)
    return datetime.combine(day + later, time.min, tzinfo=CHINA)


def _line(one: insight.Line) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "key": one.key or one.place,
        "name": translated(one.name),
        "text": one.said[:400],
        "place": one.place,
        "beside": translated(one.beside) if one.beside else "",
        "state_label": translated(one.state) if one.state else "",
        "at": one.at,
    }
