"""Working time: examples worked by hand, and the properties that must hold for any input."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gewu
from gewu.kernel.refusals import Refusal
from gewu.kernel.worktime import (
    Calendar,
    DayKind,
    Light,
    Pause,
    Unit,
    calendar_from_rows,
    deadline,
    elapsed,
    light,
    remaining,
    standing,
    warns_at,
    working_seconds,
)

ROWS = Path(gewu.__file__).parent / "catalogue" / "seeds" / "workdays_cn.csv"
with ROWS.open(encoding="utf-8", newline="") as _file:
    CN = calendar_from_rows(csv.DictReader(_file), "workdays_cn")
H = 3600
DAYS = (Unit.WORK_DAY, Unit.CALENDAR_DAY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CN.zone)


def hole(since: str, until: str | None = None) -> Pause:
    return Pause(at(since), at(until) if until else None)


# --- examples worked by hand -------------------------------------------------------------------------

EXAMPLES = [
    # urgent hours run day and night, over holidays too
    ("2026-02-16T23:30", 2, Unit.URGENT_HOUR, "2026-02-17T01:30"),
    ("2026-11-23T10:00", 0.25, Unit.URGENT_HOUR, "2026-11-23T10:15"),
    # working hours: within the morning, over lunch, over night, from lunch, from night, to the very close
    ("2026-11-23T09:00", 2, Unit.WORK_HOUR, "2026-11-23T11:00"),
    ("2026-11-23T11:00", 2, Unit.WORK_HOUR, "2026-11-23T15:00"),
    ("2026-11-23T11:00", 1, Unit.WORK_HOUR, "2026-11-23T12:00"),
    ("2026-11-23T12:30", 1, Unit.WORK_HOUR, "2026-11-23T15:00"),
    ("2026-11-23T17:00", 4, Unit.WORK_HOUR, "2026-11-24T11:00"),
    ("2026-11-23T22:00", 0.25, Unit.WORK_HOUR, "2026-11-24T08:15"),
    ("2026-11-23T05:00", 8, Unit.WORK_HOUR, "2026-11-23T18:00"),
    ("2026-11-27T17:00", 2, Unit.WORK_HOUR, "2026-11-30T09:00"),
    # Spring Festival 2026: Saturday 14 February is worked, 15 to 23 are off, Saturday 28 is worked
    ("2026-02-13T16:30", 4, Unit.WORK_HOUR, "2026-02-14T10:30"),
    ("2026-02-14T17:00", 2, Unit.WORK_HOUR, "2026-02-24T09:00"),
    ("2026-02-13T10:00", 1, Unit.WORK_DAY, "2026-02-14T18:00"),
    ("2026-02-13T10:00", 2, Unit.WORK_DAY, "2026-02-24T18:00"),
    ("2026-02-24T10:00", 5, Unit.WORK_DAY, "2026-03-02T18:00"),
    # the first day is not counted, be it worked or not, late or early
    ("2026-11-23T00:00", 1, Unit.WORK_DAY, "2026-11-24T18:00"),
    ("2026-11-23T23:59", 1, Unit.WORK_DAY, "2026-11-24T18:00"),
    ("2026-11-28T10:00", 1, Unit.WORK_DAY, "2026-11-30T18:00"),
    ("2026-11-27T10:00", 1, Unit.WORK_DAY, "2026-11-30T18:00"),
    # calendar days end at 24:00; a last day off gives way to the next working day
    ("2026-11-23T10:00", 2, Unit.CALENDAR_DAY, "2026-11-26T00:00"),
    ("2026-11-23T10:00", 5, Unit.CALENDAR_DAY, "2026-12-01T00:00"),
    ("2026-02-13T10:00", 1, Unit.CALENDAR_DAY, "2026-02-15T00:00"),
    ("2026-02-13T10:00", 3, Unit.CALENDAR_DAY, "2026-02-25T00:00"),
    ("2026-09-29T10:00", 2, Unit.CALENDAR_DAY, "2026-10-09T00:00"),
    # year end into 2027, for which no notice is entered: weekends only, so 1 January counts
    ("2026-12-31T10:00", 1, Unit.WORK_DAY, "2027-01-01T18:00"),
    ("2026-12-31T17:00", 2, Unit.WORK_HOUR, "2027-01-01T09:00"),
    ("2026-12-30T10:00", 60, Unit.WORK_DAY, "2027-03-24T18:00"),
]


@pytest.mark.parametrize(("start", "amount", "unit", "due"), EXAMPLES)
def test_deadline_of_example(start: str, amount: float, unit: Unit, due: str) -> None:
    assert deadline(at(start), amount, unit, CN) == at(due)


PAUSED = [
    (
        "2026-11-23T09:00",
        2,
        Unit.WORK_HOUR,
        [hole("2026-11-23T10:00", "2026-11-23T14:00")],
        "2026-11-23T15:00",
    ),
    (
        "2026-11-23T09:00",
        2,
        Unit.WORK_HOUR,
        [hole("2026-11-23T12:00", "2026-11-23T14:00")],
        "2026-11-23T11:00",
    ),
    (
        "2026-11-23T09:00",
        2,
        Unit.URGENT_HOUR,
        [hole("2026-11-23T10:00", "2026-11-24T10:00")],
        "2026-11-24T11:00",
    ),
    # nothing is taken from a day that is not counted
    (
        "2026-11-23T09:00",
        1,
        Unit.WORK_DAY,
        [hole("2026-11-23T10:00", "2026-11-23T17:00")],
        "2026-11-24T18:00",
    ),
    # a day begun is given whole, and the sum of short pauses is rounded up once
    (
        "2026-11-23T09:00",
        1,
        Unit.WORK_DAY,
        [hole("2026-11-24T10:00", "2026-11-24T10:05")],
        "2026-11-25T18:00",
    ),
    (
        "2026-11-23T09:00",
        2,
        Unit.WORK_DAY,
        [hole("2026-11-24T10:00", "2026-11-24T10:05"), hole("2026-11-25T10:00", "2026-11-25T10:05")],
        "2026-11-26T18:00",
    ),
    (
        "2026-11-23T09:00",
        3,
        Unit.WORK_DAY,
        [hole("2026-11-24T08:00", "2026-11-25T18:00")],
        "2026-11-30T18:00",
    ),
    # a pause in the rest of the last day: the deadline does not pass while the clock stands
    (
        "2026-11-23T09:00",
        1,
        Unit.WORK_DAY,
        [hole("2026-11-24T09:00", "2026-11-24T10:00"), hole("2026-11-25T14:00", "2026-11-27T18:00")],
        "2026-11-30T18:00",
    ),
    # what comes after the deadline changes nothing
    (
        "2026-11-23T09:00",
        2,
        Unit.WORK_HOUR,
        [hole("2026-11-23T11:00", "2026-11-25T11:00")],
        "2026-11-23T11:00",
    ),
    ("2026-11-23T09:00", 2, Unit.WORK_HOUR, [hole("2026-11-23T11:00")], "2026-11-23T11:00"),
]


@pytest.mark.parametrize(("start", "amount", "unit", "pauses", "due"), PAUSED)
def test_deadline_with_pauses(start: str, amount: float, unit: Unit, pauses: list[Pause], due: str) -> None:
    assert deadline(at(start), amount, unit, CN, pauses) == at(due)


@pytest.mark.parametrize("unit", Unit)
def test_deadline_is_unknown_while_a_pause_is_not_over(unit: Unit) -> None:
    pauses = [hole("2026-11-23T09:30")]

    assert deadline(at("2026-11-23T09:00"), 2, unit, CN, pauses) is None
    assert warns_at(at("2026-11-23T09:00"), 2, unit, CN, pauses) is None


def test_year_without_notice_is_told() -> None:
    start = at("2026-12-31T10:00")

    assert CN.years == {2024, 2025, 2026}
    assert CN.missing_years(start, at("2027-01-01T18:00")) == (2027,)
    assert CN.missing_years(start, at("2028-01-03T18:00")) == (2027, 2028)
    assert CN.missing_years(start, at("2027-01-01T00:00")) == ()


def test_deadline_is_on_the_wall_clock_of_the_place() -> None:
    due = deadline(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), 2, Unit.WORK_HOUR, CN)

    assert due.isoformat() == "2026-11-23T11:00:00+08:00"


def test_limit_of_decimal_amount() -> None:
    assert deadline(at("2026-11-23T09:00"), Decimal("0.1"), Unit.WORK_HOUR, CN) == at("2026-11-23T09:06")


# --- standing ----------------------------------------------------------------------------------------


def test_standing_counts_working_time_only() -> None:
    found = standing(at("2026-11-24T08:30"), at("2026-11-23T17:00"), 4, Unit.WORK_HOUR, CN)

    assert (found.due, found.elapsed_s, found.remaining_s) == (at("2026-11-24T11:00"), 1.5 * H, 2.5 * H)
    assert not found.paused
    assert found.light is Light.GREEN


def test_standing_in_a_pause_keeps_what_was_left() -> None:
    pauses = [hole("2026-11-23T10:00")]
    later = [
        standing(at(now), at("2026-11-23T09:00"), 2, Unit.WORK_HOUR, CN, pauses)
        for now in ("2026-11-23T10:00", "2026-11-23T17:00", "2026-12-23T17:00")
    ]

    assert [(one.due, one.remaining_s, one.paused) for one in later] == [(None, H, True)] * 3


def test_standing_before_a_pause_announced_without_end() -> None:
    found = standing(
        at("2026-11-23T09:30"), at("2026-11-23T09:00"), 2, Unit.WORK_HOUR, CN, [hole("2026-11-23T10:00")]
    )

    assert (found.due, found.remaining_s, found.paused) == (None, 1.5 * H, False)


def test_standing_overdue_is_negative_and_red() -> None:
    found = standing(at("2026-11-23T15:00"), at("2026-11-23T09:00"), 2, Unit.WORK_HOUR, CN)

    assert (found.remaining_s, found.overdue, found.light) == (-2 * H, True, Light.RED)


def test_standing_on_the_uncounted_day_has_everything_left() -> None:
    found = standing(at("2026-11-23T17:00"), at("2026-11-23T09:00"), 2, Unit.WORK_DAY, CN)

    assert (found.elapsed_s, found.remaining_s) == (0, 16 * H)


@pytest.mark.parametrize(
    ("elapsed_s", "colour"),
    [(0, Light.GREEN), (80, Light.GREEN), (81, Light.YELLOW), (100, Light.YELLOW), (101, Light.RED)],
)
def test_light_of_share(elapsed_s: int, colour: Light) -> None:
    assert light(elapsed_s, 100) is colour


def test_warns_at_four_fifths() -> None:
    assert warns_at(at("2026-11-23T09:00"), 5, Unit.WORK_HOUR, CN) == at("2026-11-23T15:00")
    assert warns_at(at("2026-11-22T09:00"), 5, Unit.WORK_DAY, CN) == at("2026-11-26T18:00")


def test_working_seconds_between() -> None:
    assert working_seconds(at("2026-02-14T17:00"), at("2026-02-24T09:00"), CN) == 2 * H
    assert working_seconds(at("2026-11-23T12:10"), at("2026-11-23T13:50"), CN) == 0


# --- refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "amount", "unit", "pauses", "reason"),
    [
        (datetime(2026, 11, 23, 9), 1, Unit.WORK_HOUR, (), "时间须带时区"),  # noqa: DTZ001 - naive is the point
        (at("0026-11-23T09:00"), 1, Unit.WORK_HOUR, (), "时间不合理"),
        (at("2026-11-23T09:00"), 0, Unit.WORK_HOUR, (), "时限须大于零"),
        (at("2026-11-23T09:00"), -1, Unit.WORK_DAY, (), "时限须大于零"),
        (at("2026-11-23T09:00"), float("nan"), Unit.WORK_DAY, (), "时限须大于零"),
        (at("2026-11-23T09:00"), float("inf"), Unit.URGENT_HOUR, (), "时限须大于零"),
        (at("2026-11-23T09:00"), 99_999, Unit.WORK_DAY, (), "不超过十年"),
        (at("2026-11-23T09:00"), 1.5, Unit.WORK_DAY, (), "须为整数"),
        (
            at("2026-11-23T09:00"),
            1,
            Unit.WORK_HOUR,
            [hole("2026-11-24T09:00", "2026-11-23T09:00")],
            "暂停的结束",
        ),
    ],
)
def test_deadline_refuses(
    start: datetime, amount: float, unit: Unit, pauses: list[Pause], reason: str
) -> None:
    with pytest.raises(Refusal, match=reason):
        deadline(start, amount, unit, CN, pauses)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"date": "2026-13-01", "day_type": "off"}], "无法读取"),
        ([{"date": "2026-10-01", "day_type": "holiday"}], "无法读取"),
        ([{"day_type": "off"}], "无法读取"),
        ([{"date": "2026-10-01", "day_type": kind} for kind in ("off", "work")], "既是休息日又是工作日"),
    ],
)
def test_calendar_refuses_rows(rows: list[dict[str, str]], reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        calendar_from_rows(rows, "bad")


@pytest.mark.parametrize(
    "opening",
    [
        (),
        ((time(12), time(8)),),
        ((time(8), time(12)), (time(11), time(18))),
        ((time(14), time(18)), (time(8), time(12))),
    ],
)
def test_calendar_refuses_opening_hours(opening: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(Refusal, match="办公时间"):
        Calendar("bad", opening=opening)


def test_december_row_of_the_next_notice_covers_no_year() -> None:
    calendar = calendar_from_rows([{"date": "2026-12-31", "day_type": "off"}], "2027")

    assert calendar.years == frozenset()
    assert not calendar.is_workday(date(2026, 12, 31))


def test_opening_hours_are_data() -> None:
    calendar = Calendar("long", opening=((time(9), time(0)),))

    assert deadline(at("2026-11-23T22:00"), 3, Unit.WORK_HOUR, calendar) == at("2026-11-24T10:00")
    assert deadline(at("2026-11-23T22:00"), 1, Unit.WORK_DAY, calendar) == at("2026-11-25T00:00")


# --- properties --------------------------------------------------------------------------------------

FIRST = datetime(2025, 12, 1, tzinfo=UTC)
moments = st.integers(0, 500 * 86400).map(lambda s: FIRST + timedelta(seconds=s))
near = st.integers(0, 40 * 86400)
units = st.sampled_from(Unit)
amounts = st.integers(1, 60)


@st.composite
def limits(draw: st.DrawFn) -> tuple[datetime, int, Unit]:
    return draw(moments), draw(amounts), draw(units)


@st.composite
def holes_near(draw: st.DrawFn, start: datetime) -> list[Pause]:
    """Pauses that overlap, lie in any order, begin before the start or lie wholly at night."""
    spans = draw(st.lists(st.tuples(st.integers(-5 * 86400, 40 * 86400), near), max_size=6))
    return [
        Pause(start + timedelta(seconds=since), start + timedelta(seconds=since + length))
        for since, length in spans
    ]


@st.composite
def paused_limits(draw: st.DrawFn) -> tuple[datetime, int, Unit, list[Pause]]:
    start, amount, unit = draw(limits())
    return start, amount, unit, draw(holes_near(start))


def naive_workdays(first: date, last: date) -> int:
    """Working days in [first, last), counted one by one."""
    count = 0
    while first < last:
        kind = CN.days.get(first)
        count += first.weekday() < 5 if kind is None else kind is DayKind.WORK
        first += timedelta(days=1)
    return count


@given(st.dates(date(2023, 12, 1), date(2027, 3, 1)), st.integers(0, 90))
def test_workdays_equal_a_count_day_by_day(first: date, length: int) -> None:
    last = first + timedelta(days=length)

    counted = CN.workdays_before(last.toordinal()) - CN.workdays_before(first.toordinal())

    assert counted == naive_workdays(first, last)


@given(st.dates(date(2023, 12, 1), date(2027, 3, 1)))
def test_workday_is_the_inverse_of_workdays_before(day: date) -> None:
    found = CN.workday(CN.workdays_before(day.toordinal()))

    assert found >= day.toordinal()
    assert CN.is_worked(found)
    assert not any(CN.is_worked(between) for between in range(day.toordinal(), found))


@given(paused_limits(), st.data())
def test_pausing_never_shortens(limit: tuple[datetime, int, Unit, list[Pause]], data: st.DataObject) -> None:
    start, amount, unit, pauses = limit
    more = pauses + data.draw(holes_near(start))

    before = deadline(start, amount, unit, CN, pauses)
    after = deadline(start, amount, unit, CN, more)

    assert before is not None
    assert after is not None
    assert deadline(start, amount, unit, CN) <= before <= after


@given(paused_limits(), st.randoms())
def test_order_of_pauses_does_not_matter(
    limit: tuple[datetime, int, Unit, list[Pause]], random: object
) -> None:
    start, amount, unit, pauses = limit
    shuffled = pauses[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's random has it

    assert deadline(start, amount, unit, CN, shuffled) == deadline(start, amount, unit, CN, pauses)


@given(paused_limits(), st.data())
def test_pause_in_two_halves_is_the_pause(
    limit: tuple[datetime, int, Unit, list[Pause]], data: st.DataObject
) -> None:
    start, amount, unit, pauses = limit
    halves = []
    for since, until in pauses:
        assert until is not None
        cut = since + timedelta(seconds=data.draw(st.integers(0, int((until - since).total_seconds()))))
        halves += [Pause(since, cut), Pause(cut, until)]

    assert deadline(start, amount, unit, CN, halves) == deadline(start, amount, unit, CN, pauses)


@given(paused_limits())
def test_deadline_in_working_time_lies_in_working_time(
    limit: tuple[datetime, int, Unit, list[Pause]],
) -> None:
    start, amount, _, pauses = limit
    for unit in (Unit.WORK_HOUR, Unit.WORK_DAY):
        due = deadline(start, amount, unit, CN, pauses)
        assert due is not None
        assert CN.is_workday(due.date())
        assert any(opens < due.time() <= closes for opens, closes in CN.opening)


@given(paused_limits())
def test_day_limits_end_at_the_close_of_the_last_day(limit: tuple[datetime, int, Unit, list[Pause]]) -> None:
    start, amount, _, pauses = limit
    work = deadline(start, amount, Unit.WORK_DAY, CN, pauses)
    calendar = deadline(start, amount, Unit.CALENDAR_DAY, CN, pauses)

    assert work is not None
    assert calendar is not None
    assert work.time() == time(18)
    assert calendar.time() == time(0)
    assert CN.is_workday(calendar.date() - timedelta(days=1))


@given(paused_limits(), amounts, units)
def test_changing_a_rule_keeps_pauses(
    limit: tuple[datetime, int, Unit, list[Pause]], amount: int, unit: Unit
) -> None:
    start, _, _, pauses = limit
    due = deadline(start, amount, unit, CN, pauses)

    assert due is not None
    # Whatever rule now holds, its full amount lies outside the pauses; to the day, no second less.
    granted = elapsed(start, due, unit, CN, pauses)
    size = {Unit.WORK_DAY: 8 * H, Unit.CALENDAR_DAY: 24 * H}.get(unit, H)
    if unit in DAYS:
        assert granted >= amount * size
    else:
        assert granted == amount * size


@given(paused_limits())
def test_deadline_never_passes_in_a_pause(limit: tuple[datetime, int, Unit, list[Pause]]) -> None:
    start, amount, unit, pauses = limit
    due = deadline(start, amount, unit, CN, pauses)

    assert due is not None
    found = standing(due - timedelta(seconds=1), start, amount, unit, CN, pauses)
    assert (found.remaining_s, found.overdue) == (1, False) or unit is Unit.CALENDAR_DAY
    assert not found.paused


@given(paused_limits(), amounts)
def test_deadline_is_monotone_in_amount(limit: tuple[datetime, int, Unit, list[Pause]], more: int) -> None:
    start, amount, unit, pauses = limit
    shorter = deadline(start, amount, unit, CN, pauses)
    longer = deadline(start, amount + more, unit, CN, pauses)

    assert shorter is not None
    assert longer is not None
    # A longer limit in calendar days may end in the same holiday, and both give way to the day after.
    assert shorter <= longer if unit is Unit.CALENDAR_DAY else shorter < longer


@given(limits(), limits())
def test_deadline_is_monotone_in_start(
    one: tuple[datetime, int, Unit], other: tuple[datetime, int, Unit]
) -> None:
    first, last = sorted((one[0], other[0]))

    assert deadline(first, one[1], one[2], CN) <= deadline(last, one[1], one[2], CN)


@given(paused_limits(), st.integers(-86400, 60 * 86400))
def test_remaining_and_elapsed_agree(limit: tuple[datetime, int, Unit, list[Pause]], after: int) -> None:
    start, amount, unit, pauses = limit
    now = start + timedelta(seconds=after)
    found = standing(now, start, amount, unit, CN, pauses)

    assert found.due is not None
    assert found.elapsed_s == elapsed(start, now, unit, CN, pauses)
    assert found.remaining_s == remaining(now, start, amount, unit, CN, pauses)
    if not found.paused:
        assert found.total_s == elapsed(start, found.due, unit, CN, pauses)
        # At the close of a day the next opening is the same counted second, so equality is no lateness.
        assert found.remaining_s >= 0 if now <= found.due else found.remaining_s <= 0
    else:
        assert found.elapsed_s <= found.total_s or found.overdue


@given(paused_limits())
def test_light_turns_yellow_after_warns_at(limit: tuple[datetime, int, Unit, list[Pause]]) -> None:
    start, amount, unit, pauses = limit
    warns = warns_at(start, amount, unit, CN, pauses)
    due = deadline(start, amount, unit, CN, pauses)

    assert warns is not None
    assert due is not None
    assert start <= warns <= due
    total = elapsed(start, due, unit, CN, pauses)
    assert elapsed(start, warns, unit, CN, pauses) == total * 4 // 5
