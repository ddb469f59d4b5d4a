"""On which days a plan has tasks, and until when each may be done."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

_DAY = timedelta(days=1)
#: A plan is looked at no further ahead than this at a time.
MOST_DAYS = 400

RHYTHMS: Mapping[str, Text] = {
    "once": say("一次"),
    "daily": say("每天"),
    "weekdays": say("每周固定几天"),
    "weekly": say("每周一次"),
    "monthly": say("每月"),
    "dates": say("指定日期"),
}


@dataclass(frozen=True)
class Rhythm:
    """How often. ``weekdays`` count from 1 (Monday) to 7; a day of the month beyond its end is its last day.

    Weekly without weekdays is one task for each week, monthly without days one for each month, to be done on
    any day of it. ``workdays`` leaves days off out; a day of the month that is off moves to the next
    working day.
    """

    name: str
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    workdays: bool = False


@dataclass(frozen=True)
class Window:
    """The days of one task, both included."""

    day: date
    last: date


def checked_rhythm(rhythm: Rhythm, since: date, until: date | None) -> Rhythm:
    """The rhythm in order and without repeats.

    Refused is one that has no day at all or days that are none.
    """
    if rhythm.name not in RHYTHMS:
        raise Refusal(say("没有“{rhythm}”这种频次", rhythm=rhythm.name), field="rhythm")
    if until is not None and until < since:
        raise Refusal(say("结束日期不能早于开始日期"), field="until")
    if rhythm.name == "once" and until is None:
        raise Refusal(say("只做一次的计划要写明截止日期"), field="until")
    if rhythm.name == "weekdays" and not rhythm.weekdays:
        raise Refusal(say("请选择每周哪几天"), field="weekdays")
    if rhythm.name == "dates" and not rhythm.dates:
        raise Refusal(say("请写明哪些日期"), field="dates")
    if any(day not in range(1, 8) for day in rhythm.weekdays):
        raise Refusal(say("星期用 1 到 7 表示"), field="weekdays")
    if any(day not in range(1, 32) for day in rhythm.month_days):
        raise Refusal(say("每月的日子用 1 到 31 表示"), field="month_days")
    if any(day < since or (until is not None and day > until) for day in rhythm.dates):
        raise Refusal(say("指定的日期不在计划的起止之间"), field="dates")
    return Rhythm(
        rhythm.name,
        tuple(sorted(set(rhythm.weekdays))),
        tuple(sorted(set(rhythm.month_days))),
        tuple(sorted(set(rhythm.dates))),
        rhythm.workdays,
    )


def windows(
    rhythm: Rhythm,
    since: date,
    until: date | None,
    *,
    first: date,
    last: date,
    is_workday: Callable[[date], bool],
) -> tuple[Window, ...]:
    """The windows of a plan that have a day from ``first`` to ``last``, in their order.

    A plan that begins or ends within a week or month has a shorter one there. At most `MOST_DAYS` days.
    """
    end = min(last, until or last)
    begin = max(first, since)
    end = min(end, begin + timedelta(days=MOST_DAYS))
    found = _WINDOWS[rhythm.name](rhythm, since, until, begin, end, is_workday)
    return tuple(
        sorted({one for one in found if begin <= one.last and one.day <= end}, key=lambda one: one.day)
    )


Found = Iterator[Window]
Works = Callable[[date], bool]


def _once(rhythm: Rhythm, since: date, until: date | None, begin: date, end: date, works: Works) -> Found:
    yield Window(since, until or since)


def _daily(rhythm: Rhythm, since: date, until: date | None, begin: date, end: date, works: Works) -> Found:
    yield from (Window(day, day) for day in _days(begin, end) if works(day) or not rhythm.workdays)


def _weekdays(rhythm: Rhythm, since: date, until: date | None, begin: date, end: date, works: Works) -> Found:
    for day in _days(begin, end):
        if day.isoweekday() in rhythm.weekdays and (works(day) or not rhythm.workdays):
            yield Window(day, day)


def _weekly(rhythm: Rhythm, since: date, until: date | None, begin: date, end: date, works: Works) -> Found:
    monday = begin - timedelta(days=begin.weekday())
    while monday <= end:
        yield _clipped(monday, monday + timedelta(days=6), since, until)
        monday += timedelta(days=7)


def _monthly(rhythm: Rhythm, since: date, until: date | None, begin: date, end: date, works: Works) -> Found:
    first = begin.replace(day=1)
    while first <= end:
        length = monthrange(first.year, first.month)[1]
        if rhythm.month_days:
            for number in rhythm.month_days:
                day = _worked(first.replace(day=min(number, length)), rhythm, works)
                if until is None or day <= until:
                    yield Window(day, day)
        else:
            yield _clipped(first, first.replace(day=length), since, until)
        first = first.replace(day=length) + _DAY


def _dates(rhythm: Rhythm, since: date, until: date | None, begin: date, end: date, works: Works) -> Found:
    yield from (Window(day, day) for day in rhythm.dates)


_WINDOWS: Mapping[str, Callable[[Rhythm, date, date | None, date, date, Works], Found]] = {
    "once": _once,
    "daily": _daily,
    "weekdays": _weekdays,
    "weekly": _weekly,
    "monthly": _monthly,
    "dates": _dates,
}


def _days(begin: date, end: date) -> Iterator[date]:
    for n in range((end - begin).days + 1):
        yield begin + n * _DAY


def _clipped(day: date, last: date, since: date, until: date | None) -> Window:
    return Window(max(day, since), min(last, until or last))


def _worked(day: date, rhythm: Rhythm, works: Works) -> date:
    while rhythm.workdays and not works(day):
        day += _DAY
    return day
