"""Which positions of a track can be believed: a row of handlers, each with the reason it gives.

A phone's positions come late, twice, from a cached fix, from a roof's reflection or from a program that makes
them up. None is thrown away and none is corrected: each keeps every reason that speaks against it, and only
points without a reason count towards length and coverage. All is integers from the start (milliseconds,
millionths of a degree, metres), so that what is judged again from storage is judged alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntFlag
from typing import NamedTuple

from gewu.kernel.texts import Text, say

#: A device clock may run ahead of the server's by so much before its points are of the future.
AHEAD_MS = 60_000
#: Whatever reaches us later than this was not there to be looked at when it mattered.
LATE_MS = 72 * 3_600_000
#: A worse circle than this could lie in the next street. A position without its accuracy is no better.
LEAST_ACCURATE_M = 100
#: Within so many metres of the last point that counted, nobody has moved.
STILL_M = 10.0
#: 120 km/h: faster than any patrol on foot, on an electric bicycle or in a car through streets.
FASTEST_M_S = 33.4
#: So many points in a row that agree with each other are believed against the one before them.
AGREEING = 3

_MILLIONTH_M = 0.111_320


class Mark(IntFlag):
    """Why a point does not count. The values are stored; a new one takes the next bit."""

    INVALID = 1
    ZERO = 2
    DUPLICATE = 4
    FUTURE = 8
    PAST = 16
    ACCURACY = 32
    STATIC = 64
    SPEED = 128
    MOCK = 256


NONE = Mark(0)


class Point(NamedTuple):
    """One position as the phone gave it. ``at_ms`` is the phone's own time, ``arrived_ms`` ours."""

    at_ms: int
    x: int
    y: int
    accuracy_m: int | None = None
    mock: bool = False
    arrived_ms: int = 0


@dataclass(frozen=True, slots=True)
class Trail:
    """What has to be remembered from one batch to the next, and what has come together so far."""

    #: The last point in order, whatever became of it.
    last_ms: int | None = None
    #: The last point that counted.
    here: Point | None = None
    #: The last point that was too far away to be reached, and how many agree with it by now.
    apart: Point | None = None
    agreeing: int = 0
    length_m: float = 0.0
    counted: int = 0


def metres(one: Point, other: Point) -> float:
    """How far apart two near points are, on a sphere; good to a thousandth within a county."""
    east = (one.x - other.x) * math.cos(math.radians((one.y + other.y) / 2_000_000))
    return math.hypot(east, one.y - other.y) * _MILLIONTH_M


def _reachable(start: Point, end: Point) -> bool:
    apart = metres(start, end)
    # Two positions of one moment differ by the error of the device; that is no journey.
    return apart <= STILL_M or apart <= FASTEST_M_S * (end.at_ms - start.at_ms) / 1000


def _invalid(point: Point, trail: Trail) -> bool:
    return not (abs(point.x) <= 180_000_000 and abs(point.y) <= 90_000_000)


def _zero(point: Point, trail: Trail) -> bool:
    """What devices say when they know nothing: the crossing of equator and prime meridian."""
    return abs(point.x) < 1000 and abs(point.y) < 1000


def _duplicate(point: Point, trail: Trail) -> bool:
    return trail.last_ms == point.at_ms


def _future(point: Point, trail: Trail) -> bool:
    return point.at_ms > point.arrived_ms + AHEAD_MS


def _past(point: Point, trail: Trail) -> bool:
    return point.at_ms < point.arrived_ms - LATE_MS


def _inaccurate(point: Point, trail: Trail) -> bool:
    return point.accuracy_m is None or point.accuracy_m > LEAST_ACCURATE_M


def _mocked(point: Point, trail: Trail) -> bool:
    return point.mock


def _still(point: Point, trail: Trail) -> bool:
    return trail.here is not None and metres(trail.here, point) < STILL_M


def _too_fast(point: Point, trail: Trail) -> bool:
    if trail.here is None or _reachable(trail.here, point):
        return False
    return not (trail.apart and trail.agreeing + 1 >= AGREEING and _reachable(trail.apart, point))


@dataclass(frozen=True)
class Handler:
    """One question to a point, and what is said when the answer is yes."""

    mark: Mark
    label: Text
    says_so: Callable[[Point, Trail], bool]


#: What a point alone tells.
OF_ITSELF = (
    Handler(Mark.INVALID, say("坐标无效"), _invalid),
    Handler(Mark.ZERO, say("零点坐标"), _zero),
    Handler(Mark.DUPLICATE, say("重复"), _duplicate),
    Handler(Mark.FUTURE, say("时间超前"), _future),
    Handler(Mark.PAST, say("到达太晚"), _past),
    Handler(Mark.ACCURACY, say("精度不足"), _inaccurate),
    Handler(Mark.MOCK, say("模拟定位"), _mocked),
)
#: What is asked only of a point that nothing speaks against so far, next to the one before it.
OF_THE_WAY = (
    Handler(Mark.STATIC, say("原地未动"), _still),
    Handler(Mark.SPEED, say("速度不可能"), _too_fast),
)
LABELS: dict[Mark, Text] = {one.mark: one.label for one in (*OF_ITSELF, *OF_THE_WAY)}


def judged(points: Iterable[Point], trail: Trail = Trail()) -> tuple[list[Mark], Trail]:
    """The marks of points in the order of their time, going on from where the trail stood.

    However the points of a patrol are cut into batches, the marks are the same.
    """
    marks = []
    for point in points:
        mark = _asked(OF_ITSELF, point, trail) or _asked(OF_THE_WAY, point, trail)
        marks.append(mark)
        trail = _after(point, mark, trail)
    return marks, trail


def _asked(handlers: Sequence[Handler], point: Point, trail: Trail) -> Mark:
    found = NONE
    for one in handlers:
        if one.says_so(point, trail):
            found |= one.mark
    return found


def _after(point: Point, mark: Mark, trail: Trail) -> Trail:
    if mark is Mark.SPEED:
        agrees = trail.apart is not None and _reachable(trail.apart, point)
        return replace(trail, last_ms=point.at_ms, apart=point, agreeing=trail.agreeing + 1 if agrees else 1)
    if mark:
        return replace(trail, last_ms=point.at_ms)
    # A leap that was believed at last is no way that anyone went.
    here = trail.here
    went = metres(here, point) if here is not None and _reachable(here, point) else 0.0
    return Trail(point.at_ms, point, None, 0, trail.length_m + went, trail.counted + 1)


def in_order(points: Iterable[Point]) -> list[Point]:
    """By the phone's time; of one moment the one that reached us first stands first."""
    return sorted(points, key=lambda one: (one.at_ms, one.arrived_ms))


def reasons(mark: Mark) -> tuple[Text, ...]:
    """What speaks against a point, in words."""
    return tuple(label for one, label in LABELS.items() if one & mark)


#: A thousandth of a degree: about a hundred metres, coarse enough that a cell is a corner and not a door.
CELL = 1000


def cells(points: Iterable[Point], marks: Iterable[Mark]) -> dict[tuple[int, int], Point]:
    """The corners that points without a mark passed through, each with the first point in it."""
    found: dict[tuple[int, int], Point] = {}
    for point, mark in zip(points, marks, strict=True):
        if not mark:
            found.setdefault((point.x // CELL, point.y // CELL), point)
    return found
