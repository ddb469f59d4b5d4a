"""Whole structures that places have set up, loaded as data."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from gewu.organisation import actions, queries
from gewu.organisation.actions import UnitSpec
from gewu.territory.models import Division, Grid, GridKind, Layer
from tests.organisation.setting import COMMUNITY, COUNTY, NOW, SETUP

pytestmark = pytest.mark.usefixtures("kinds")


def _load(specs: list[UnitSpec]) -> None:
    actions.add_units(specs, actor=SETUP, now=NOW)


def test_one_city_eleven_counties_ninety_six_towns() -> None:
    counties = [f"3206{n:02d}" for n in range(1, 12)]
    towns = [f"{counties[n % 11]}{n // 11 + 1:03d}" for n in range(96)]
    places = ["3206", *counties, *towns]
    Division.objects.bulk_create(Division(code=code, name=code, level=len(code)) for code in places)
    kinds = {4: "command_centre_city", 6: "command_centre_county", 9: "command_centre_town"}
    above = {4: "", 6: "3206-centre", 9: ""}
    _load(
        [
            UnitSpec(
                kinds[len(code)],
                f"{code}-centre",
                code,
                code,
                f"{code[:6]}-centre" if len(code) == 9 else above[len(code)],
            )
            for code in places
        ]
    )
    (city,) = queries.unit_tree("3206")
    assert len(city.parts) == 11
    assert sum(len(county.parts) for county in city.parts) == 96


def test_one_office_and_six_groups() -> None:
    groups = [UnitSpec("work_group", f"group-{n}", f"第{n}组", COUNTY, "office") for n in range(1, 7)]
    _load([UnitSpec("leading_office", "office", "领导小组办公室", COUNTY), *groups])
    (office,) = queries.unit_tree(COUNTY)
    assert [part.unit.code for part in office.parts] == [f"group-{n}" for n in range(1, 7)]


def test_467_grids_with_270_branches_and_421_groups() -> None:
    grids = [f"{COMMUNITY}{n:03d}" for n in range(101, 568)]
    Grid.objects.bulk_create(
        Grid(
            code=code,
            layer=Layer.GRID,
            kind=GridKind.COMPREHENSIVE,
            name=code,
            community_id=COMMUNITY,
            since=date(2020, 1, 1),
        )
        for code in grids
    )
    branches = [UnitSpec("party_grid_branch", f"b{code}", "支部", code, "committee") for code in grids[:270]]
    groups = [
        UnitSpec(
            "party_grid_group", f"g{code}", "小组", code, f"b{code}" if code in grids[:270] else "committee"
        )
        for code in grids[:421]
    ]
    _load([UnitSpec("party_community_committee", "committee", "大党委", COMMUNITY), *branches, *groups])
    counts = Counter(unit.kind for unit in queries.units())
    assert (len(grids), counts["party_grid_branch"], counts["party_grid_group"]) == (467, 270, 421)
    assert len(queries.places_without("party_grid_group", grids)) == 467 - 421
