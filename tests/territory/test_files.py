"""Bad boundary files are refused in plain words, or read as far as they are sound."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from gewu.kernel import datum as datums
from gewu.kernel.datum import Datum
from gewu.kernel.refusals import Refusal
from gewu.territory.rules import geojson
from gewu.territory.rules.findings import Kind
from gewu.territory.rules.geojson import Columns, Reading

from .shapes import collection, square

CODE = "320111004015001"


def read(content: bytes, datum: Datum | None = Datum.WGS84) -> Reading:
    return geojson.read(content, datum=datum, columns=Columns())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"type":"FeatureCollection","features":[]}',
        b'{"type":"Feature","geometry":null}',
        b'{"type":"FeatureCollection","features":[7]}',
        b'{"type":"FeatureCollection","features":[{"properties":[]}]}',
        b'{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon"',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_what_is_no_feature_collection_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match="GeoJSON") as refused:
        read(content)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        7,
        {},
        {"type": "Point", "coordinates": [118, 32]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[118, 32], [118, 33]]]},
        {"type": "Polygon", "coordinates": "118,32"},
        {"type": "Polygon", "coordinates": [[["a", "b"], [1, 2], [3, 4], ["a", "b"]]]},
        {"type": "LineString", "coordinates": [[118, 32], [119, 33]]},
        {"type": "Triangle", "coordinates": [[[118, 32], [118, 33], [119, 33], [118, 32]]]},
    ],
)
def test_what_is_no_polygon_is_named_and_the_rest_is_read(geometry: object) -> None:
    reading = read(collection({CODE: geometry, "320111004015002": square(118, 32)}))
    assert [one.code for one in reading.features] == ["320111004015002"]
    assert [(one.kind, one.codes) for one in reading.findings] == [(Kind.NO_POLYGON, (CODE,))]


@pytest.mark.parametrize(
    "west, south", [(1e308, 32.0), (500_000.0, 3_540_000.0), (32.0, 118.0), (-118.0, 32.0)]
)
def test_coordinates_outside_of_the_country_are_named(west: float, south: float) -> None:
    reading = read(collection({CODE: shapely.box(west, south, west + 1, south + 1)}))
    assert reading.features == ()
    assert reading.findings[0].kind in (Kind.OUT_OF_BOUNDS, Kind.NO_POLYGON)


def test_a_file_without_a_declared_datum_is_refused() -> None:
    with pytest.raises(Refusal, match="坐标系") as refused:
        read(collection({CODE: square(118, 32)}), None)
    assert refused.value.field == "datum"


def test_an_unknown_or_contradicting_datum_is_refused() -> None:
    with pytest.raises(Refusal, match="坐标系"):
        read(collection({CODE: square(118, 32)}, datum="Beijing54"), None)
    with pytest.raises(Refusal, match="GCJ02"):
        read(collection({CODE: square(118, 32)}, datum="GCJ-02"), Datum.WGS84)


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_shapes_of_another_datum_come_home_within_a_centimetre(datum: Datum) -> None:
    home = square(118.6, 32.0)
    moved = shapely.transform(
        home,
        lambda points: np.column_stack(datums.from_wgs84(points[:, 0].copy(), points[:, 1].copy(), datum)),
    )
    assert shapely.hausdorff_distance(home, moved) > 0.004
    reading = read(collection({CODE: moved}, datum=datum.value), None)
    assert reading.datum is datum
    assert shapely.hausdorff_distance(home, reading.features[0].shape) < 1e-7


def test_a_polygon_that_crosses_itself_is_mended_and_said_so() -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[118, 32], [118.1, 32.1], [118.1, 32], [118, 32.1], [118, 32]]],
    }
    reading = read(collection({CODE: bow}))
    assert reading.features[0].shape.is_valid
    (notice,) = reading.findings
    assert (notice.kind, notice.blocks) == (Kind.REPAIRED, False)
    assert "Self-intersection" in str(notice.text)


def test_missing_and_repeated_codes_are_named() -> None:
    features = json.loads(collection({CODE: square(118, 32)}))["features"]
    nameless = [{**features[0], "properties": properties} for properties in (None, {}, {"code": {"a": 1}})]
    content = json.dumps({"type": "FeatureCollection", "features": features * 2 + nameless}).encode()
    kinds = [one.kind for one in read(content).findings]
    assert kinds == [Kind.NO_CODE] * 3 + [Kind.DUPLICATE]


def test_heights_and_a_byte_order_mark_do_no_harm() -> None:
    flat = square(118, 32)
    reading = read(b"\xef\xbb\xbf" + collection({CODE: shapely.force_3d(flat, 7)}))
    assert reading.features[0].shape.equals(flat)
    assert not reading.features[0].shape.has_z


def test_a_numeric_code_is_read_as_text() -> None:
    content = collection({CODE: square(118, 32)}).replace(f'"{CODE}"'.encode(), CODE.encode())
    assert read(content).features[0].code == CODE
