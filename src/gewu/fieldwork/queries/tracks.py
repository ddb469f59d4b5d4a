"""Where patrols went: one's own tracks, who looked at them, and the corners that patrols have passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from gewu.fieldwork.models import Footprint, Track
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.rules import packing, positions
from gewu.fieldwork.rules.positions import Mark, Point
from gewu.infra import paging, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import queries as security
from gewu.security import scopes
from gewu.security.actors import Actor

NEWEST = paging.Order("last_at")
#: Drawn on a picture; the table of reasons counts all.
MOST_DRAWN = 2000


@dataclass(frozen=True)
class TrackLine:
    """One patrol in the list of one's own."""

    id: UUID
    place: str
    begun_at: datetime
    last_at: datetime
    points: int
    counted: int
    length_m: int
    #: Until when the positions are kept; None when they are gone already.
    kept_until: datetime | None


@dataclass(frozen=True)
class Look:
    """That someone else looked at a track."""

    at: datetime
    who: str
    reason: str


@dataclass(frozen=True)
class TrackFacts:
    """One track with its points that counted, the reasons of those that did not, and who looked at it."""

    line: TrackLine
    #: Longitude and latitude, in the order of time.
    way: tuple[tuple[float, float], ...]
    marks: tuple[tuple[Text, int], ...]
    refused: int
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Corner:
    """A corner of some hundred metres: its south-west in degrees, and how many patrols passed it."""

    lon: float
    lat: float
    passes: int


def visible_to(actor: Actor) -> QuerySet[Track]:
    """One's own tracks, and those at the places where one may see tracks."""
    theirs = scopes.visible(actor, "tracks.read", place="place", unit=lambda path: scopes.NOTHING)
    return Track.objects.filter(seeing.either(_own(actor), theirs))


def _own(actor: Actor) -> Q:
    return Q(account_id=actor.account_id) if actor.account_id else scopes.NOTHING


def own_tracks(actor: Actor, *, after: str = "", size: int = 30) -> paging.Page[TrackLine]:
    """One's own patrols with a track, the newest first: two queries."""
    rows = Track.objects.filter(_own(actor))
    days = security.kept_days("tracks")

    def show(found: Sequence[Track]) -> list[TrackLine]:
        return [_line(row, days) for row in found]

    return paging.page(rows, NEWEST, after=after, size=size, show=show)


def own_track(actor: Actor, task: UUID, *, now: datetime) -> TrackFacts:
    """One's own track whole. Another's is refused: it is looked at by `actions.look_at`, which records it."""
    row = Track.objects.filter(_own(actor), pk=task).first()
    if row is None:
        raise Refusal(say("没有这条轨迹，或它不是您的"), Kind.MISSING)
    return facts_of(row, now=now)


def facts_of(row: Track, *, now: datetime) -> TrackFacts:
    """Everything that is still kept of a track."""
    points, marks = _whole(row)
    way = [(one.x / 1e6, one.y / 1e6) for one, mark in zip(points, marks, strict=True) if not mark]
    thinned = way[:: max(1, len(way) // MOST_DRAWN)]
    against = Counter(one for mark in marks for one in Mark if one & mark)
    named = tuple((positions.LABELS[one], against[one]) for one in Mark if against[one])
    return TrackFacts(
        _line(row, security.kept_days("tracks")), tuple(thinned), named, row.refused, _looks(row)
    )


def _whole(row: Track) -> tuple[list[Point], list[Mark]]:
    found: list[tuple[Point, Mark]] = []
    for part in row.parts.all():
        found += zip(*packing.unpacked(bytes(part.packed)), strict=True)
    found.sort(key=lambda one: (one[0].at_ms, one[0].arrived_ms))
    return [point for point, _ in found], [mark for _, mark in found]


def _looks(row: Track) -> tuple[Look, ...]:
    told = [one for one in stream.timeline("task", row.pk) if one.type == "TrackSeen"]
    names = security.names_of({one.actor for one in told})
    return tuple(Look(one.at, names.get(one.actor, ""), one.words.get("reason", "")) for one in told)


def _line(row: Track, days: int) -> TrackLine:
    until = None if row.erased_at else row.last_at + timedelta(days=days)
    return TrackLine(
        row.pk, row.place, row.begun_at, row.last_at, row.points, row.counted, row.length_m, until
    )


def footprints(place: str, month: date) -> tuple[Corner, ...]:
    """The corners of a place that patrols passed in a month, with how many did. Names nobody."""
    rows = (
        Footprint.objects.filter(scopes.within("place", place), month=month, passes__gt=0)
        .values("x", "y")
        .annotate(n=Sum("passes"))
        .order_by("x", "y")
    )
    return tuple(
        Corner(row["x"] * positions.CELL / 1e6, row["y"] * positions.CELL / 1e6, row["n"]) for row in rows
    )
