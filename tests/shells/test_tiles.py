"""The net of places as vector tiles, over the wire."""

from __future__ import annotations

import mapbox_vector_tile
import pytest
from django.test import Client

from gewu.territory import queries as territory
from tests.territory.test_tiles import around
from tests.world import GRID, World

pytestmark = pytest.mark.django_db

SQUARE = around(118.6025, 32.0575, 14)
ADDRESS = f"/tiles/grid/{SQUARE.z}/{SQUARE.x}/{SQUARE.y}.mvt"


def test_tile_shows_the_grids_that_lie_there_by_name(world: World) -> None:
    answer = Client().get(ADDRESS)

    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    shown = {
        one["properties"]["code"]: one
        for one in mapbox_vector_tile.decode(answer.content)["grid"]["features"]
    }
    assert shown[GRID]["properties"]["name"] == territory.place(GRID).name


def test_tile_of_a_wider_level_joins_its_grids(world: World) -> None:
    answer = Client().get(ADDRESS.replace("grid", "street"))

    (street,) = mapbox_vector_tile.decode(answer.content)["street"]["features"]
    assert street["properties"] == {"code": GRID[:9], "name": "江浦街道"}


def test_browser_that_holds_the_tile_is_told_so(world: World) -> None:
    first = Client().get(ADDRESS)

    again = Client().get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address", ["/tiles/grid/3/8/0.mvt", "/tiles/grid/99/0/0.mvt", "/tiles/moon/3/0/0.mvt"]
)
def test_square_that_is_not_on_the_map_is_missing(world: World, address: str) -> None:
    assert Client().get(address).status_code == 404
