"""The index over shapes answers what asking every shape would."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gewu.territory.rules.location import OUTSIDE, ShapeIndex

from .shapes import tiling


def by_asking_all(shapes: np.ndarray, lons: np.ndarray, lats: np.ndarray) -> list[int]:
    points = shapely.points(lons, lats)
    hits = shapely.intersects(shapes[:, None], points[None, :])
    return np.where(hits.any(axis=0), hits.argmax(axis=0), OUTSIDE).tolist()


@pytest.mark.parametrize("per_side", [1, 2, 9])
def test_find_agrees_with_asking_every_shape(per_side: int) -> None:
    shapes = tiling(per_side)
    index = ShapeIndex(shapes)
    rng = np.random.default_rng(3)
    lons, lats = rng.uniform(117.9, 119.1, 3000), rng.uniform(31.9, 33.1, 3000)
    expected = by_asking_all(shapes, lons, lats)
    assert index.find_many(lons, lats).tolist() == expected
    assert [index.find(lon, lat) for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)] == expected


def test_corners_and_borders_belong_to_the_lowest_number() -> None:
    shapes = tiling(6)
    index = ShapeIndex(shapes)
    corners = np.unique(shapely.get_coordinates(shapes), axis=0)
    expected = by_asking_all(shapes, corners[:, 0], corners[:, 1])
    assert index.find_many(corners[:, 0], corners[:, 1]).tolist() == expected
    assert [index.find(lon, lat) for lon, lat in corners.tolist()] == expected
    assert OUTSIDE not in expected


def test_holes_and_islands_are_respected() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    island = shapely.union_all([shapely.box(4.5, 4.5, 5.5, 5.5), shapely.box(20, 0, 21, 1)])
    index = ShapeIndex(np.array([ring, island]))
    assert index.find(1, 1) == 0
    assert index.find(5, 5) == 1
    assert index.find(20.5, 0.5) == 1
    assert index.find(4.2, 5) == OUTSIDE
    assert index.find(15, 5) == OUTSIDE


def test_a_point_in_a_crack_finds_the_nearer_shape() -> None:
    crack = 2e-8
    index = ShapeIndex(np.array([shapely.box(0, 0, 1, 1), shapely.box(1 + crack, 0, 2, 1)]))
    assert index.find(1 + crack / 4, 0.5) == 0
    assert index.find(1 + crack * 3 / 4, 0.5) == 1
    assert index.find_many(np.array([1 + crack / 4, 5.0]), np.array([0.5, 5.0])).tolist() == [0, OUTSIDE]


@pytest.mark.parametrize("lon, lat", [(float("nan"), 0.5), (0.5, float("inf")), (1e300, 0.5), (-1e-5, 0.5)])
def test_what_is_no_place_is_outside(lon: float, lat: float) -> None:
    index = ShapeIndex(np.array([shapely.box(0, 0, 1, 1)]))
    assert index.find(lon, lat) == OUTSIDE
    assert index.find_many(np.array([lon]), np.array([lat])).tolist() == [OUTSIDE]


def test_an_empty_net_holds_nothing() -> None:
    index = ShapeIndex(np.empty(0, dtype=object))
    assert index.find(118, 32) == OUTSIDE
    assert index.find_many(np.array([118.0]), np.array([32.0])).tolist() == [OUTSIDE]
