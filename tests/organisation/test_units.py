"""Units as they are set up, found, moved and closed."""

from __future__ import annotations

import pytest

from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions, queries
from gewu.organisation.actions import UnitSpec
from gewu.organisation.models import Unit
from tests.organisation import setting
from tests.organisation.setting import (
    BUILDING,
    COMMUNITY,
    COUNTY,
    GRID,
    MOVED_BUILDING,
    NOW,
    OTHER_COMMUNITY,
    OTHER_GRID,
    SETUP,
    STREET,
    add,
)

pytestmark = pytest.mark.usefixtures("kinds")


def test_four_levels_are_stored_with_their_paths() -> None:
    setting.add_party_tree()
    household = queries.unit("household")
    assert household is not None
    assert household.path == "committee/branch/group/household/"
    (tree,) = queries.unit_tree(COMMUNITY)
    assert [tree.unit.code, tree.parts[0].unit.code] == ["committee", "branch"]
    assert tree.parts[0].parts[0].parts[0].unit.code == "household"


def test_unit_that_skips_a_level_is_refused() -> None:
    add("party_community_committee", "committee", COMMUNITY)
    with pytest.raises(Refusal) as refused:
        add("party_building_group", "group", BUILDING, "committee")
    assert refused.value.field == "parent"
    assert not Unit.objects.filter(code="group").exists()


def test_five_levels_of_the_other_structure_load_too() -> None:
    add("party_street_committee", "street", STREET)
    add("party_community_branch", "community", COMMUNITY, "street")
    add("party_estate_branch", "estate", GRID, "community")
    add("party_building_head", "head", BUILDING, "estate")
    add("party_household", "home", BUILDING, "head")
    assert queries.unit("home").path == "street/community/estate/head/home/"  # type: ignore[union-attr]  # it is there


def test_second_party_group_in_a_grid_is_refused() -> None:
    setting.add_party_tree()
    add("party_grid_group", "first", GRID, "branch")
    with pytest.raises(Refusal) as refused:
        add("party_grid_group", "second", GRID, "branch")
    assert refused.value.kind is Kind.CONFLICT
    assert queries.places_without("party_grid_group", [GRID, OTHER_GRID]) == (OTHER_GRID,)


def test_second_one_in_the_same_load_is_refused_and_nothing_is_written() -> None:
    setting.add_party_tree()
    before = Unit.objects.count()
    specs = [UnitSpec("party_grid_group", code, code, GRID, "branch") for code in ("one", "two")]
    with pytest.raises(Refusal):
        actions.add_units(specs, actor=SETUP, now=NOW)
    assert Unit.objects.count() == before


