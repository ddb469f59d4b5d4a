"""Where patrols went: one's own tracks and hours, the corners passed, and another's track for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.fieldwork.queries import Corner
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.web import forms
from gewu.web.accounts import signed_in
from gewu.web.desk.rounds import around
from gewu.web.presenting.names import place_choices

#: A corner is a thousandth of a degree; on the picture it is so many units wide and high.
CELL, WIDE, HIGH = 0.001, 17, 20
#: Few corners are drawn no larger than so many of them across the picture.
LEAST = 20
#: From so many passes on a corner is drawn as dark as can be.
DARKEST = 8


@dataclass(frozen=True)
class Square:
    """One corner on the picture, darker the more often it was passed."""

    x: float
    y: float
    shade: float
    passes: int


@dataclass(frozen=True)
class Picture:
    """The corners of a place, north above; without a map, so that it is seen without one."""

    width: float
    height: float
    squares: tuple[Square, ...]


@require_GET
@signed_in
def tracks(request: HttpRequest) -> HttpResponse:
    """One's own patrols and hours, and the corners that all patrols of a place have passed this month."""
    asked = around.asked(request, around.READ, around.DO)
    page = queries.own_tracks(asked.actor, after=asked.after)
    place = request.GET.get("place", "")[:17] or asked.home
    month = _month(request.GET.get("month", ""), asked.now.date())
    corners = queries.footprints(place, month) if place.startswith(asked.home) else ()
    return around.page(
        request, "tracks.html", "tracks", rows=page.rows, after=page.after, first=not asked.after,
        named=around.where(one.place for one in page.rows), day=queries.own_day(asked.actor, now=asked.now),
        walks=asked.actor.holds(around.DO), place=place, month=month, picture=_picture(corners),
        passed=len(corners), places=place_choices(asked.home, Level.STREET, Level.COMMUNITY, Level.GRID),
    )  # fmt: skip


def _month(text: str, today: date) -> date:
    return forms.day(f"{text}-01", "month") if text else today.replace(day=1)


def _picture(corners: Sequence[Corner]) -> Picture | None:
    if not corners:
        return None
    west, north = min(one.lon for one in corners), max(one.lat for one in corners)
    squares = tuple(
        Square(
            round((one.lon - west) / CELL) * WIDE, round((north - one.lat) / CELL) * HIGH,
            round(0.25 + 0.75 * min(one.passes, DARKEST) / DARKEST, 2), one.passes,
        )
        for one in corners
    )  # fmt: skip
    wide, high = max(one.x for one in squares) + WIDE, max(one.y for one in squares) + HIGH
    return Picture(max(wide, WIDE * LEAST), max(high, HIGH * LEAST / 2), squares)


@require_http_methods(["GET", "POST"])
@signed_in
def track(request: HttpRequest, id: UUID) -> HttpResponse:
    """One's own track; another's only by a form that asks why, and then for this one look."""
    asked = around.asked(request, around.READ, around.DO)
    refusal, facts, own = None, None, False
    try:
        if request.method == "POST":
            reason = request.POST.get("reason", "")
            facts = fieldwork.look_at(id, reason=reason, actor=asked.actor, now=asked.now)
        else:
            facts, own = queries.own_track(asked.actor, id, now=asked.now), True
    except Refusal as said:
        if not asked.actor.holds("tracks.read"):
            raise
        refusal = said if request.method == "POST" else None
    return around.page(
        request, "track.html", "tracks", refusal, id=id, facts=facts, own=own,
        place=around.where([facts.line.place])[facts.line.place] if facts else "",
        path=_path(facts.way) if facts else "",
    )  # fmt: skip


def _path(way: Sequence[tuple[float, float]]) -> str:
    """The way as points of a line in a square of a thousand units, north above."""
    if len(way) < 2:
        return ""
    west, south = min(lon for lon, _ in way), min(lat for _, lat in way)
    span = max(max(lon for lon, _ in way) - west, max(lat for _, lat in way) - south, 1e-6)
    return " ".join(
        f"{(lon - west) / span * 960 + 20:.0f},{980 - (lat - south) / span * 960:.0f}" for lon, lat in way
    )
