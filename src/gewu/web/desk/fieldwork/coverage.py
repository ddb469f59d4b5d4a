"""What was looked at of what was due, what nobody has seen, key areas, teams; and the records of the work."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.fieldwork import queries
from gewu.kernel.places import Level, level_of
from gewu.kernel.refusals import Refusal
from gewu.security.actors import Actor
from gewu.territory import queries as territory
from gewu.web import errors
from gewu.web.accounts import See, signed_in
from gewu.web.desk.fieldwork.tasks import opened
from gewu.web.pages import show
from gewu.web.presenting import fieldwork as named
from gewu.web.presenting.names import called, places_named, whereabouts
from gewu.web.presenting.parts import Listed

#: Days looked at unless others are asked for.
USUAL_DAYS = 30
_BELOW = {Level.COUNTY: 9, Level.STREET: 12, Level.COMMUNITY: 15, Level.GRID: 15, Level.MICRO_GRID: 15}

_RIGHTS = ("fieldwork.read", "fieldwork.plan")


@require_GET
@signed_in
def coverage(request: HttpRequest) -> HttpResponse:
    """Pairs of place and item of a place and its parts, items, blind spots, key areas and teams over some
    days."""
    actor, now = opened(request), timezone.localtime()
    since, until, refusal = named.span_of(request, now.date(), USUAL_DAYS)
    place = _place_of(request, actor)
    if not request.GET.get("place") and not any(actor.holds_at(one, place) for one in _RIGHTS):
        return See(reverse("field_tasks"))  # an office has no place of its own that could be covered
    try:
        found = _figures(actor, place, since, until, now)
    except Refusal as said:
        (since, until), refusal = named.usual_span(now.date(), USUAL_DAYS), said
        found = _figures(actor, place, since, until, now)
    return show(
        request,
        "desk/field_coverage.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        place=place,
        name=territory.place(place).path,
        places=named.where_choices(actor, "fieldwork.read"),
        since=since,
        until=until,
        **found,
    )


def _place_of(request: HttpRequest, actor: Actor) -> str:
    asked = request.GET.get("place", "").strip()
    return territory.place(asked).code if asked else named.home_by(actor, "fieldwork.read") or settings.COUNTY


def _figures(actor: Actor, place: str, since: date, until: date, now: datetime) -> dict[str, Any]:
    digits = _BELOW.get(level_of(place), 9)
    parts = queries.coverage(actor, place, since, until, digits=digits, now=now)
    blind = queries.blind_spots(actor, place, since, until)
    names = places_named({one.place for one in parts} | set(blind.grids[:200]) | set(blind.known_outside))

    def said(code: str) -> str:
        return names[code].name if code in names else code

    due, done = sum(one.looks_due for one in parts), sum(one.looks_done for one in parts)
    return {
        "parts": [(one, said(one.place), _share(one.looks_done, one.looks_due)) for one in parts],
        "whole": (due, done, _share(done, due)),
        "items": [
            (one, called(one.item.name), _share(one.looks_done, one.looks_due))
            for one in queries.coverage_by_item(actor, place, since, until, now=now)
        ],
        "blind": blind,
        "unseen": [(code, said(code), whereabouts(names, code)) for code in blind.grids[:200]],
        "outside": [(code, said(code), count) for code, count in blind.known_outside.items()],
        "areas": queries.key_areas(actor, place, since, until),
        "teams": queries.teams(actor, place, since, until, now=now),
    }


def _share(done: int, due: int) -> str:
    return f"{done / due:.0%}" if due else ""


@require_GET
@signed_in
def records(request: HttpRequest) -> HttpResponse:
    """The work log: records by form, and the records themselves, the newest first."""
    actor, now, after = opened(request), timezone.localtime(), request.GET.get("after", "")
    since, until, refusal = named.span_of(request, now.date(), USUAL_DAYS)
    given = {name: request.GET.get(name, "").strip() for name in ("place", "form", "team", "mine")}
    mine = given["mine"] == "1"
    try:
        log = queries.work_log(actor, given["place"], since, until, mine=mine)
        page = queries.records(
            actor,
            given["place"],
            since,
            until,
            form=given["form"],
            team=given["team"],
            mine=mine,
            after=after,
        )
    except Refusal as said:
        (since, until), refusal = named.usual_span(now.date(), USUAL_DAYS), said
        log = queries.work_log(actor, "", since, until)
        page = queries.records(actor, "", since, until)
    places = places_named({one.place for one in page.rows})
    query = named.as_query(**given, since=since, until=until)
    return show(
        request,
        "desk/field_records.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        log=[(one, called(one.form.name), queries.ROLES.get(one.form.role)) for one in log],
        page=Listed(
            tuple((one, called(one.form.name), whereabouts(places, one.place)) for one in page.rows),
            page.after,
        ),
        given=given,
        since=since,
        until=until,
        first=not after,
        here_query=query,
        log_query=named.as_query(place=given["place"], mine=given["mine"], since=since, until=until),
        places=named.where_choices(actor, "fieldwork.read"),
    )


@require_GET
@signed_in
def record(request: HttpRequest, id: UUID) -> HttpResponse:
    """One record: what was filled in, for which duty, and what was found."""
    actor, now = opened(request), timezone.localtime()
    line, found = queries.record_page(actor, id)
    duty = queries.duty(line.duty, line.made_at.date()) if line.duty else None
    return show(
        request,
        "desk/field_record.html",
        line=line,
        name=called(line.form.name),
        role=queries.ROLES.get(line.form.role),
        where=territory.place(line.place).path,
        duty=(duty.code, called(duty.name)) if duty else None,
        found=found,
        made=now,
    )
