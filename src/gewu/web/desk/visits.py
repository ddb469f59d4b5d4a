"""Looks at the spot that wait for whoever has signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.intake import queries as reports
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.web.accounts import signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import grid_name, places_named, whereabouts
from gewu.web.presenting.parts import Listed
from gewu.web.presenting.shell import actor_of


@dataclass(frozen=True)
class Row:
    """One look that waits."""

    report: str
    text: str
    place: str
    asked_at: datetime
    due_at: datetime


@require_GET
@signed_in
def visits(request: HttpRequest) -> HttpResponse:
    """The looks that wait in one's own places, the most pressing first."""
    actor, now, after = actor_of(request), timezone.localtime(), request.GET.get("after", "")
    if not actor.holds("reports.verify"):
        raise Refusal(say("现场核实由网格员办理，您没有此权限"), Kind.FORBIDDEN)
    found = reports.visits(actor, after=after, now=now)
    page = Listed(tuple(_row(one) for one in found.rows), found.after)
    return show(request, "desk/visits.html", page=page, first=not after)


def _row(one: reports.VisitLine) -> Row:
    places = places_named([one.place])
    where = " · ".join(
        filter(None, (whereabouts(places, one.place), grid_name(places, one.place), one.address))
    )
    return Row(str(one.report), one.text, where, one.asked_at, one.due_at)
