"""The board of the leaders, and the map's own data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_etags, urlencode
from django.views.decorators.http import require_GET

from gewu.cases import queries as cases
from gewu.infra import listing
from gewu.infra.wording import translated
from gewu.insight import queries as insight
from gewu.kernel.places import Level, is_within, level_of
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor
from gewu.territory import queries as territory
from gewu.web.accounts import See, signed_in
from gewu.web.desk.filters import DUE
from gewu.web.pages import followed, show
from gewu.web.presenting.lists import CaseLine, case_lines
from gewu.web.presenting.names import grid_name, matters_named, places_named, whereabouts
from gewu.web.presenting.parts import Figure, Words, map_of
from gewu.web.presenting.shell import actor_of

MEASURES = ("open", "overdue")
#: How old a figure may be, in seconds, before the screen marks it.
GOOD_FOR_S = 90
#: How long one count serves every screen that asks for the same, while nothing was told in between.
KEPT_FOR = timedelta(seconds=5)
MOST_KEPT = 64
_kept: dict[object, insight.Board] = {}
#: How many of the cases that are late the longest are named.
WORST = 6


@dataclass(frozen=True)
class Crumb:
    """A place on the way down."""

    code: str
    name: str


@dataclass(frozen=True)
class PlaceFigures:
    """One place of the table; ``last`` when nothing is drawn below it."""

    code: str
    name: str
    open: int
    overdue: int
    today: int
    closed: int
    due_soon: int
    last: bool


@dataclass(frozen=True)
class Bar:
    """One bar of a chart, and the list behind it."""

    label: Words
    value: int
    link: str
    tone: str = ""


@dataclass(frozen=True)
class Board:
    """A place and what is in it, as of a moment."""

    place: str
    name: str
    level_label: Words
    path: tuple[Crumb, ...]
    as_of: datetime
    figures: tuple[Figure, ...]
    children: tuple[PlaceFigures, ...]


@require_GET
@signed_in
def root(request: HttpRequest) -> HttpResponse:
    """The board of the widest place in which one may read figures."""
    home = insight.home_of(actor_of(request)) or settings.COUNTY
    return See(reverse("board", kwargs={"place": home}))


@require_GET
@signed_in
@followed
def board(request: HttpRequest, place: str) -> HttpResponse:
    """The figures of a place and of the places below it, on a map."""
    now = timezone.localtime()
    actor = actor_of(request)
    found = _counted(actor, place, request.seen, now)  # type: ignore[attr-defined]  # set by `followed`
    measure = request.GET.get("measure", "")
    return show(
        request,
        "board/board.html",
        live=True,
        board=_shown(found),
        good_for_s=GOOD_FOR_S,
        wall=request.GET.get("wall") == "1",
        calls=_calls(found),
        worst=_worst(actor, place, now),
        by_state=tuple(Bar(one.label, one.count, _list(place, tab=one.state)) for one in found.by_state),
        by_matter=_by_matter(found, now),
        measure=measure if measure in MEASURES else MEASURES[0],
        map=map_of(place),
    )


def _counted(actor: Actor, place: str, seen: int, now: datetime) -> insight.Board:
    """The board as of this position of the stream: a hall full of screens is counted for once."""
    key = (tuple(actor.scopes("cases.read")), tuple(actor.scopes("figures.read")), place, seen)
    kept = _kept.get(key)
    if kept is None or abs(now - kept.as_of) > KEPT_FOR:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        kept = _kept[key] = insight.board(actor, place, now=now)
    return kept


def _worst(actor: Actor, place: str, now: datetime) -> tuple[CaseLine, ...]:
    """The open cases that are late the longest, of those that this reader may see."""
    late = cases.Filters(state=listing.OPEN, place=place, overdue=True, sort="due")
    return case_lines(cases.inbox(actor, late, size=WORST, now=now).rows, now.date())


def _calls(found: insight.Board) -> tuple[Bar, ...]:
    """What needs a leader now, each a list of the desk."""
    asks = {name: {"due": name} for name in insight.LADDER}
    asks |= {"returned": {"returned": "2"}, "reopened": {"reopened": "1"}}
    return tuple(
        Bar(_CALLED.get(one.name) or DUE[one.name][0], one.count, _list(found.code, **asks[one.name]), "bad")
        for one in found.calls
        if one.count
    )


_CALLED = {"returned": say("退回两次以上"), "reopened": say("重新办理的")}


def _list(place: str, **filters: str) -> str:
    """The inbox with the filters by which something was counted."""
    return f"{reverse('desk_inbox')}?{urlencode({'tab': 'open', **filters, 'place': place})}"


def _shown(found: insight.Board) -> Board:
    return Board(
        place=found.code,
        name=found.name,
        level_label=_level_below(found),
        path=tuple(Crumb(code, name) for code, name in found.path),
        as_of=found.as_of,
        figures=_figures(found),
        children=tuple(
            PlaceFigures(
                one.code, one.name, one.open, one.overdue, one.filed_today, one.closed_today, one.due_soon,
                last=level_of(one.code) is Level.GRID,
            )
            for one in found.children
        ),
    )  # fmt: skip


def _level_below(found: insight.Board) -> Text:
    return level_of(found.children[0].code).label if found.children else found.level


def _figures(found: insight.Board) -> tuple[Figure, ...]:
    whole, place, today = found.whole, found.code, timezone.localtime(found.as_of).date()
    unplaced = say("其中 {n} 件还没有定到下一级", n=found.unplaced) if found.unplaced else ""
    day = f"{today}..{today}"
    return (
        Figure(say("在办"), f"{whole.open:,}", unplaced, _list(place)),
        Figure(
            say("超时"), f"{whole.overdue:,}", "", _list(place, overdue="1"), "bad" if whole.overdue else ""
        ),
        Figure(
            say("八小时内到期"), f"{whole.due_soon:,}", "", _list(place, due="soon"),
            "warn" if whole.due_soon else "",
        ),
        Figure(say("今日新增"), f"{whole.filed_today:,}", "", _list(place, tab="all", filed=day)),
        Figure(say("今日结案"), f"{whole.closed_today:,}", "", _list(place, tab="all", closed=day)),
    )  # fmt: skip


def _by_matter(found: insight.Board, now: datetime) -> tuple[Bar, ...]:
    names = matters_named(now.date())
    return tuple(
        Bar(names.get(code, name), count, _list(found.code, matter=code))
        for code, name, count in found.by_matter
    )


#: What is drawn for each level: the places below it; a grid draws itself.
_DRAWN = {
    Level.PROVINCE: Level.CITY,
    Level.CITY: Level.COUNTY,
    Level.COUNTY: Level.STREET,
    Level.STREET: Level.COMMUNITY,
}


@require_GET
def places_geojson(request: HttpRequest, place: str) -> HttpResponse:
    """The shapes of the places below one of this county, kept by browsers until the net changes."""
    if not (is_within(place, settings.COUNTY) or is_within(settings.COUNTY, place)):
        raise Http404
    layer = territory.cells(place, level=_DRAWN.get(level_of(place), Level.GRID))
    etag = f'"{layer.version}-{place}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(layer.geojson, content_type="application/geo+json", headers=headers)


@require_GET
def grid_at(request: HttpRequest) -> HttpResponse:
    """The grid at a point in WGS84; 404 outside of this county's net, 400 for what is no point."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        lon = lat = float("nan")
    if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return JsonResponse({"detail": translated(say("坐标不是数字"))}, status=400)
    found = territory.locate(lon, lat)
    if found is None:
        return JsonResponse({"detail": translated(say("这个位置不在本辖区内"))}, status=404)
    places = places_named([found.place])
    path = whereabouts(places, found.place)
    return JsonResponse({"code": found.place, "name": grid_name(places, found.place), "path": path})
