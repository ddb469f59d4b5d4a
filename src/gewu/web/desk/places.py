"""Places of the net and what is wanting there, for everyone who works here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.kernel.refusals import Refusal
from gewu.organisation import queries as organisation
from gewu.organisation.queries import Gaps, Staffing
from gewu.security.actors import Actor
from gewu.territory import queries as territory
from gewu.web import errors
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import Choice, called
from gewu.web.presenting.people import Person, person
from gewu.web.presenting.places import Spot, place_page, span_asked
from gewu.web.presenting.shell import actor_of


@require_GET
@signed_in
def root(request: HttpRequest) -> HttpResponse:
    """The widest place in which one stands."""
    return See(reverse("desk_place", kwargs={"code": home_of(actor_of(request))}))


def home_of(actor: Actor) -> str:
    """The widest place of an actor's standings; the whole county where there is none."""
    places = [one.place for one in actor.standings if one.place]
    return min(places, key=len, default=settings.COUNTY)


@require_GET
@signed_in
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One place: its map, its parts, who stands there, and its figures over some days."""
    now, refusal = timezone.localtime(), None
    try:
        span = span_asked(request.GET.get("since", ""), request.GET.get("until", ""), now.date())
    except Refusal as said:
        span, refusal = span_asked("", "", now.date()), said
    found = place_page(actor_of(request), code, span, now=now)
    return show(
        request,
        "desk/place.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        place=found,
        span=span,
    )


@dataclass(frozen=True)
class StaffingLine:
    """A kind of post over the grids of one place."""

    spot: Spot
    grids: int
    filled: int
    vacant: int
    per_grid: str


@dataclass(frozen=True)
class TermLine:
    """A term that has ended or ends soon."""

    spot: Spot
    person: Person
    ended: bool


@dataclass(frozen=True)
class GapsPage:
    """What is wanting in a place, with names for codes."""

    spot: Spot
    merged: bool
    whole: StaffingLine
    parts: tuple[StaffingLine, ...]
    vacant: tuple[Spot, ...]
    headless: tuple[Spot, ...]
    #: Whether the chosen post is that of the grid head, so that one list is both.
    vacant_is_headless: bool
    duty_areas: tuple[Spot, ...]
    gridless: tuple[Spot, ...]
    terms: tuple[TermLine, ...]


@require_GET
@signed_in
def gaps(request: HttpRequest, code: str) -> HttpResponse:
    """Posts filled and vacant, terms that end, and what the merge of the nets left over."""
    now = timezone.localtime()
    post = request.GET.get("post", "") or organisation.GRID_HEAD
    found = organisation.gaps(actor_of(request), code, post, now=now)
    return show(
        request,
        "desk/gaps.html",
        page=_named(found, code, now),
        gaps=found,
        post=post,
        posts=tuple(Choice(one.code, called(one.name)) for one in organisation.posts_of_grids()),
    )


def _named(found: Gaps, code: str, now: datetime) -> GapsPage:
    listed = (*found.vacant.places, *found.headless.places, *found.duty_areas.places)
    codes = {code, *listed, *(one.place for one in found.parts), *(one.place for one in found.terms)}
    names = territory.paths_of(codes)

    def spot(place: str) -> Spot:
        return Spot(place, names[place].name if place in names else place)

    def line(one: Staffing) -> StaffingLine:
        return StaffingLine(spot(one.place), one.grids, one.filled, one.vacant, f"{one.per_grid:.2f}")

    return GapsPage(
        spot=spot(code),
        merged=found.merged,
        whole=line(found.whole),
        parts=tuple(map(line, found.parts)),
        vacant=tuple(map(spot, found.vacant.places)),
        headless=tuple(map(spot, found.headless.places)),
        vacant_is_headless=found.post.code == organisation.GRID_HEAD,
        duty_areas=tuple(map(spot, found.duty_areas.places)),
        gridless=tuple(Spot(one.code, one.name) for one in found.gridless),
        terms=tuple(
            TermLine(spot(one.place), person(one, now), one.until is not None and one.until <= now)
            for one in found.terms
        ),
    )
