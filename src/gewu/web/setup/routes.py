"""Setup of routing: the rules in force, a draft rehearsed on past cases, what the rules leave open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.cases import queries as cases
from gewu.catalogue import actions as catalogue_actions
from gewu.catalogue import queries as catalogue
from gewu.catalogue.actions import RouteSpec
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.organisation import queries as organisation
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.editions import matters_named, office_named
from gewu.web.presenting.names import called, either, place_choices
from gewu.web.presenting.shell import actor_of
from gewu.web.setup import find
from gewu.web.setup.home import opened, shown

#: Rules on one page; narrower filters show the rest.
MOST_ROWS = 200


@dataclass(frozen=True)
class RouteLine:
    """A rule with names."""

    id: UUID
    matter: str
    place: str
    lead: str
    assists: str
    reason: str
    since: date


@require_http_methods(["GET", "POST"])
@signed_in
def routes(request: HttpRequest) -> HttpResponse:
    """The rules in force by matter and place; a draft is rehearsed first and published from a later day."""
    opened(request, "setup_routes")
    if request.method == "GET":
        return _routes(request)
    actor, now = actor_of(request), timezone.localtime()
    try:
        spec = _spec(request)
        draft = catalogue_actions.draft_of(spec)
        if request.POST.get("do") != "publish":
            return _routes(request, rehearsal=cases.rehearse_route(draft, actor=actor, now=now))
        catalogue_actions.announce_route(spec, actor=actor, now=now)
    except Refusal as refusal:
        return _routes(request, refusal)
    return See(f"{reverse('setup_routes')}?q={spec.matter_prefix}")


def _spec(request: HttpRequest) -> RouteSpec:
    given = {name: text.strip() for name, text in request.POST.items() if isinstance(text, str)}
    lead = given.get("lead", "")
    known = lead in catalogue.departments()
    return RouteSpec(
        matter_prefix=given.get("matter", ""),
        place_prefix=given.get("place", "") or settings.COUNTY,
        since=forms.day(given.get("since", ""), "since"),
        reason_zh=given.get("reason", ""),
        department=lead if known else "",
        unit="" if known else lead,
        assists=tuple(given.get("assists", "").split()),
        source="clerk",
    )


def _routes(
    request: HttpRequest, refusal: Refusal | None = None, rehearsal: cases.RouteRehearsal | None = None
) -> HttpResponse:
    today = timezone.localdate()
    wanted = request.GET.get("q", "").strip()[:60]
    found = catalogue.routes_of(settings.COUNTY, today + timedelta(days=1))
    lines = [_line(one) for one in found]
    words = wanted.casefold().split()
    kept = [
        one for one in lines if all(w in f"{one.matter} {one.lead} {one.place}".casefold() for w in words)
    ]
    return shown(
        request,
        "setup/routes.html",
        "setup_routes",
        refusal=refusal,
        q=wanted,
        lines=kept[:MOST_ROWS],
        count=len(kept),
        rehearsal=rehearsal,
        typed=request.POST,
        tomorrow=(today + timedelta(days=1)).isoformat(),
        found=find.names,
        names={one.matter: called(catalogue.name_of(one.matter)) for one in rehearsal.moved}
        if rehearsal
        else {},
    )


def _line(row: catalogue.RouteFacts) -> RouteLine:
    unit = organisation.unit(UUID(row.unit)) if row.unit else None
    return RouteLine(
        UUID(row.id),
        matters_named([row.matter_prefix]),
        row.place_prefix,
        called(unit.name) if unit else office_named(row.department),
        either("、", ", ").join(office_named(one) for one in row.assists),
        either(row.reason_zh, row.reason_en),
        row.since,
    )


@require_POST
@signed_in
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """Have a rule stop from tomorrow."""
    opened(request, "setup_routes")
    now = timezone.localtime()
    try:
        catalogue_actions.end_route(id, now.date() + timedelta(days=1), actor=actor_of(request), now=now)
    except Refusal as refusal:
        return _routes(request, refusal)
    return See(reverse("setup_routes"))


@require_GET
@signed_in
def coverage(request: HttpRequest) -> HttpResponse:
    """What the rules leave open in a place: classes without a lead, conflicts, duties nobody holds."""
    opened(request, "setup_coverage")
    places = place_choices(settings.COUNTY, Level.STREET, Level.COMMUNITY)
    known = {one.value for one in places} | {settings.COUNTY}
    asked = request.GET.get("place", "")
    place = asked if asked in known else settings.COUNTY
    found = catalogue.coverage(place, timezone.localdate())
    return shown(
        request,
        "setup/coverage.html",
        "setup_coverage",
        place=place,
        places=places,
        uncovered=[(one, either(one.matter.name_zh, one.matter.name_en)) for one in found.uncovered],
        contested=[(one, [_line(row) for row in one.rows]) for one in found.contested],
        unheld=[(one.item.code, called(one.item.title), office_named(one.who)) for one in found.unheld],
        stale=[_line(one) for one in found.stale],
        count=found.count,
    )
