"""Hours on patrol end with the day's work, and rest is reminded of in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gewu.fieldwork.rules.rest import MOST_A_DAY, Span, day_of, last_moment
from gewu.kernel.worktime import CHINA

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)


def span(start_h: float, end_h: float) -> Span:
    return Span(NINE + timedelta(hours=start_h), NINE + timedelta(hours=end_h))


@pytest.mark.parametrize(
    ("spans", "now_h", "worked_h", "without_h"),
    [
        ((), 1, 0, 0),
        ((span(0, 1.5),), 1.5, 1.5, 1.5),
        ((span(0, 2),), 2, 2, 2),
        ((span(0, 2),), 2.5, 2, 0),
        # ten minutes are no rest, a quarter of an hour is
        ((span(0, 1), span(1 + 1 / 6, 2 + 1 / 6)), 2 + 1 / 6, 2, 2),
        ((span(0, 1), span(1.25, 2.25)), 2.25, 2, 1),
        # two patrols at once, one within the other
        ((span(0, 3), span(1, 2)), 3, 3, 3),
        ((span(2, 4), span(0, 3)), 4, 4, 4),
    ],
)
def test_a_day_adds_up(spans: tuple[Span, ...], now_h: float, worked_h: float, without_h: float) -> None:
    day = day_of(spans, NINE + timedelta(hours=now_h))
    assert (day.worked, day.without_rest) == (timedelta(hours=worked_h), timedelta(hours=without_h))


def test_rest_is_due_after_two_hours_and_the_day_is_full_after_eight() -> None:
    assert not day_of([span(0, 1.99)], NINE + timedelta(hours=1.99)).rest_due
    assert day_of([span(0, 2)], NINE + timedelta(hours=2)).rest_due
    day = day_of([span(0, 4), span(5, 9)], NINE + timedelta(hours=9))
    assert day.full
    assert day.left == timedelta(0)


def test_a_patrol_that_nobody_ended_takes_no_positions_after_a_days_work() -> None:
    assert last_moment(NINE, None) == NINE + MOST_A_DAY
    assert last_moment(NINE, NINE + timedelta(hours=1)) == NINE + timedelta(hours=1)
    assert last_moment(NINE, NINE + timedelta(hours=30)) == NINE + MOST_A_DAY
