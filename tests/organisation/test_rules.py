"""Levels, slots, terms and gaps as pure decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.kernel.refusals import Refusal
from gewu.organisation import rules
from gewu.organisation.rules import CrewPart, KindFacts, Seat

KINDS = {
    kind.code: kind
    for kind in (
        KindFacts("committee", "社区大党委", ("",), "community", True),
        KindFacts("branch", "网格党支部", ("committee",), "grid", False),
        KindFacts("group", "楼栋党小组", ("branch",), "micro_grid", True),
    )
}
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "parent", "place"),
    [
        ("committee", "", "320111004006"),
        ("branch", "committee", "320111004006001"),
        ("group", "branch", "32011100400600101"),
    ],
)
def test_unit_stands_on_its_level(kind: str, parent: str, place: str) -> None:
    rules.check_unit(KINDS[kind], parent_kind=parent, place=place, kinds=KINDS)


@pytest.mark.parametrize(
    ("kind", "parent", "place", "field"),
    [
        ("group", "committee", "32011100400600101", "parent"),
        ("branch", "", "320111004006001", "parent"),
        ("branch", "committee", "320111004006", "place"),
        ("committee", "", "3201110040", "place"),
    ],
)
def test_skipped_level_and_wrong_place_are_refused(kind: str, parent: str, place: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_unit(KINDS[kind], parent_kind=parent, place=place, kinds=KINDS)
    assert refused.value.field == field


def test_refusal_names_where_the_unit_may_stand() -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_unit(KINDS["group"], parent_kind="committee", place="32011100400600101", kinds=KINDS)
    assert str(refused.value.advice) == "可以设在：网格党支部"


def test_second_unit_is_refused_only_where_a_place_has_one() -> None:
    taken = {("committee", "320111004006"), ("branch", "320111004006001")}
    rules.check_alone(KINDS["branch"], "320111004006001", taken)
    rules.check_alone(KINDS["committee"], "320111004007", taken)
    with pytest.raises(Refusal):
        rules.check_alone(KINDS["committee"], "320111004006", taken)


@pytest.mark.parametrize(
    ("slots", "held", "full"), [(1, 0, False), (1, 1, True), (0, 99, False), (2, 1, False)]
)
def test_slots(slots: int, held: int, full: bool) -> None:
    if full:
        with pytest.raises(Refusal):
            rules.check_slots("网格长", slots, held)
    else:
        rules.check_slots("网格长", slots, held)


def test_term_ends_on_its_day_or_after_its_length() -> None:
    assert rules.term_end(NOW, None, None) is None
    assert rules.term_end(NOW, None, 10) == NOW + timedelta(10)
    assert rules.term_end(NOW, NOW + timedelta(3), 10) == NOW + timedelta(3)
    with pytest.raises(Refusal):
        rules.term_end(NOW, NOW, 10)


def test_post_of_a_grid_needs_a_grid() -> None:
    rules.check_seat("网格长", Seat.GRID, "320111004006001")
    rules.check_seat("责任区党员", Seat.PLACE, "320111004006")
    with pytest.raises(Refusal):
        rules.check_seat("网格长", Seat.GRID, "320111004006")


def test_missing_part_is_one_where_nobody_stands() -> None:
    parts = (
        CrewPart("1", "1", "a", 1),
        CrewPart("3", "3", "b", 1),
        CrewPart("3", "3", "c", 1),
        CrewPart("N", "N", "d", 0),
    )
    assert rules.missing_parts(parts, {"c": 1}) == ("1", "N")
    assert rules.missing_parts(parts, {"a": 1, "b": 1, "d": 1}) == ()


@given(st.lists(st.text("0123456789", min_size=1, max_size=6), unique=True), st.sets(st.text("0123456789")))
def test_uncovered_are_exactly_the_others(places: list[str], covered: set[str]) -> None:
    assert rules.uncovered(places, covered) == tuple(place for place in places if place not in covered)


@given(st.text("ab/", max_size=6), st.text("cd/", max_size=6))
def test_moving_there_and_back_changes_nothing(rest: str, new: str) -> None:
    there = rules.moved("old/" + rest, "old/", new + "new/")
    assert there == new + "new/" + rest
    assert rules.moved(there, new + "new/", "old/") == "old/" + rest
