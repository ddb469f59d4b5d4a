"""The check finds what was planted, and nothing in a sound net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from gewu.kernel.texts import say
from gewu.territory.rules import coverage
from gewu.territory.rules.coverage import Ground
from gewu.territory.rules.findings import Finding, Kind
from gewu.territory.rules.geojson import Feature
from gewu.territory.rules.measures import degree_lengths, square_metres

from .shapes import square, tiling

COUNTY, COMMUNITY = "320111", "320111004015"
WHOLE = shapely.box(118, 32, 119, 33)


def net(shapes: np.ndarray) -> list[Feature]:
    return [Feature(f"{COMMUNITY}{number:03d}", "", "", shape) for number, shape in enumerate(shapes, 1)]


def ground(
    parents: Mapping[str, BaseGeometry] | None = None,
    neighbours: Mapping[str, BaseGeometry] | None = None,
    in_force: frozenset[str] = frozenset(),
) -> Ground:
    held = {COUNTY: WHOLE} if parents is None else parents
    return Ground(COUNTY, 15, frozenset({COMMUNITY}), held, neighbours or {}, in_force)


def found(features: list[Feature], given: Ground | None = None) -> list[Finding]:
    return coverage.check(features, given or ground(), tolerance_m2=1.0)


def test_a_sound_net_has_no_findings() -> None:
    assert found(net(tiling(6))) == []


def test_a_planted_overlap_is_named_with_its_area_and_place() -> None:
    shapes = tiling(6)
    planted = square(118.4, 32.4, 0.001)
    holder = int(np.flatnonzero(shapely.contains(shapes, planted))[0])
    other = 0 if holder else 1
    shapes[other] = shapely.union(shapes[other], planted)
    (finding,) = [one for one in found(net(shapes)) if one.kind is Kind.OVERLAP]
    codes = {f"{COMMUNITY}{number + 1:03d}" for number in (holder, other)}
    assert set(finding.codes) == codes
    assert finding.area_m2 == pytest.approx(float(square_metres(np.array([planted]))[0]), rel=1e-3)
    assert planted.contains(shapely.Point(finding.lon, finding.lat))
    assert finding.blocks


@settings(max_examples=30, deadline=None)
@given(number=st.integers(0, 35), side=st.floats(1e-4, 2e-3))
def test_a_planted_gap_is_found_wherever_it_is(number: int, side: float) -> None:
    shapes = tiling(6)
    middle = shapes[number].representative_point()
    hole = square(middle.x, middle.y, side).intersection(shapes[number])
    shapes[number] = shapes[number].difference(hole)
    (finding,) = found(net(shapes))
    assert finding.kind is Kind.GAP
    assert finding.area_m2 == pytest.approx(float(square_metres(np.array([hole]))[0]), rel=1e-2, abs=0.1)
    assert hole.contains(shapely.Point(finding.lon, finding.lat))


def test_overlaps_and_gaps_below_the_tolerance_are_rounding() -> None:
    shapes = tiling(3)
    shapes[0] = shapes[0].buffer(1e-10)
    assert found(net(shapes)) == []


def test_what_sticks_out_of_its_parent_is_named() -> None:
    shapes = tiling(4)
    shapes[0] = shapely.union(shapes[0], shapely.box(117.99, 32.0, 118.0, 32.01))
    (finding,) = found(net(shapes))
    assert finding.kind is Kind.OUTSIDE_PARENT
    assert finding.codes == (f"{COMMUNITY}001", COUNTY)


def test_the_nearest_boundary_above_counts_and_the_rest_of_the_county_is_checked_without_it() -> None:
    half, rest = shapely.box(118, 32, 118.5, 33), shapely.box(118.5, 32, 119, 33)
    features = [Feature(f"{COMMUNITY}001", "", "", half), Feature("320111005001001", "", "", rest)]
    held = Ground(
        COUNTY, 15, frozenset({COMMUNITY, "320111005001"}), {COUNTY: WHOLE, COMMUNITY: half}, {}, frozenset()
    )
    assert coverage.check(features, held, tolerance_m2=1.0) == []


def test_a_neighbour_outside_the_file_may_not_be_covered() -> None:
    findings = found(net(tiling(2)), ground(neighbours={"320112001001001": square(118.995, 32.2)}))
    assert [one.kind for one in findings] == [Kind.OVERLAP]
    assert "320112001001001" in findings[0].codes


def test_codes_are_checked_and_the_rest_goes_on() -> None:
    shapes = tiling(2)
    codes = ["320111004015001", "32011100401500", "320112004015001", "320111004099001"]
    features = [Feature(code, "", "", shape) for code, shape in zip(codes, shapes, strict=True)]
    kinds = [one.kind for one in found(features)]
    assert kinds[:3] == [Kind.WRONG_CODE, Kind.WRONG_CODE, Kind.UNKNOWN]
    assert set(kinds[3:]) == {Kind.GAP}


def test_an_unknown_kind_of_grid_is_named() -> None:
    (feature,) = net(np.array([WHOLE]))
    (finding, *_) = found([replace(feature, kind="magic")])
    assert (finding.kind, finding.codes) == (Kind.WRONG_KIND, (feature.code,))


def test_without_a_boundary_above_gaps_are_said_to_be_unchecked() -> None:
    (finding,) = found(net(tiling(2)), ground(parents={}))
    assert finding.kind is Kind.UNBOUNDED
    assert not finding.blocks


def test_grids_that_will_end_are_announced_but_do_not_block() -> None:
    gone = frozenset({"320111004015001", "320111004015777"})
    (finding,) = found(net(tiling(2)), ground(in_force=gone))
    assert finding.kind is Kind.ENDING
    assert finding.codes == ("320111004015777",)
    assert not finding.blocks


def test_findings_survive_the_json_column() -> None:
    finding = Finding(Kind.GAP, say("{a} 空白", a="甲"), ("1",), 2.5, 118.0, 32.0)
    assert Finding.from_json(finding.as_json()) == finding


def test_areas_are_those_of_the_ellipsoid() -> None:
    """A degree on the equator is 111,319.49 m and 110,574.28 m (GRS 80)."""
    east, north = degree_lengths(0.0)
    assert east == pytest.approx(111_319.49, abs=0.01)
    assert north == pytest.approx(110_574.28, abs=0.01)
