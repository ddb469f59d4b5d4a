"""Vector tiles, read back by a library that knows nothing of ours."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from gewu.kernel.refusals import Refusal
from gewu.territory.rules.tiles import EXTENT, Tile, TileLayer, projected


def layer_of(*shapes: shapely.Geometry) -> TileLayer:
    codes = [str(number) for number in range(len(shapes))]
    return TileLayer("grid", np.array(shapes, dtype=object), {"code": codes, "name": ["格"] * len(shapes)})


def read(content: bytes) -> dict[str, Any]:
    """The features of a tile by their code, in units of the tile with y downwards."""
    if not content:
        return {}
    decoded = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})["grid"]
    assert (decoded["extent"], decoded["version"]) == (EXTENT, 2)
    return {one["properties"]["code"]: shape(one["geometry"]) for one in decoded["features"]}


def around(lon: float, lat: float, z: int) -> Tile:
    side = 2 * 20_037_508.342789244 / 2**z
    east, north = projected(np.array([[lon, lat]]))[0]
    return Tile(z, int((east + 20_037_508.342789244) / side), int((20_037_508.342789244 - north) / side))


def in_units(geometry: shapely.Geometry, tile: Tile) -> shapely.Geometry:
    """What the tile should show: projected and scaled, neither clipped nor rounded."""
    west, _, east, north = tile.bounds
    scale = EXTENT / (east - west)
    return shapely.transform(geometry, lambda at: (projected(at) - (west, north)) * (scale, -scale))


def test_shape_is_where_it_was_within_half_a_unit() -> None:
    grid = shapely.box(118.60, 32.03, 118.61, 32.04)
    tile = around(118.605, 32.035, 12)
    found = read(layer_of(grid).encoded(tile))["0"]
    assert found.symmetric_difference(in_units(grid, tile)).area < in_units(grid, tile).length


def test_hole_stays_a_hole_and_parts_stay_one_feature() -> None:
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    two = shapely.MultiPolygon([ring, shapely.box(4, 0, 5, 1)])
    tile = Tile(5, 16, 15)
    found = read(layer_of(two).encoded(tile))["0"]
    assert found.geom_type == "MultiPolygon"
    assert [len(part.interiors) for part in found.geoms] == [1, 0]
    assert found.is_valid


def test_shape_beyond_the_tile_is_cut_a_little_outside_it() -> None:
    found = read(layer_of(shapely.box(100, 20, 130, 50)).encoded(around(118.6, 32.0, 12)))["0"]
    assert found.bounds == (-64, -64, EXTENT + 64, EXTENT + 64)


def test_shape_too_small_to_see_is_left_out() -> None:
    speck = shapely.box(118.6, 32.0, 118.600001, 32.000001)
    assert layer_of(speck).encoded(around(118.6, 32.0, 8)) == b""


def test_nothing_there_is_no_bytes() -> None:
    assert layer_of(shapely.box(0, 0, 1, 1)).encoded(around(118.6, 32.0, 12)) == b""
    assert layer_of().encoded(around(118.6, 32.0, 12)) == b""


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (3, 8, 0), (3, 0, 8), (23, 0, 0), (0, 0, -1)])
def test_square_that_is_not_on_the_map_is_refused(z: int, x: int, y: int) -> None:
    with pytest.raises(Refusal, match="没有这块地图"):
        Tile(z, x, y)


#: A round shape somewhere about one point: where, how large (degrees) and with how many corners.
ROUND = st.tuples(st.floats(118.5, 118.7), st.floats(31.9, 32.1), st.floats(0.0005, 0.05), st.integers(1, 10))


@given(st.lists(ROUND, min_size=1, max_size=12), st.integers(8, 16))
def test_what_is_seen_is_what_lies_there(spots: list[tuple[float, float, float, int]], z: int) -> None:
    """Any round shapes at any depth: the same features, each with its own area to within its border."""
    shapes = [shapely.Point(lon, lat).buffer(size, quad_segs=quarter) for lon, lat, size, quarter in spots]
    tile = around(spots[0][0], spots[0][1], z)
    found = read(layer_of(*shapes).encoded(tile))
    box = shapely.box(-64, -64, EXTENT + 64, EXTENT + 64)
    for number, one in enumerate(shapes):
        meant = in_units(one, tile) & box
        seen = found.get(str(number), shapely.Polygon())
        assert abs(shapely.make_valid(seen).area - meant.area) <= meant.length + 4
