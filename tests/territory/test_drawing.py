"""Grids drawn by us: every point of the ground in exactly one."""

from __future__ import annotations

import csv
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

import gewu.territory
from gewu.territory.rules import divisions, drawing
from gewu.territory.rules.location import OUTSIDE, ShapeIndex
from gewu.territory.rules.measures import square_metres

SEEDS = Path(gewu.territory.__file__).parent / "seeds"


@lru_cache(maxsize=1)
def pukou() -> tuple[BaseGeometry, dict[str, list[BaseGeometry]]]:
    with (SEEDS / "divisions.csv").open(encoding="utf-8") as file:
        communities = divisions.inhabited((row["code"], row["name"]) for row in csv.DictReader(file))
    with (SEEDS / "320111_centres.csv").open(encoding="utf-8") as file:
        centres = {row["code"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    outline = json.loads((SEEDS / "320111_boundary.geojson").read_text(encoding="utf-8"))
    area = shapely.from_geojson(json.dumps(outline["features"][0]["geometry"]))
    counts = drawing.share_out(467, dict.fromkeys(communities, 1))
    return area, drawing.draw_cells(area, counts, centres, seed=320111)


@lru_cache(maxsize=1)
def flat() -> tuple[np.ndarray, ShapeIndex]:
    cells = np.array([cell for cells in pukou()[1].values() for cell in cells])
    return cells, ShapeIndex(cells)


def test_every_community_has_grids_and_there_are_467_of_them() -> None:
    _, cells = pukou()
    assert len(cells) == 122
    assert min(len(own) for own in cells.values()) >= 1
    assert sum(len(own) for own in cells.values()) == 467


def test_the_cells_are_a_coverage_of_the_county() -> None:
    area, _ = pukou()
    cells, _ = flat()
    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)
    difference = shapely.symmetric_difference(area, shapely.union_all(cells))
    assert square_metres(np.array([difference]))[0] < 2.0


def test_every_community_and_street_is_in_one_piece() -> None:
    _, cells = pukou()
    streets: dict[str, list[BaseGeometry]] = {}
    for code, own in cells.items():
        assert shapely.union_all(own).geom_type == "Polygon", code
        streets.setdefault(code[:9], []).extend(own)
    assert {shapely.union_all(own).geom_type for own in streets.values()} == {"Polygon"}


def test_cells_are_of_a_plausible_shape() -> None:
    cells, _ = flat()
    roundness = 4 * np.pi * shapely.area(cells) / shapely.length(cells) ** 2
    assert np.median(roundness) > 0.6


def test_drawing_again_gives_the_same_cells() -> None:
    area = shapely.box(118, 32, 118.1, 32.1)
    counts = {"320111001001": 3, "320111001002": 2, "320111002001": 4}
    assert drawing.draw_cells(area, counts, {}, seed=7) == drawing.draw_cells(area, counts, {}, seed=7)


@settings(max_examples=300, deadline=None)
@given(lon=st.floats(118.35, 118.79), lat=st.floats(31.83, 32.26))
def test_a_point_of_the_county_lies_in_exactly_one_grid(lon: float, lat: float) -> None:
    area, _ = pukou()
    cells, index = flat()
    point = shapely.Point(lon, lat)
    hits = np.flatnonzero(shapely.intersects(cells, point))
    if len(hits):
        assert index.find(lon, lat) == hits[0]
        assert (shapely.contains(cells, point)).sum() <= 1
    else:
        assert not shapely.contains(area, point)
        assert index.find(lon, lat) == OUTSIDE


@settings(deadline=None)
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=30), more=st.integers(0, 300))
def test_sharing_out_loses_nothing_and_leaves_nobody_out(sizes: list[int], more: int) -> None:
    weights = {str(number): size for number, size in enumerate(sizes)}
    shares = drawing.share_out(len(weights) + more, weights)
    assert sum(shares.values()) == len(weights) + more
    assert min(shares.values()) >= 1


def test_sharing_out_refuses_too_few_things() -> None:
    with pytest.raises(ValueError, match="cannot be divided"):
        drawing.share_out(1, {"a": 1, "b": 1})


def test_lattice_hands_out_rows_from_the_north_west() -> None:
    cells = drawing.lattice((0, 0, 3, 3), {"a": 5, "b": 4}, 3)
    bounds = [cell.bounds for cell in cells["a"]]
    assert bounds[:4] == [(0, 2, 1, 3), (1, 2, 2, 3), (2, 2, 3, 3), (0, 1, 1, 2)]
    assert cells["b"][-1].bounds == (2, 0, 3, 1)
    with pytest.raises(ValueError, match="do not fill"):
        drawing.lattice((0, 0, 1, 1), {"a": 4}, 3)
