"""Three coordinate systems, there and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.kernel.datum import Datum, datum_named, from_wgs84, to_wgs84
from gewu.kernel.refusals import Refusal

lons, lats = st.floats(74.0, 135.0), st.floats(3.0, 53.5)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two near points, on a sphere."""
    east = (a[0] - b[0]) * math.cos(math.radians(a[1]))
    return math.hypot(east, a[1] - b[1]) * 111_320


@given(lons, lats, st.sampled_from(Datum))
def test_round_trip_is_far_below_a_centimetre(lon: float, lat: float, datum: Datum) -> None:
    assert metres(to_wgs84(*from_wgs84(lon, lat, datum), datum), (lon, lat)) < 0.0001


@given(lons, lats, st.sampled_from(Datum))
def test_round_trip_from_the_other_side(lon: float, lat: float, datum: Datum) -> None:
    assert metres(from_wgs84(*to_wgs84(lon, lat, datum), datum), (lon, lat)) < 0.0001


@given(lons, lats)
def test_gcj02_is_shifted_by_its_known_range(lon: float, lat: float) -> None:
    assert 15 < metres(from_wgs84(lon, lat, Datum.GCJ02), (lon, lat)) < 750


def test_gcj02_at_nanjing_is_the_shift_found_between_two_published_boundaries() -> None:
    lon, lat = from_wgs84(118.77, 32.06, Datum.GCJ02)

    assert lon - 118.77 == pytest.approx(0.0052, abs=0.0001)
    assert lat - 32.06 == pytest.approx(-0.0021, abs=0.0001)


def test_bd09_at_beijing_is_the_known_shift_from_gcj02() -> None:
    gcj = from_wgs84(116.397, 39.908, Datum.GCJ02)
    bd = from_wgs84(116.397, 39.908, Datum.BD09)

    assert bd[0] - gcj[0] == pytest.approx(0.0064, abs=0.0003)
    assert bd[1] - gcj[1] == pytest.approx(0.0063, abs=0.0003)


def test_outside_china_gcj02_is_wgs84() -> None:
    assert from_wgs84(2.35, 48.85, Datum.GCJ02) == (2.35, 48.85)
    assert to_wgs84(2.35, 48.85, Datum.GCJ02) == (2.35, 48.85)


@pytest.mark.parametrize("datum", Datum)
def test_arrays_give_what_single_values_give(datum: Datum) -> None:
    lon = np.array([2.35, 73.5, 105.0, 118.77, 134.9])
    lat = np.array([48.85, 39.5, 35.0, 32.06, 48.3])
    for convert in (to_wgs84, from_wgs84):
        x, y = convert(lon, lat, datum)
        single = [convert(float(a), float(b), datum) for a, b in zip(lon, lat, strict=True)]
        assert np.allclose(np.column_stack([x, y]), single, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("lon", "lat"), [(math.nan, 32.0), (118.0, math.nan), (181.0, 32.0), (118.0, -91.0), (math.inf, 1.0)]
)
def test_impossible_coordinates_are_refused(lon: float, lat: float) -> None:
    for convert in (to_wgs84, from_wgs84):
        with pytest.raises(Refusal, match="超出可能的范围"):
            convert(lon, lat, Datum.GCJ02)


def test_one_bad_value_refuses_the_array() -> None:
    with pytest.raises(Refusal, match="超出可能的范围"):
        to_wgs84(np.array([118.0, math.nan]), np.array([32.0, 32.0]), Datum.WGS84)


@pytest.mark.parametrize("datum", Datum)
def test_no_points_give_no_points(datum: Datum) -> None:
    lon, lat = to_wgs84(np.array([]), np.array([]), datum)

    assert (lon.size, lat.size) == (0, 0)


@pytest.mark.parametrize(("lon", "lat"), [(32.05, 118.6), (49.0, 87.0)])
def test_exchanged_coordinates_are_told(lon: float, lat: float) -> None:
    with pytest.raises(Refusal, match="经度和纬度写反了"):
        to_wgs84(lon, lat, Datum.WGS84)


@pytest.mark.parametrize(
    ("name", "datum"),
    [("WGS84", Datum.WGS84), ("wgs-84", Datum.WGS84), ("CGCS2000", Datum.WGS84), ("GCJ-02", Datum.GCJ02)]
    + [("bd09", Datum.BD09), (" BD_09 ", Datum.BD09)],
)
def test_datum_by_name(name: str, datum: Datum) -> None:
    assert datum_named(name) is datum


def test_unknown_datum_is_refused() -> None:
    with pytest.raises(Refusal, match="未知的坐标系") as caught:
        datum_named("xian80")

    assert caught.value.field == "datum"
