"""Positions that cannot be believed are marked with their reasons, and none is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.fieldwork.rules import packing
from gewu.fieldwork.rules.positions import (
    AGREEING,
    LABELS,
    LATE_MS,
    LEAST_ACCURATE_M,
    NONE,
    Mark,
    Point,
    Trail,
    cells,
    in_order,
    judged,
    metres,
    reasons,
)

#: A Monday morning, in milliseconds.
NINE = 1_772_413_200_000
X, Y = 118_602_500, 32_057_500
#: A degree of latitude is 111.32 km, so so many millionths are one metre to the north.
NORTH_M = 1 / 0.11132


def walk(n: int, *, step_m: float = 14, every_ms: int = 10_000) -> list[Point]:
    """So many positions of someone who walks north, and sends them at once."""
    return [
        Point(NINE + i * every_ms, X, Y + round(i * step_m * NORTH_M), 8, False, NINE + i * every_ms + 900)
        for i in range(n)
    ]


def test_a_plain_walk_counts_whole() -> None:
    marks, trail = judged(walk(61))
    assert marks == [NONE] * 61
    assert trail.length_m == pytest.approx(60 * 14, abs=0.5)


@pytest.mark.parametrize(
    ("change", "mark"),
    [
        ({"y": 132_000_000}, Mark.INVALID),
        ({"x": 0, "y": 0}, Mark.ZERO),
        ({"at_ms": NINE + 40_000}, Mark.DUPLICATE),
        ({"arrived_ms": NINE - 20_000}, Mark.FUTURE),
        ({"arrived_ms": NINE + 50_000 + LATE_MS + 1}, Mark.PAST),
        ({"accuracy_m": LEAST_ACCURATE_M + 1}, Mark.ACCURACY),
        ({"accuracy_m": None}, Mark.ACCURACY),
        ({"y": Y + round(4 * 14 * NORTH_M) + 20}, Mark.STATIC),
        ({"y": Y + round(5_000 * NORTH_M)}, Mark.SPEED),
        ({"mock": True}, Mark.MOCK),
    ],
    ids=lambda value: value.name if isinstance(value, Mark) else "",
)
def test_what_speaks_against_a_point_is_marked_on_it_alone(change: dict[str, Any], mark: Mark) -> None:
    points = walk(10)
    points[5] = points[5]._replace(**change)
    marks, trail = judged(points)
    assert marks[5] == mark
    assert [one for n, one in enumerate(marks) if n != 5] == [NONE] * 9
    assert trail.counted == 9
    assert reasons(mark) == (LABELS[mark],)


def test_a_point_keeps_every_reason_against_it() -> None:
    _, trail = judged(walk(1))
    marks, _ = judged([Point(NINE, 0, 0, 900, True, NINE)], trail)
    assert marks == [Mark.ZERO | Mark.DUPLICATE | Mark.ACCURACY | Mark.MOCK]
    assert len(reasons(marks[0])) == 4


def test_a_first_point_that_was_wrong_does_not_condemn_the_rest() -> None:
    far, *rest = walk(12)
    marks, trail = judged([far._replace(y=far.y + round(8_000 * NORTH_M)), *rest])
    assert marks[1:AGREEING] == [Mark.SPEED] * (AGREEING - 1)
    assert marks[AGREEING:] == [NONE] * (12 - AGREEING)
    # The leap between the two places is nobody's way.
    assert trail.length_m < 12 * 14 + 1


def test_two_reflections_at_two_places_are_not_believed() -> None:
    points = walk(9)
    for n, off_m in ((4, 9_000), (5, -9_000), (6, 4_000)):
        points[n] = points[n]._replace(y=points[n].y + round(off_m * NORTH_M))
    marks, _ = judged(points)
    assert marks == [NONE] * 4 + [Mark.SPEED] * 3 + [NONE] * 2


POINTS = st.builds(
    Point,
    st.integers(NINE - LATE_MS - 1000, NINE + 400_000),
    st.one_of(st.integers(X - 3_000, X + 3_000), st.integers(-200_000_000, 200_000_000)),
    st.one_of(st.integers(Y - 3_000, Y + 3_000), st.integers(-100_000_000, 100_000_000)),
    st.one_of(st.none(), st.integers(0, 3000)),
    st.booleans(),
    st.integers(NINE, NINE + 400_000),
)


@given(st.lists(POINTS, max_size=40), st.lists(st.integers(0, 40), max_size=4))
def test_however_points_are_cut_into_batches_their_marks_are_the_same(
    points: list[Point], cuts: list[int]
) -> None:
    ordered = in_order(points)
    whole, end = judged(ordered)
    assert len(whole) == len(points)
    bounds = [0, *sorted(min(one, len(ordered)) for one in cuts), len(ordered)]
    trail, pieces = Trail(), []
    for start, stop in zip(bounds, bounds[1:], strict=False):
        marks, trail = judged(ordered[start:stop], trail)
        pieces += marks
    assert (pieces, trail) == (whole, end)


@given(st.lists(POINTS, max_size=40))
def test_what_counts_is_always_a_way_that_can_be_walked(points: list[Point]) -> None:
    ordered = in_order(points)
    marks, trail = judged(ordered)
    counted = [point for point, mark in zip(ordered, marks, strict=True) if not mark]
    assert trail.counted == len(counted)
    assert all(one.accuracy_m is not None and not one.mock for one in counted)
    assert len({one.at_ms for one in counted}) == len(counted)
    assert all(metres(one, other) >= 10 for one, other in zip(counted, counted[1:], strict=False))


@given(st.lists(POINTS, max_size=40))
def test_packed_points_come_back_as_they_were(points: list[Point]) -> None:
    marks, _ = judged(in_order(points))
    assert packing.unpacked(packing.packed(in_order(points), marks)) == (in_order(points), marks)


def test_a_million_points_a_day_are_some_ten_megabytes() -> None:
    points = [one._replace(arrived_ms=NINE + 3_600_000) for one in walk(360)]
    size = len(packing.packed(points, judged(points)[0]))
    assert size / len(points) < 10
    with pytest.raises(ValueError, match="nobody knows"):
        packing.unpacked(b"\x09")


def test_a_corner_is_a_hundred_metres_and_holds_only_what_counts() -> None:
    points = walk(40)
    points[20] = points[20]._replace(mock=True)
    found = cells(points, judged(points)[0])
    assert len(found) == 6
    assert all(cell == (one.x // 1000, one.y // 1000) for cell, one in found.items())
    assert cells(points, [Mark.MOCK] * 40) == {}
