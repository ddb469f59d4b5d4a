"""Routes, limits and reach as pure decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.catalogue import rules
from gewu.catalogue.rules import CriterionFacts, Limit, Matter, RouteFacts
from gewu.kernel.refusals import Refusal
from gewu.kernel.worktime import Unit

ON = date(2026, 11, 23)
GRID = "320111004006001"
ROW = RouteFacts("r", "C01", "320111", "drainage", "", (), "理由", "reason", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("hours", "clock", "limit"),
    [
        ("0.25", "calendar", Limit(0.25, Unit.URGENT_HOUR)),
        ("2", "calendar", Limit(2, Unit.URGENT_HOUR)),
        ("24", "calendar", Limit(1, Unit.CALENDAR_DAY)),
        ("36", "calendar", Limit(36, Unit.URGENT_HOUR)),
        ("720", "calendar", Limit(30, Unit.CALENDAR_DAY)),
        ("0.5", "working", Limit(0.5, Unit.WORK_HOUR)),
        ("4", "working", Limit(4, Unit.WORK_HOUR)),
        ("8", "working", Limit(1, Unit.WORK_DAY)),
        ("12", "working", Limit(12, Unit.WORK_HOUR)),
        ("40", "working", Limit(5, Unit.WORK_DAY)),
    ],
)
def test_hours_become_a_limit_in_its_own_unit(hours: str, clock: str, limit: Limit) -> None:
    assert rules.limit_of_hours(Decimal(hours), clock) == limit


@given(st.integers(1, 4000), st.sampled_from(["working", "calendar"]))
def test_no_hour_is_lost(hours: int, clock: str) -> None:
    limit = rules.limit_of_hours(Decimal(hours), clock)
    in_hours = {Unit.WORK_DAY: 8, Unit.CALENDAR_DAY: 24}.get(limit.unit, 1)
    assert limit.amount * in_hours == hours


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"matter_prefix": "C0103"}, {"matter_prefix": "C01", "place_prefix": GRID}),
        ({"place_prefix": "320111004"}, {"since": date(2026, 11, 1)}),
        ({"since": date(2026, 11, 1)}, {"since": date(2026, 10, 31)}),
    ],
)
def test_most_specific_row_wins(better: dict[str, object], worse: dict[str, object]) -> None:
    first, second = replace(ROW, id="better", **better), replace(ROW, id="worse", department="x", **worse)
    for rows in ([first, second, ROW], [ROW, second, first]):
        choice = rules.choose_route(rows, "C0103", GRID, ON)
        assert choice.row == first
        assert first.place_prefix in str(choice.why)


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, matter_prefix="E"),
        replace(ROW, place_prefix="320112"),
        replace(ROW, since=date(2026, 11, 24)),
        replace(ROW, until=ON),
        replace(ROW, place_prefix="32011"),
    ],
)
def test_row_that_does_not_speak_decides_nothing(row: RouteFacts) -> None:
    choice = rules.choose_route([row], "C0103", GRID, ON)
    assert (choice.row, choice.rivals) == (None, ())


def test_equal_rows_that_differ_are_reported_and_not_guessed() -> None:
    choice = rules.choose_route([ROW, replace(ROW, id="s", department="sanitation")], "C0103", GRID, ON)
    assert choice.row is None
    assert {row.id for row in choice.rivals} == {"r", "s"}
    assert "冲突" in str(choice.why)


def test_equal_rows_that_agree_are_no_conflict() -> None:
    choice = rules.choose_route([ROW, replace(ROW, id="s")], "C0103", GRID, ON)
    assert choice.row is not None


PREFIXES = st.sampled_from(["", "C", "C01", "C0103", "E"])
PLACES = st.sampled_from(["320111", "320111004", "320111004006", GRID, "320112"])
DAYS = st.dates(date(2025, 1, 1), date(2027, 1, 1))
ROWS = st.lists(
    st.builds(
        lambda m, p, d, s: replace(
            ROW, id=f"{m}{p}{d}{s}", matter_prefix=m, place_prefix=p, department=d, since=s
        ),
        PREFIXES,
        PLACES,
        st.sampled_from(["drainage", "sanitation"]),
        DAYS,
    ),
    max_size=12,
)


@given(ROWS, st.randoms())
def test_order_of_rows_never_matters_and_no_better_row_is_passed_over(
    rows: list[RouteFacts], random: object
) -> None:
    choice = rules.choose_route(rows, "C0103", GRID, ON)
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # a Random of hypothesis
    again = rules.choose_route(mixed, "C0103", GRID, ON)
    assert (again.row and again.row.rank) == (choice.row and choice.row.rank)
    assert (again.row and again.row.department) == (choice.row and choice.row.department)
    speaking = [row for row in rows if row.covers("C0103", GRID, ON)]
    if choice.row:
        assert all(row.rank <= choice.row.rank for row in speaking)
    else:
        assert not speaking or len(choice.rivals) > 1


@pytest.mark.parametrize(
    ("level", "seat"),
    [
        ("grid", GRID),
        ("community", "320111004006"),
        ("street", "320111004"),
        ("county", "320111"),
        ("city", "320111"),
        ("", GRID),
    ],
)
def test_reach_of_a_level(level: str, seat: str) -> None:
    assert rules.reach(GRID, level) == seat


def test_limit_of_the_chosen_criterion() -> None:
    limits = [Limit(2, Unit.URGENT_HOUR), Limit(5, Unit.WORK_DAY)]
    criteria = tuple(CriterionFacts(n, "", "", limit, "", "") for n, limit in enumerate(limits, 1))
    matter = Matter(
        "C0101", "C01", "井盖", "cover", "component", "x", "", 1, limits[0], limits[0], (), True, criteria
    )
    assert rules.choose_limit(matter) == limits[0]
    assert rules.choose_limit(matter, 2) == limits[1]
    with pytest.raises(Refusal):
        rules.choose_limit(matter, 3)


def test_limit_in_words() -> None:
    assert str(Limit(5, Unit.WORK_DAY).words) == "5 个工作日"
