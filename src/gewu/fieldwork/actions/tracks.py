"""Taking in the positions of an opened patrol, looking at them, and deleting them when their term is over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import events
from gewu.fieldwork.models import Footprint, Task, Track, TrackPart
from gewu.fieldwork.queries import tracks as queries
from gewu.fieldwork.rules import packing, positions, rest
from gewu.fieldwork.rules.positions import Mark, Point, Trail
from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security import queries as kept
from gewu.security.actors import CLOCK, Actor
from gewu.territory import queries as territory

#: A quarter of an hour at one a second; more come in several batches.
MOST_POINTS = 1000
#: How the term of keeping is called in `security.rules.RETENTION`.
KEPT_AS = "tracks"
BATCH = 50


@dataclass(frozen=True)
class Position:
    """One position by the phone's own clock, in WGS84. ``mock`` when the phone says a program made it up."""

    at: datetime
    lon: float
    lat: float
    accuracy_m: float | None = None
    mock: bool = False


@dataclass(frozen=True)
class Taken:
    """What became of a batch: kept, of these marked, and not kept because they lay outside the patrol."""

    kept: int
    marked: int
    refused: int


def take_positions(
    task: UUID, batch: UUID, sent: Sequence[Position], *, actor: Actor, now: datetime
) -> Taken:
    """Keep the positions of one's own opened patrol; the same batch again is answered the same again.

    Refused are a patrol that is another's or was never opened, an empty or too large batch, a batch number
    used for other positions, and a batch of which all lies outside the patrol. Of one that lies partly
    outside, that part is counted and not kept. Every point kept is judged and none is dropped for its marks.
    """
    _check_size(sent)
    with store.writing():
        patrol = _own_patrol(task, actor)
        digest = _digest_of(sent)
        earlier = TrackPart.objects.filter(pk=batch).first()
        if earlier is not None:
            return _again(earlier, task, digest)
        inside = _inside(patrol, sent, now)
        track = _track_of(patrol, actor, now)
        part = _part(batch, track, digest, len(sent) - len(inside), now)
        return _add(track, part, inside)


def _check_size(sent: Sequence[Position]) -> None:
    if not sent:
        raise Refusal(say("这一批没有位置"), field="points")
    if len(sent) > MOST_POINTS:
        raise Refusal(say("一批位置最多 {n} 个", n=MOST_POINTS), Kind.TOO_LARGE, field="points")


def _own_patrol(task: UUID, actor: Actor) -> Task:
    patrol = Task.objects.select_for_update(of=("self",)).select_related("kind").filter(pk=task).first()
    if patrol is None:
        raise Refusal(say("没有这次巡查"), Kind.MISSING)
    if patrol.started_at is None:
        raise Refusal(say("这次巡查还没有开始，位置没有保存"), Kind.CONFLICT, advice=say("请先开始巡查"))
    if patrol.started_by != actor.ref or actor.account_id is None:
        raise Refusal(say("这次巡查由别人开始，您的位置没有保存"), Kind.FORBIDDEN)
    if not patrol.kind.tracks:
        raise Refusal(say("“{kind}”不记录轨迹", kind=patrol.kind.name_zh), Kind.CONFLICT)
    return patrol


def _inside(patrol: Task, sent: Sequence[Position], now: datetime) -> list[Point]:
    """The points within the opened patrol, as integers; all outside is refused."""
    since = _opened(patrol)
    until = rest.last_moment(since, patrol.ended_at)
    inside = [_point(one, now) for one in sent if since <= one.at <= until]
    if not inside:
        raise Refusal(
            say("这些位置不在已开启的巡查时间内，没有保存"),
            Kind.CONFLICT,
            field="points",
            advice=say("平台只在巡查开始到结束之间接收位置"),
        )
    return inside


def _opened(patrol: Task) -> datetime:
    assert patrol.started_at is not None
    return patrol.started_at


def _point(one: Position, now: datetime) -> Point:
    accuracy = None if one.accuracy_m is None else min(max(round(one.accuracy_m), 0), 65_535)
    return Point(_ms(one.at), round(one.lon * 1e6), round(one.lat * 1e6), accuracy, one.mock, _ms(now))


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _digest_of(sent: Sequence[Position]) -> str:
    return hashlib.sha256(repr([astuple(one) for one in sent]).encode()).hexdigest()


def astuple(one: Position) -> tuple[Any, ...]:
    """A position as plain values, by which two batches are known to be the same."""
    return (_ms(one.at), one.lon, one.lat, one.accuracy_m, one.mock)


def _again(part: TrackPart, task: UUID, digest: str) -> Taken:
    if part.track_id != task or part.digest != digest:
        raise Refusal(
            say("此提交编号已用于另一内容"), Kind.CONFLICT, field="id", advice=say("内容有改动时请用新的编号")
        )
    _, marks = packing.unpacked(bytes(part.packed)) if part.packed else ([], [])
    return Taken(part.points, sum(map(bool, marks)), part.refused)


def _track_of(patrol: Task, actor: Actor, now: datetime) -> Track:
    track = Track.objects.select_for_update().filter(pk=patrol.pk).first()
    if track is None:
        assert actor.account_id is not None
        return Track.objects.create(
            task=patrol,
            account_id=actor.account_id,
            place=patrol.place,
            begun_at=_opened(patrol),
            last_at=_opened(patrol),
        )
    if track.erased_at is not None:
        raise Refusal(say("这次巡查的轨迹已按期限删除，不再接收位置"), Kind.CONFLICT)
    return track


