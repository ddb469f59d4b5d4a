"""When officials come to whom, where and about what: for everyone to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.fieldwork import queries
from gewu.fieldwork.queries import Announced
from gewu.kernel.texts import Text
from gewu.territory.queries import Place
from gewu.web.pages import show
from gewu.web.presenting.names import grid_name, places_named, whereabouts


@dataclass(frozen=True)
class Row:
    """One announced visit."""

    opens_at: datetime
    due_at: datetime
    title: str
    topics: str
    place: str
    state: Text
    done: bool
    overdue: bool


@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """The visits to come, and what became of those of the last weeks."""
    now = timezone.localtime()
    found = queries.announced(settings.COUNTY, now=now)
    named = places_named(one.place for one in found)
    rows = [_row(one, named) for one in found]
    return show(
        request, "portal/visits.html", coming=[one for one in rows if one.due_at >= now],
        past=[one for one in reversed(rows) if one.due_at < now],
    )  # fmt: skip


def _row(one: Announced, named: Mapping[str, Place]) -> Row:
    where = (whereabouts(named, one.place), grid_name(named, one.place), one.spot)
    opens_at, due_at = timezone.localtime(one.opens_at), timezone.localtime(one.due_at)
    place = " · ".join(filter(None, where))
    return Row(opens_at, due_at, one.title, one.topics, place, one.state, one.done, one.overdue)
