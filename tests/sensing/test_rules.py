"""Pure decisions: what is believed, when an alarm is raised and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Name
from gewu.sensing import rules
from gewu.sensing.rules import AT_REST, AlarmRule, Known, Measure, Verdict

MINUTE = 60_000
NOW = 1_772_413_200_000
WATER = {"level_m": Measure("level_m", Name("水位"), "m", -10, 100, 0.05)}
SIMPLE = AlarmRule(
    id=1, kind="river_gauge", alarm="high", name=Name("高水位"), device="", place_prefix="",
    quantity="level_m", above=True, threshold=9, clears_at=8.5, shape="simple", span_ms=0, times=1,
    days="every", begins=0, ends=1440, matter="E0701", respond_minutes=30, storm=0,
    since=date(2026, 1, 1), until=None,
)  # fmt: skip
LASTING = replace(SIMPLE, shape="lasting", span_ms=30 * MINUTE)
REPEATED = replace(SIMPLE, shape="repeated", span_ms=10 * MINUTE, times=3)


def verdicts(rule: AlarmRule, *values: float, every: int = 10, watched: bool = True) -> list[Verdict | None]:
    """What values every so many minutes make of a rule."""
    progress, found = AT_REST, []
    for n, value in enumerate(values):
        progress, verdict = rules.judged(rule, progress, NOW + n * every * MINUTE, value, watched=watched)
        found.append(verdict)
    return found


def test_simple_rule_is_met_by_one_reading_and_over_only_behind_the_way_back() -> None:
    assert verdicts(SIMPLE, 9, 9.1, 9.5, 8.6, 8.5, 8.9) == [
        None, Verdict.RAISE, None, None, Verdict.CLEAR, None,
    ]  # fmt: skip


def test_rule_below_a_line_is_its_mirror() -> None:
    below = replace(SIMPLE, above=False, threshold=20, clears_at=25)
    assert verdicts(below, 20, 19, 24, 25) == [None, Verdict.RAISE, None, Verdict.CLEAR]


def test_lasting_rule_asks_for_the_whole_time_without_interruption() -> None:
    assert verdicts(LASTING, 9.1, 9.1, 9.0, 9.1, 9.1, 9.1, 9.1)[-1] is Verdict.RAISE
    assert verdicts(LASTING, 9.1, 9.1, 9.0, 9.1, 9.1, 9.1) == [None] * 6


def test_lasting_rule_does_not_count_a_silence() -> None:
    assert verdicts(LASTING, 9.1, 9.1, every=31) == [None, None]
    assert verdicts(LASTING, 9.1, 9.1, every=30) == [None, Verdict.RAISE]


def test_repeated_rule_counts_within_its_span() -> None:
    assert verdicts(REPEATED, 9.1, 8, 9.1, 8, 9.1, every=2)[-1] is Verdict.RAISE
    assert verdicts(REPEATED, 9.1, 9.1, 9.1, 9.1, every=5) == [None] * 4


@pytest.mark.parametrize("rule", [SIMPLE, LASTING, REPEATED])
def test_nothing_begins_unwatched_and_what_was_raised_is_cleared_at_any_time(rule: AlarmRule) -> None:
    assert verdicts(rule, *[9.9] * 10, watched=False) == [None] * 10
    met = rules.Progress(True)
    assert rules.judged(rule, met, NOW, 8, watched=False) == (AT_REST, Verdict.CLEAR)


@settings(deadline=None)
@given(st.lists(st.floats(0, 20), max_size=60), st.sampled_from([SIMPLE, LASTING, REPEATED]))
def test_raised_and_cleared_take_turns(values: list[float], rule: AlarmRule) -> None:
    told = [one for one in verdicts(rule, *values, every=2) if one]
    assert told[::2] == [Verdict.RAISE] * len(told[::2])
    assert told[1::2] == [Verdict.CLEAR] * len(told[1::2])


@settings(deadline=None)
@given(st.lists(st.floats(8.51, 9.5), max_size=40))
def test_value_between_the_lines_changes_nothing(values: list[float]) -> None:
    assert [one for one in verdicts(SIMPLE, 10, *values) if one] == [Verdict.RAISE]


def fault(ts: int = NOW, seq: int = 1, known: Known | None = None, **values: object) -> str:
    known = known or Known(NOW - 3_600_000, {"level_m": 5.0})
    return rules.fault_of(rules.numbers_in(values, WATER), ts, seq, WATER, known, NOW)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("invalid", {}),
    ("invalid", {"level_m": "5.1"}),
    ("invalid", {"level_m": None}),
    ("invalid", {"level_m": float("nan")}),
    ("invalid", {"level_m": float("inf")}),
    ("invalid", {"level_m": 10**400}),
    ("invalid", {"picture": "data:image/jpeg;base64,/9j/"}),
    ("invalid", {"level_m": 5.1, "ts": 0}),
    ("invalid", {"level_m": 5.1, "ts": -1}),
    ("invalid", {"level_m": 5.1, "seq": -1}),
    ("invalid", {"level_m": 5.1, "seq": 2**60}),
    ("future", {"level_m": 5.1, "ts": NOW + 301_000}),
    ("past", {"level_m": 5.1, "ts": NOW - 7 * 86_400_000 - 1}),
    ("impossible", {"level_m": 101.0}),
    ("impossible", {"level_m": 9.0, "known": Known(NOW - 10_000, {"level_m": 5.0})}),
]


@pytest.mark.parametrize(("reason", "given_"), WRONG)
def test_reading_that_cannot_be_believed_is_named(reason: str, given_: dict[str, Any]) -> None:
    assert fault(**given_) == reason
    assert reason in rules.FAULTS


@pytest.mark.parametrize(
    "given_",
    [
        {"level_m": 5.1},
        {"level_m": 6, "note": "text of a quantity that is not known"},
        {"level_m": 5.1, "ts": NOW + 299_000},
        {"level_m": 5.1, "ts": NOW - 7 * 86_400_000},
        {"level_m": 90.0, "known": Known()},
    ],
)
def test_reading_within_bounds_is_believed(given_: dict[str, Any]) -> None:
    assert fault(**given_) == ""


def test_yes_and_no_are_one_and_nothing() -> None:
    assert rules.numbers_in({"level_m": True, "x": 1}, WATER) == {"level_m": 1.0}


def test_most_specific_row_speaks_of_a_device() -> None:
    street = replace(SIMPLE, place_prefix="320111004", threshold=8)
    own = replace(SIMPLE, device="gauge-1", threshold=7)
    other = replace(SIMPLE, alarm="low", above=False)
    rows = [SIMPLE, street, own, other, replace(SIMPLE, kind="air_station")]
    for code, place, line in (("gauge-1", "320111004001", 7), ("gauge-2", "320111004001", 8), ("g", "32", 9)):
        found = rules.rules_for(rows, kind="river_gauge", code=code, place=place)
        assert {one.alarm: one.threshold for one in found} == {"high": line, "low": 9}


@pytest.mark.parametrize(
    ("hours", "hour", "watched"),
    [("07:00-19:00", 7, True), ("07:00-19:00", 19, False), ("22:00-06:00", 23, True),
     ("22:00-06:00", 5, True), ("22:00-06:00", 12, False), ("00:00-24:00", 0, True)],
)  # fmt: skip
def test_rule_watches_its_hours(hours: str, hour: int, watched: bool) -> None:
    begins, ends = rules.checked_hours(hours)
    rule = replace(SIMPLE, begins=begins, ends=ends)
    assert rules.is_watched(rule, datetime(2026, 3, 2, hour, tzinfo=UTC), workday=True) is watched


def test_rule_watches_its_days() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for days, workday, restday in (("every", True, True), ("workday", True, False), ("restday", False, True)):
        rule = replace(SIMPLE, days=days)
        assert rules.is_watched(rule, noon, workday=True) is workday
        assert rules.is_watched(rule, noon, workday=False) is restday


@pytest.mark.parametrize("text", ["", "7-19", "07:00-24:30", "08:00-08:00", "25:00-26:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        rules.checked_hours(text)


def test_responses_are_summed_up() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    by = at + timedelta(minutes=30)
    answers = [(at, by, at + timedelta(minutes=n)) for n in (5, 40, 10)]
    found = rules.summed_up(
        [*answers, (at, by, None), (at, at + timedelta(hours=9), None)], at + timedelta(hours=1)
    )
    assert (found.alarms, found.answered, found.in_time, found.overdue) == (5, 3, 2, 1)
    assert (found.middle, found.longest) == (timedelta(minutes=10), timedelta(minutes=40))