def _part(batch: UUID, track: Track, digest: str, refused: int, now: datetime) -> TrackPart:
    return TrackPart(id=batch, track=track, digest=digest, arrived_at=now, refused=refused)


def _add(track: Track, part: TrackPart, inside: list[Point]) -> Taken:
    ordered = positions.in_order(inside)
    trail = _trail(track.trail)
    part.first_at, part.last_at = _at(ordered[0].at_ms), _at(ordered[-1].at_ms)
    part.points = len(ordered)
    if trail.last_ms is None or ordered[0].at_ms >= trail.last_ms:
        marks, trail = positions.judged(ordered, trail)
        part.packed = packing.packed(ordered, marks)
        part.save(force_insert=True)
        corners = _corners(positions.cells(ordered, marks))
        _pass(track, {**corners, **track.corners})
    else:
        # An offline phone sends as it can. What came between changes how its neighbours are judged.
        part.packed = packing.packed(ordered, [positions.NONE] * len(ordered))
        part.save(force_insert=True)
        marks, trail = _judge_all_again(track, part.pk)
    track.points += len(ordered)
    track.refused += part.refused
    track.last_at = max(track.last_at, part.last_at)
    track.counted, track.length_m = trail.counted, round(trail.length_m)
    track.trail = _numbers(trail)
    track.save()
    return Taken(len(ordered), sum(map(bool, marks)), part.refused)


def _judge_all_again(track: Track, newest: UUID) -> tuple[list[Mark], Trail]:
    """Judge every batch of a track in the order of time; the marks of the newest batch, and the trail."""
    parts = list(track.parts.order_by("arrived_at", "first_at", "pk"))
    owned = [(point, n) for n, part in enumerate(parts) for point in packing.unpacked(bytes(part.packed))[0]]
    owned.sort(key=lambda one: (one[0].at_ms, one[0].arrived_ms))
    marks, trail = positions.judged(point for point, _ in owned)
    of_part: list[tuple[list[Point], list[Mark]]] = [([], []) for _ in parts]
    for (point, n), mark in zip(owned, marks, strict=True):
        of_part[n][0].append(point)
        of_part[n][1].append(mark)
    for part, (points, own) in zip(parts, of_part, strict=True):
        part.packed = packing.packed(points, own)
    TrackPart.objects.bulk_update(parts, ["packed"])
    _pass(track, _corners(positions.cells([point for point, _ in owned], marks)))
    return of_part[[part.pk for part in parts].index(newest)][1], trail


def _corners(cells: Mapping[tuple[int, int], Point]) -> dict[str, str]:
    """The corners with the place where each was first entered; outside of all places it counts nowhere."""
    first = list(cells.values())
    places = territory.locate_many([one.x / 1e6 for one in first], [one.y / 1e6 for one in first])
    return {f"{x}/{y}": place for (x, y), place in zip(cells, places, strict=True) if place}


def _pass(track: Track, corners: dict[str, str]) -> None:
    """Count what this patrol has newly passed, and no longer what it is found not to have passed."""
    before = {(place, *_xy(key)) for key, place in track.corners.items()}
    after = {(place, *_xy(key)) for key, place in corners.items()}
    month = _month(track)
    for change, which in ((1, after - before), (-1, before - after)):
        for place, x, y in sorted(which):
            row, _ = Footprint.objects.get_or_create(place=place, month=month, x=x, y=y)
            Footprint.objects.filter(pk=row.pk).update(passes=F("passes") + change)
    track.corners = corners


def _xy(key: str) -> tuple[int, int]:
    x, _, y = key.partition("/")
    return int(x), int(y)


def _month(track: Track) -> date:
    return catalogue.day_of(track.begun_at).replace(day=1)


def _numbers(trail: Trail) -> dict[str, Any]:
    return asdict(trail) | {"here": trail.here, "apart": trail.apart}


def _trail(numbers: Mapping[str, Any]) -> Trail:
    spots = {name: Point(*numbers[name]) for name in ("here", "apart") if numbers.get(name)}
    return Trail(**{**numbers, **spots})


def look_at(task: UUID, *, reason: str, actor: Actor, now: datetime) -> queries.TrackFacts:
    """Another's track, for whoever may see tracks at its place; the look is recorded and its owner told.

    Refused without the right, without a reason, and where the track was deleted.
    """
    if not reason.strip():
        raise Refusal(say("请写明为什么要看"), field="reason")
    with store.writing():
        track = queries.visible_to(actor).filter(pk=task).first()
        if track is None:
            raise Refusal(say("没有这条轨迹，或不在您的范围内"), Kind.MISSING)
        if track.account_id != actor.account_id:
            told = events.TrackSeen(id=track.pk, place=track.place, account=track.account_id)
            stream.tell(told, actor=actor, now=now, words={"reason": reason.strip()[:300]})
    return queries.facts_of(track, now=now)


def erase_tracks(now: datetime, *, batch: int = BATCH) -> int:
    """Delete the positions of patrols whose term is over; returns how many tracks.

    Their counts and the corners passed stay, without whose they were.
    """
    days = kept.kept_days(KEPT_AS)
    before = now - timedelta(days=days)
    with store.writing():
        held = kept.held_ids("task")
        due = Track.objects.filter(erased_at=None, last_at__lt=before).exclude(pk__in=held)
        keys = list(due.order_by("last_at", "pk").values_list("pk", flat=True)[:batch])
        if keys:
            TrackPart.objects.filter(track__in=keys).delete()
            Track.objects.filter(pk__in=keys).update(erased_at=now, trail={}, corners={})
            security.certify(KEPT_AS, keys, days=days, before=before, actor=CLOCK, now=now)
    return len(keys)