@pytest.mark.parametrize(
    ("kind", "place", "parent", "field"),
    [
        ("department", "320199", "", "place"),
        ("department", "abc", "", "place"),
        ("no_such_kind", COUNTY, "", "kind"),
        ("street_body", STREET, "nobody", "parent"),
        ("department", COMMUNITY, "", "place"),
    ],
)
def test_unknown_words_are_refused(kind: str, place: str, parent: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        add(kind, "new", place, parent)
    assert refused.value.field == field


def test_code_in_use_is_refused() -> None:
    add("department", "urban", COUNTY)
    with pytest.raises(Refusal) as refused:
        add("department", "urban", COUNTY)
    assert refused.value.field == "code"


def test_only_whoever_keeps_the_place_adds_units() -> None:
    spec = UnitSpec("party_community_committee", "committee", "社区大党委", OTHER_COMMUNITY)
    with pytest.raises(Refusal) as refused:
        actions.add_unit(spec, actor=setting.manager(STREET), now=NOW)
    assert refused.value.kind is Kind.FORBIDDEN
    actions.add_unit(spec, actor=setting.manager(OTHER_COMMUNITY), now=NOW)


def test_moving_a_building_moves_everything_in_it() -> None:
    setting.add_party_tree()
    add("party_grid_branch", "other", OTHER_GRID, "committee")
    actions.move_unit("group", parent="other", place=MOVED_BUILDING, actor=SETUP, now=NOW)
    household = queries.unit("household")
    assert household is not None
    assert (household.path, household.place) == ("committee/other/group/household/", MOVED_BUILDING)
    assert Unit.objects.get(code="group").parent.code == "other"  # type: ignore[union-attr]  # it has one


def test_unit_cannot_move_below_itself_or_out_of_its_level() -> None:
    setting.add_party_tree()
    for parent in ("household", "committee"):
        with pytest.raises(Refusal):
            actions.move_unit("group", parent=parent, actor=SETUP, now=NOW)


def test_nearest_unit_of_a_department_is_found() -> None:
    add("department", "far", COUNTY, department="grid_centre")
    add("community_service", "near", COMMUNITY, department="grid_centre")
    assert [
        queries.unit_for("grid_centre", place).code  # type: ignore[union-attr]  # one of both is found
        for place in (GRID, COMMUNITY, STREET, OTHER_COMMUNITY)
    ] == ["near", "near", "far", "far"]
    assert queries.unit_for("grid_centre", "310101") is None
    assert queries.unit_for("nothing", GRID) is None


def test_oldest_of_several_units_in_one_place_is_taken() -> None:
    add("department", "first", COUNTY, department="sanitation")
    add("department", "second", COUNTY, department="sanitation")
    assert queries.unit_for("sanitation", GRID).code == "first"  # type: ignore[union-attr]  # it is there
    actions.close_unit("first", actor=SETUP, now=NOW)
    assert queries.unit_for("sanitation", GRID).code == "second"  # type: ignore[union-attr]  # it is there


def test_unit_is_found_by_name_old_name_and_alias() -> None:
    add("department", "urban", COUNTY, name_zh="浦口区城管局")
    actions.rename_unit("urban", "浦口区城市管理局", actor=SETUP, now=NOW)
    actions.add_alias("urban", "区城管局", actor=SETUP, now=NOW)
    found = [queries.unit_named(name) for name in ("浦口区城管局", "浦口区城市管理局", " 区城管局 ")]
    assert [unit.code if unit else None for unit in found] == ["urban"] * 3
    assert queries.unit_named("城管") is None
    add("department", "other", COUNTY)
    with pytest.raises(Refusal):
        actions.add_alias("other", "区城管局", actor=SETUP, now=NOW)


def test_name_of_two_units_is_no_answer_without_the_place() -> None:
    add("community_service", "one", COMMUNITY, name_zh="物业")
    add("community_service", "two", OTHER_COMMUNITY, name_zh="物业")
    assert queries.unit_named("物业") is None
    assert queries.unit_named("物业", place=COMMUNITY).code == "one"  # type: ignore[union-attr]  # it is there


def test_unit_with_open_parts_stays() -> None:
    setting.add_party_tree()
    with pytest.raises(Refusal):
        actions.close_unit("branch", actor=SETUP, now=NOW)
    actions.close_unit("household", actor=SETUP, now=NOW)
    assert [one.code for one in queries.units_of("party_household", COMMUNITY)] == []
    assert queries.unit("household").closed  # type: ignore[union-attr]  # closed ones are still known


def test_every_change_of_a_unit_is_told() -> None:
    add("department", "urban", COUNTY)
    actions.rename_unit("urban", "城管局", actor=SETUP, now=NOW)
    actions.close_unit("urban", actor=SETUP, now=NOW)
    told = stream.timeline("unit", Unit.objects.get(code="urban").pk)
    assert [one.type for one in told] == ["UnitAdded", "UnitRenamed", "UnitClosed"]


def test_units_are_held_in_memory(django_assert_num_queries: object) -> None:
    add("department", "urban", COUNTY, department="urban_management")
    queries.units()
    with django_assert_num_queries(0):  # type: ignore[operator]  # the fixture has no public type
        for _ in range(50):
            queries.unit_for("urban_management", GRID)
            queries.unit("urban")
            queries.unit_named("urban")
