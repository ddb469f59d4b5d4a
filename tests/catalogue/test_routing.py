"""Who leads what where, by rows that say why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gewu.catalogue import actions, queries
from gewu.catalogue.actions import RouteSpec, naming
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from tests.organisation import setting
from tests.organisation.setting import (
    COMMUNITY,
    COUNTY,
    GRID,
    NOW,
    OTHER_STREET,
    PLACES,
    SETUP,
    STREET,
    TODAY,
)

pytestmark = pytest.mark.usefixtures("district")

TOMORROW = TODAY + timedelta(days=1)


def _lead(matter: str, place: str = GRID) -> str:
    routing = queries.route(matter, place, TODAY)
    return routing.unit.name_zh if routing.unit else ""


def _add(**given: Any) -> Any:
    spec = RouteSpec(
        **{"matter_prefix": "C0103", "place_prefix": STREET, "since": TODAY, "reason_zh": "试点", **given}
    )
    return actions.add_route(spec, actor=SETUP, now=NOW)


@pytest.mark.parametrize(
    ("matter", "lead"),
    [
        ("C0103", "浦口区排水管理中心"),
        ("C0101", "浦口区供水企业"),
        ("C0146", "求雨山社区居民委员会"),
        ("S0101", "求雨山社区网格员队伍"),
        ("S0502", "江浦街道社会工作服务站"),
        ("P0101", "浦口区信访局"),
    ],
)
def test_matter_of_a_grid_goes_to_its_office(matter: str, lead: str) -> None:
    assert _lead(matter) == lead


def test_matter_of_a_street_goes_to_the_office_of_that_street() -> None:
    of_street = next(
        one.code
        for one in queries.all_matters(TODAY)
        if one.department == "street_office" and one.level == "street"
    )
    assert _lead(of_street) == "江浦街道办事处"
    assert _lead(of_street, "320111001005") == "泰山街道办事处"


def test_every_class_has_a_lead_in_every_community() -> None:
    assert queries.uncovered(COMMUNITY, TODAY) == ()
    assert queries.uncovered("320111001005", TODAY) == ()


def test_decision_names_its_row_and_reason() -> None:
    routing = queries.route("C0103", GRID, TODAY)
    assert routing.reason_zh == "目录默认：雨水井盖由排水管理中心主办"
    assert "Drainage Management Centre" in routing.reason_en
    assert str(routing.why) == "适用规则：事项 C0103，区域 320111，自 2000-01-01 起"
    assert routing.row


def test_own_rule_of_a_street_wins_there_and_nowhere_else() -> None:
    row = _add(unit=f"{STREET}-street_office", assists=("drainage", f"{COUNTY}-police"))
    routing = queries.route("C0103", GRID, TODAY)
    assert (routing.unit.code if routing.unit else "", routing.row) == (f"{STREET}-street_office", row.pk.hex)
    assert [unit.code for unit in routing.assists] == [f"{COUNTY}-drainage", f"{COUNTY}-police"]
    assert _lead("C0103", OTHER_STREET) == "浦口区排水管理中心"
    assert _lead("C0102") == "浦口区排水管理中心"


def test_rule_holds_from_its_day_and_ends_on_its_day() -> None:
    row = _add(department="sanitation", since=TOMORROW)
    assert queries.route("C0103", GRID, TODAY).row != row.pk.hex
    assert queries.route("C0103", GRID, TOMORROW).row == row.pk.hex
    actions.end_route(row.pk, TOMORROW + timedelta(days=1), actor=SETUP, now=NOW)
    assert queries.route("C0103", GRID, TOMORROW).row == row.pk.hex
    assert queries.route("C0103", GRID, TOMORROW + timedelta(days=1)).row != row.pk.hex
    with pytest.raises(Refusal):
        actions.end_route(row.pk, TOMORROW, actor=SETUP, now=NOW)


def test_rule_that_points_nowhere_stops_with_the_reason() -> None:
    organisation.close_unit(f"{COUNTY}-drainage", actor=SETUP, now=NOW)
    routing = queries.route("C0103", GRID, TODAY)
    assert routing.unit is None
    assert routing.reason_zh == "派遣规则指向“排水管理中心”，但 320111 没有这个单位"
    assert "Drainage" in routing.reason_en
    assert "C0103" in [one.matter.code for one in queries.uncovered(GRID, TODAY)]


def test_rule_to_a_closed_unit_stops_with_the_reason() -> None:
    _add(unit=f"{COUNTY}-culture_tourism")
    organisation.close_unit(f"{COUNTY}-culture_tourism", actor=SETUP, now=NOW)
    routing = queries.route("C0103", GRID, TODAY)
    assert (routing.unit, routing.reason_zh) == (None, "派遣规则指向的单位已撤销")


def test_contradicting_rules_decide_nothing() -> None:
    _add(department="sanitation")
    _add(department="municipal_works")
    routing = queries.route("C0103", GRID, TODAY)
    assert routing.unit is None
    assert "冲突" in routing.reason_zh
    assert "contradict" in routing.reason_en


def test_place_without_any_rule_stops_with_the_reason() -> None:
    routing = queries.route("C0103", "310101001", TODAY)
    assert (routing.unit, routing.row) == (None, "")
    assert "No routing rule" in routing.reason_en


def test_missing_assistant_is_named() -> None:
    _add(department="drainage", assists=("drainage", "culture_tourism"))
    organisation.close_unit(f"{COUNTY}-culture_tourism", actor=SETUP, now=NOW)
    routing = queries.route("C0103", GRID, TODAY)
    assert (routing.assists, routing.missing) == ((), ("culture_tourism",))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "department"),
        ({"department": "drainage", "unit": f"{COUNTY}-drainage"}, "department"),
        ({"department": "nobody"}, "department"),
        ({"unit": "nobody"}, "unit"),
        ({"department": "drainage", "assists": ("nobody",)}, "unit"),
        ({"department": "drainage", "matter_prefix": "X"}, "matter"),
        ({"department": "drainage", "place_prefix": "32011"}, "place"),
        ({"department": "drainage", "reason_zh": " "}, "reason"),
        ({"department": "drainage", "until": TODAY}, "until"),
    ],
)
def test_rule_that_could_not_work_is_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        _add(**given)
    assert refused.value.field == field


def test_only_whoever_keeps_the_place_adds_rules() -> None:
    spec = RouteSpec("C0103", STREET, TODAY, "试点", department="drainage")
    with pytest.raises(Refusal) as refused:
        actions.add_route(spec, actor=setting.manager(OTHER_STREET), now=NOW)
    assert refused.value.kind is Kind.FORBIDDEN


def test_preview_shows_who_would_get_what_and_writes_nothing() -> None:
    draft = actions.draft_of(RouteSpec("C01", STREET, TODAY, "试点", department="municipal_works"))
    cases = [("a", "C0103", GRID), ("b", "C0103", OTHER_STREET), ("c", "E0101", GRID)]
    assert [change.moves for change in queries.preview(cases, TODAY, draft=draft)] == [False, False, False]
    draft = actions.draft_of(RouteSpec("C0103", STREET, TODAY, "试点", department="municipal_works"))
    moved = [change for change in queries.preview(cases, TODAY, draft=draft) if change.moves]
    assert [(one.key, one.after.unit.code if one.after.unit else "") for one in moved] == [
        ("a", f"{COUNTY}-municipal_works")
    ]
    assert _lead("C0103") == "浦口区排水管理中心"
    default = queries.route("C0103", GRID, TODAY).row
    without = queries.preview(cases, TODAY, without=default)
    assert [change.after.unit is None for change in without] == [True, True, False]


def test_rules_of_a_place_are_listed_the_most_specific_first() -> None:
    row = _add(department="sanitation")
    listed = queries.routes_of(STREET, TODAY)
    assert listed[0].id == row.pk.hex
    assert row.pk.hex not in [one.id for one in queries.routes_of(OTHER_STREET, TODAY)]


def test_routing_and_limits_cost_no_query_when_warm(django_assert_num_queries: Any) -> None:
    queries.route("C0103", GRID, TODAY)
    with django_assert_num_queries(0):
        for one in queries.all_matters(TODAY):
            queries.route(one.code, GRID, TODAY)
            queries.matter(one.code, TODAY)
        queries.calendar()


def test_district_is_loaded_once_with_its_names() -> None:
    assert actions.load_district(COUNTY, actor=SETUP, now=NOW, places=PLACES) == 0
    names = {unit.code: unit.name_zh for unit in units.units()}
    assert names[f"{COUNTY}-urban_management"] == "浦口区城市管理局"
    assert names[f"{COMMUNITY}-mediation_committee"] == "求雨山社区人民调解委员会"
    assert [names[f"{place}-grid_centre"] for place in (COUNTY, STREET, COMMUNITY)] == [
        "浦口区网格化服务管理中心",
        "江浦街道网格化服务管理中心",
        "求雨山社区网格化服务管理中心",
    ]
    centre = units.unit(f"{COMMUNITY}-grid_centre")
    assert centre is not None
    assert centre.path == f"{COUNTY}-grid_centre/{STREET}-grid_centre/{COMMUNITY}-grid_centre/"


def test_district_asks_territory_for_its_places() -> None:
    assert actions.load_district(COUNTY, actor=SETUP, now=NOW) == 0


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("津浦社区居委会", "津浦社区居民委员会"),
        ("明发社区居民委员会", "明发社区居民委员会"),
        ("林浦村委会", "林浦村村民委员会"),
        ("合兴社区村委会", "合兴社区居民委员会"),
    ],
)
def test_committee_is_named_as_on_its_door(place: str, name: str) -> None:
    assert naming.unit_name("community_committee", "社区居民委员会", place) == name


def test_rule_of_a_clerk_takes_force_tomorrow_at_the_earliest() -> None:
    spec = ("C0101", STREET)
    with pytest.raises(Refusal, match="自明天起") as refused:
        actions.announce_route(RouteSpec(*spec, TODAY, "会商", "sanitation"), actor=SETUP, now=NOW)
    assert refused.value.field == "since"
    later = RouteSpec(*spec, TODAY + timedelta(days=1), "会商", "sanitation")
    assert actions.announce_route(later, actor=SETUP, now=NOW).since == TODAY + timedelta(days=1)


def test_each_class_has_exactly_one_lead_at_each_level_or_is_listed_as_without_one() -> None:
    """One unit that is open there, with the row that decided; else the class is on the list."""
    _add(matter_prefix="C0106", department="sanitation", reason_zh="甲")
    _add(matter_prefix="C0106", department="water_supply", reason_zh="乙")
    organisation.close_unit(f"{COUNTY}-drainage", actor=SETUP, now=NOW)
    for place in (GRID, f"{OTHER_STREET}005001"):
        listed = {one.matter.code for one in queries.uncovered(place, TODAY)}
        assert "C0103" in listed
        for one in queries.all_matters(TODAY):
            routing = queries.route(one.code, place, TODAY)
            assert (routing.unit is None) == (one.code in listed), one.code
            if routing.unit is not None:
                assert not routing.unit.closed
                assert routing.row and str(routing.why).startswith("适用规则：")
        assert ("C0106" in listed) == (place == GRID), "two rules that contradict each other decide nothing"
