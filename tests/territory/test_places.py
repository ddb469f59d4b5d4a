"""Names, paths, points and the map of the small street, with the number of statements they take."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

from gewu.kernel import datum as datums
from gewu.kernel.datum import Datum
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import Actor
from gewu.territory import actions, queries
from gewu.territory.models import Grid

from .conftest import FIRST_DAY, LOWER, NOW, STREET, UPPER

pytestmark = pytest.mark.django_db
Counting = Callable[..., Any]


def test_a_point_finds_its_grid_with_all_names(street: None) -> None:
    found = queries.locate(118.6051, 32.0249)
    assert found is not None
    assert found.place == f"{UPPER}001"
    assert found.names == ("江苏省", "南京市", "浦口区", "江浦街道", "珠江社区居委会", "珠江社区第01网格")
    assert found.path == "浦口区 江浦街道 珠江社区第01网格"


def test_a_point_of_another_datum_is_converted_at_the_edge(street: None) -> None:
    for datum in (Datum.GCJ02, Datum.BD09):
        lon, lat = datums.from_wgs84(118.6051, 32.0249, datum)
        found = queries.locate(lon, lat, datum=datum)
        assert found is not None
        assert found.place == f"{UPPER}001"
        wrongly = queries.locate(lon, lat)
        assert wrongly is None or wrongly.place != found.place


def test_a_point_on_a_shared_border_has_one_grid(street: None) -> None:
    assert queries.locate_many(np.array([118.61, 118.61, 118.62]), np.array([32.025, 32.02, 32.01])) == [
        f"{UPPER}001",
        f"{UPPER}001",
        f"{UPPER}005",
    ]


def test_points_outside_have_no_grid_and_impossible_ones_are_refused(street: None) -> None:
    assert queries.locate(118.7, 32.0) is None
    assert queries.locate_many(np.array([118.7]), np.array([32.0])) == [""]
    assert queries.locate_many(np.array([]), np.array([])) == []
    for lon, lat in ((32.0, 118.6), (float("nan"), 32.0), (1e9, 32.0)):
        with pytest.raises(Refusal):
            queries.locate(lon, lat)


def test_without_any_net_no_point_has_a_grid(db: None) -> None:
    assert queries.locate(118.6, 32.0) is None


def test_locating_asks_the_database_only_for_the_net(
    street: None, django_assert_num_queries: Counting
) -> None:
    with django_assert_num_queries(5):
        queries.locate(118.6051, 32.0249)
    with django_assert_num_queries(0):
        for _ in range(100):
            queries.locate(118.6051, 32.0249)


def test_paths_take_two_statements_however_many(street: None, django_assert_num_queries: Counting) -> None:
    with django_assert_num_queries(2):
        assert len(queries.paths_of([f"{UPPER}001"])) == 1
    with django_assert_num_queries(2):
        every = [*(f"{UPPER}{n:03d}" for n in range(1, 6)), UPPER, LOWER, STREET, "32"]
        assert len(queries.paths_of([*every, "99", ""])) == 9


def test_an_unknown_place_is_missing_and_a_wrong_code_refused(street: None) -> None:
    with pytest.raises(Refusal) as refused:
        queries.place(f"{UPPER}099")
    assert refused.value.kind is Kind.MISSING
    with pytest.raises(Refusal) as refused:
        queries.place("12345")
    assert refused.value.kind is Kind.INVALID


def test_children_are_the_level_below(street: None) -> None:
    assert [one.name for one in queries.children_of(STREET)] == ["珠江社区居委会", "巩固社区居委会"]
    assert [one.code[-3:] for one in queries.children_of(LOWER)] == ["001", "002", "003", "004"]
    assert all(one.schematic for one in queries.children_of(LOWER))
    assert queries.children_of(f"{UPPER}001") == ()
    assert queries.children_of(f"{UPPER}00101") == ()


def test_search_finds_beginnings_first_and_stays_inside(street: None) -> None:
    assert [one.code for one in queries.search("珠江", limit=2)] == [UPPER, f"{UPPER}001"]
    assert queries.search("珠江", inside=LOWER) == ()
    assert queries.search("第04网格", inside=LOWER)[0].code == f"{LOWER}004"
    assert queries.search("  ") == ()
    assert queries.search("100%") == ()


def test_an_address_suggests_its_places(street: None) -> None:
    found = queries.suggest("江浦街道巩固社区2号网格井盖破损", inside="320111")
    assert found[0].path == "浦口区 江浦街道 巩固社区第02网格"
    with pytest.raises(Refusal):
        queries.suggest("江浦街道", inside="32")


def test_the_map_holds_every_grid_with_its_mark(street: None, django_assert_num_queries: Counting) -> None:
    layer = queries.cells(STREET)
    drawn = json.loads(layer.geojson)
    assert (layer.count, len(drawn["features"])) == (9, 9)
    first = drawn["features"][0]
    assert first["properties"] == {"code": f"{UPPER}001", "name": "珠江社区第01网格", "schematic": True}
    assert shapely.from_geojson(json.dumps(first["geometry"])).equals(
        shapely.box(118.6, 32.02, 118.61, 32.03)
    )
    assert layer.bounds == pytest.approx((118.60, 32.00, 118.63, 32.03))
    with django_assert_num_queries(0):
        assert queries.cells(STREET) is layer


def test_the_map_of_a_wider_level_is_made_of_its_grids(street: None) -> None:
    drawn = json.loads(queries.cells(STREET, level=Level.COMMUNITY).geojson)
    assert [one["properties"]["name"] for one in drawn["features"]] == ["珠江社区居委会", "巩固社区居委会"]
    area = shapely.from_geojson(json.dumps(drawn["features"][0]["geometry"])).area
    assert area == pytest.approx(5 * 0.01**2)


def test_the_map_of_a_place_without_grids_is_empty(street: None) -> None:
    layer = queries.cells("440310")
    assert (layer.count, layer.bounds) == (0, None)
    assert json.loads(layer.geojson) == {"type": "FeatureCollection", "features": []}


def test_the_demo_holds_pukou_with_its_467_grids(db: None, keeper: Actor) -> None:
    batch = actions.load_demo_territory(since=FIRST_DAY, actor=keeper, now=NOW)
    assert batch.counts == {"features": 467, "findings": 0, "blocking": 0}
    assert Grid.objects.filter(schematic=True, until__isnull=True).count() == 467
    found = queries.locate(118.627, 32.057)
    assert found is not None
    assert found.names[2:4] == ("浦口区", "江浦街道")
    assert queries.locate(118.80, 32.06) is None
    streets = json.loads(queries.cells("320111", level=Level.STREET).geojson)
    assert len(streets["features"]) == 12
