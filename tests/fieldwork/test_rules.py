"""Rhythms, forms and distances: plain calls, no database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gewu.fieldwork import rules
from gewu.fieldwork.rules import Rhythm, Window
from gewu.kernel.refusals import Refusal

#: The week of Labour Day: Friday 1 May to Tuesday 5 May are off, Saturday 9 May is worked.
OFF = {date(2026, 5, day) for day in (1, 2, 3, 4, 5)}
WORKED = {date(2026, 5, 9)}
D = date
NEW_YEAR = date(2026, 1, 1)


def works(day: date) -> bool:
    return day in WORKED or (day not in OFF and day.isoweekday() < 6)


def days(
    rhythm: Rhythm, first: date, last: date, since: date = NEW_YEAR, until: date | None = None
) -> list[Window]:
    return list(rules.windows(rhythm, since, until, first=first, last=last, is_workday=works))


def test_daily_leaves_days_off_out_and_takes_a_made_up_saturday() -> None:
    found = days(Rhythm("daily", workdays=True), D(2026, 4, 30), D(2026, 5, 10))
    assert [one.day.day for one in found] == [30, 6, 7, 8, 9]
    assert len(days(Rhythm("daily"), D(2026, 4, 30), D(2026, 5, 10))) == 11


def test_weekdays_are_those_that_were_chosen() -> None:
    found = days(Rhythm("weekdays", weekdays=(1, 4)), D(2026, 3, 2), D(2026, 3, 15))
    assert [one.day for one in found] == [D(2026, 3, 2), D(2026, 3, 5), D(2026, 3, 9), D(2026, 3, 12)]


def test_weekly_is_one_window_for_each_week_and_shorter_at_both_ends_of_a_plan() -> None:
    found = days(Rhythm("weekly"), D(2026, 3, 2), D(2026, 3, 31), since=D(2026, 3, 4), until=D(2026, 3, 17))
    assert found == [
        Window(D(2026, 3, 4), D(2026, 3, 8)),
        Window(D(2026, 3, 9), D(2026, 3, 15)),
        Window(D(2026, 3, 16), D(2026, 3, 17)),
    ]


def test_day_of_the_month_is_the_last_one_where_a_month_is_shorter_and_moves_behind_days_off() -> None:
    assert [one.day for one in days(Rhythm("monthly", month_days=(31,)), D(2026, 2, 1), D(2026, 4, 30))] == [
        D(2026, 2, 28), D(2026, 3, 31), D(2026, 4, 30),
    ]  # fmt: skip
    moved = days(Rhythm("monthly", month_days=(1,), workdays=True), D(2026, 5, 1), D(2026, 5, 31))
    assert [one.day for one in moved] == [D(2026, 5, 6)]


def test_monthly_without_a_day_is_the_whole_month_and_once_the_whole_plan() -> None:
    assert days(Rhythm("monthly"), D(2026, 2, 10), D(2026, 3, 1))[0] == Window(D(2026, 2, 1), D(2026, 2, 28))
    once = days(Rhythm("once"), D(2026, 3, 8), D(2026, 3, 8), since=D(2026, 1, 5), until=D(2026, 3, 31))
    assert once == [Window(D(2026, 1, 5), D(2026, 3, 31))]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.dates(D(2026, 1, 1), D(2027, 12, 31)),
    st.integers(0, 90),
    st.integers(0, 90),
)
def test_windows_laid_in_two_parts_are_those_laid_in_one(name: str, first: date, a: int, b: int) -> None:
    middle, last = first + timedelta(a), first + timedelta(a + b)
    whole = days(Rhythm(name), first, last, since=first)
    early = days(Rhythm(name), first, middle, since=first)
    late = [one for one in days(Rhythm(name), middle, last, since=first) if one.day > middle]
    assert early + late == whole
    assert all(one.day <= one.last for one in whole)
    assert all(one.last < two.day for one, two in zip(whole, whole[1:], strict=False))


@pytest.mark.parametrize(
    ("rhythm", "until", "field"),
    [
        (Rhythm("hourly"), None, "rhythm"),
        (Rhythm("daily"), D(2026, 1, 1), "until"),
        (Rhythm("once"), None, "until"),
        (Rhythm("weekdays"), None, "weekdays"),
        (Rhythm("weekdays", weekdays=(8,)), None, "weekdays"),
        (Rhythm("monthly", month_days=(0,)), None, "month_days"),
        (Rhythm("dates"), None, "dates"),
        (Rhythm("dates", dates=(D(2026, 3, 1),)), None, "dates"),
    ],
)
def test_rhythm_without_a_day_is_refused_with_the_field_to_mend(
    rhythm: Rhythm, until: date | None, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        rules.checked_rhythm(rhythm, D(2026, 3, 2), until)
    assert refused.value.field == field


FIELDS = (
    rules.FormField("topic", "宣传内容", "Topic", "choice", ("反诈骗", "消防安全"), required=True),
    rules.FormField("people", "受众人数", "People", "count"),
    rules.FormField("note", "情况", "Note", "long"),
    rules.FormField("again", "再访", "Again", "yes_no"),
)


def test_answers_are_read_in_the_order_of_the_form_and_empty_ones_left_out() -> None:
    given_answers = {"note": " 已宣讲 ", "people": "30", "topic": "反诈骗", "again": "no"}
    assert list(rules.checked_answers(FIELDS, given_answers).items()) == [
        ("topic", "反诈骗"), ("people", 30), ("note", "已宣讲"), ("again", False),
    ]  # fmt: skip
    assert rules.checked_answers(FIELDS, {"topic": "消防安全", "note": "  "}) == {"topic": "消防安全"}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "topic"),
        ({"topic": "别的"}, "topic"),
        ({"topic": "反诈骗", "people": "-1"}, "people"),
        ({"topic": "反诈骗", "people": "许多"}, "people"),
        ({"topic": "反诈骗", "note": "长" * 4001}, "note"),
        ({"topic": "反诈骗", "again": "也许"}, "again"),
        ({"topic": "反诈骗", "score": 5}, "score"),
    ],
)
def test_answer_that_the_form_does_not_take_is_refused(answers: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.checked_answers(FIELDS, answers)
    assert refused.value.field == field


def test_metres_agree_with_a_known_distance() -> None:
    assert rules.metres((118.7784, 32.0415), (118.7784, 32.0415)) == 0
    # One degree of latitude is 111.195 km on the mean sphere.
    assert abs(rules.metres((118.0, 32.0), (118.0, 33.0)) - 111_195) < 1
