"""The scenes of the demo: what they count is what is public of the place, and sums over levels agree."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings as configured
from django.utils import timezone

from gewu.cases import actions as cases
from gewu.cases.actions import NewCase
from gewu.cli import demo, founding
from gewu.cli.scenes import boston, nantong, pukou, quannan, staging
from gewu.cli.scenes.registry import SCENES, scene_named
from gewu.insight import queries as insight
from gewu.kernel.refusals import Refusal
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import Actor, Relation, Standing, operator
from gewu.territory import actions as places
from gewu.territory import queries as territory
from tests import shared
from tests.founded import statements

pytestmark = pytest.mark.django_db
NOW = timezone.localtime()


def leader(place: str) -> Actor:
    """Someone who reads cases and figures there."""
    account = security.open_account("leader", "领导", "long-enough-word", actor=operator(place), now=NOW)
    security.give_role(account, "leader", actor=operator(place), now=NOW, place=place)
    found = accounts.actor_of(account.pk, now=NOW)
    assert found is not None
    return found


def test_one_city_eleven_counties_ninety_six_towns_load_and_their_figures_add_up(settings: object) -> None:
    settings.COUNTY = nantong.CITY  # type: ignore[attr-defined]  # pytest-django's settings
    founding.lay_ground(nantong.CITY, now=NOW, divisions=False)
    rows = staging.rows_of("nantong_divisions.csv")
    nantong.lay_places(rows, now=NOW)
    organisation.add_units(nantong.centres(rows), actor=operator(nantong.CITY), now=NOW)
    (city,) = units.unit_tree(nantong.CITY)
    towns = [town for county in city.parts for town in county.parts]
    assert (len(city.parts), len(towns)) == (11, 96)

    _raise_matters(nantong.CITY, every=7)
    reader = leader(nantong.CITY)
    whole = insight.board(reader, nantong.CITY, now=timezone.localtime())
    assert whole.whole.open == sum(one.open for one in whole.children) + whole.unplaced > 20
    for county in whole.children:
        own = insight.board(reader, county.code, now=timezone.localtime())
        assert own.whole.open == county.open == sum(one.open for one in own.children) + own.unplaced


def test_counties_of_nantong_have_their_codes_and_zones_say_that_theirs_are_local() -> None:
    counties = {
        row["name"]: row["code"] for row in staging.rows_of("nantong_divisions.csv") if len(row["code"]) == 6
    }
    standard = {
        "崇川区": "320613", "通州区": "320612", "海门区": "320614", "如东县": "320623",
        "启东市": "320681", "如皋市": "320682", "海安市": "320685",
    }  # fmt: skip
    assert standard.items() <= counties.items()
    zones = {name: code for name, code in counties.items() if name not in standard}
    assert zones.pop("南通经济技术开发区") == "320671"
    assert len(zones) == 3
    # GB/T 2260 numbers nothing in the seventies; a local code can never be taken for one of its.
    assert all(name.endswith("（本地代码）") and code[4] == "7" for name, code in zones.items())


def _raise_matters(home: str, *, every: int) -> None:
    """A matter in every so many-th grid, filed at once."""
    screens = Standing("acceptor", frozenset({"reports.screen"}), Relation.TERRITORY, home)
    actor = Actor("account:screens", "受理员", (screens,))
    for grid in territory.grids_in(home)[::every]:
        cases.file(NewCase("C0101", grid, "井盖缺失", "web", timezone.now()), actor=actor, now=timezone.now())


def test_three_hundred_and_fifty_nine_workers_are_counted_filled_vacant_and_per_grid() -> None:
    founding.lay_ground(quannan.COUNTY, now=NOW, divisions=False)
    quannan.lay_places(now=NOW)
    assert staging.man(quannan.worker_rows(), quannan.COUNTY, now=NOW) == 359
    with statements() as counted:
        found = units.gaps(
            operator(quannan.COUNTY), quannan.COUNTY, "allround_grid_worker", now=timezone.now()
        )
    assert (found.whole.grids, found.whole.filled, found.whole.vacant) == (365, 359, 6)
    assert sum(one.filled for one in found.parts) == 359
    assert (found.vacant.count, len(found.vacant.places)) == (6, 6)
    assert round(found.whole.per_grid, 2) == 0.98
    assert len(counted) <= 9


def test_467_grids_270_branches_and_421_groups_stand_in_their_communities() -> None:
    organisation.load_seeds(actor=operator(), now=NOW)
    places.load_demo_territory(county=pukou.COUNTY, since=founding.SINCE, actor=operator(), now=NOW)
    organisation.add_units(pukou.party_units(), actor=operator(pukou.COUNTY), now=NOW)
    organisation.add_units(pukou.leading_group(), actor=operator(pukou.COUNTY), now=NOW)

    counts = Counter(unit.kind for unit in units.units())
    assert len(territory.grids_in(pukou.COUNTY)) == 467
    assert (counts["party_grid_branch"], counts["party_grid_group"]) == (270, 421)
    assert (counts["leading_office"], counts["work_group"]) == (1, 6)
    by_street = Counter(one.place[:9] for one in units.units_of("party_grid_group", pukou.COUNTY))
    assert sum(by_street.values()) == 421
    assert len(units.places_without("party_grid_group", territory.grids_in(pukou.COUNTY))) == 467 - 421


def test_every_scene_serves_its_own_place_and_an_unknown_one_is_refused() -> None:
    assert {one.home for one in SCENES.values()} >= {"320111", "3206", "360729"}
    with pytest.raises(Refusal) as refused:
        scene_named("atlantis")
    assert "pukou" in str(refused.value.advice)


def test_home_that_holds_another_scene_is_not_mixed(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    settings.COUNTY = pukou.COUNTY  # type: ignore[attr-defined]  # as above
    security.open_account("someone", "某人", "long-enough-word", actor=operator(), now=NOW)
    (tmp_path / demo.KEPT).write_text("quannan", encoding="utf-8")
    done = CliRunner().invoke(demo.demo, ["--no-serve", "--scene", "pukou"])
    assert isinstance(done.exception, Refusal)
    assert "quannan" in str(done.exception)
    assert configured.COUNTY == pukou.COUNTY


def test_boston_takes_real_points_and_limits_and_its_counts_agree(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shared.data("boston311").parents[1]
    settings.COUNTY = boston.COUNTY  # type: ignore[attr-defined]  # pytest-django's settings
    monkeypatch.setattr(boston, "REPORTS", 40)
    found = boston.records(str(folder))
    founding.lay_ground(boston.COUNTY, now=NOW, divisions=False)
    boston.lay_places(found, now=NOW)
    codes = boston.add_classes(found, now=NOW)
    founding.set_up_units(boston.COUNTY, now=NOW)
    staging.take_up_posts(boston.CAST, now=NOW)
    assert boston.report(found, codes, now=timezone.localtime()) == 40

    assert all(territory.locate(one.lon, one.lat) for one in found[::500])
    reader = leader(boston.COUNTY)
    whole = insight.board(reader, boston.COUNTY, now=timezone.localtime())
    assert whole.whole.open == 40
    assert whole.whole.open == sum(one.open for one in whole.children) + whole.unplaced
    assert "非中国区划" in territory.place("99").name


def test_boston_without_its_records_is_refused_with_what_to_name(tmp_path: Path) -> None:
    for folder in ("", str(tmp_path)):
        with pytest.raises(Refusal) as refused:
            boston.records(folder)
        assert "GEWU_SHARED_DATA" in str(refused.value.advice)
