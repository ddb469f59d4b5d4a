"""Which days are worked and when the doors are open: dated rows, never code."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import accumulate
from zoneinfo import ZoneInfo

from ..refusals import Refusal
from ..texts import say

#: Before 1992 China kept summer time; after 2199 a date is a slip of the keyboard.
YEARS = range(1992, 2200)
DAY_S = 86_400

Opening = tuple[tuple[time, time], ...]
#: The hours of 工作时 in the case-filing standards: eight a day, with a break at noon.
OFFICE_HOURS: Opening = ((time(8), time(12)), (time(14), time(18)))


class DayKind(Enum):
    """What a notice says of a day: off, or worked although it is a weekend."""

    OFF = "off"
    WORK = "work"


#: The one time of China, without a summer time: its days are counted wherever the server stands.
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working days of a place. ``years`` are those for which a notice has been entered.

    Days without a row follow the week: Monday to Friday are worked. An opening period that ends at
    00:00 ends at midnight. Refuses periods that overlap, run backwards or are not in order.
    """

    version: str
    days: Mapping[date, DayKind] = field(default_factory=dict, repr=False)
    years: frozenset[int] = frozenset()
    zone: ZoneInfo = CHINA
    opening: Opening = OFFICE_HOURS
    #: Derived: opening periods in seconds of the day, and the days that differ from their week.
    periods: tuple[tuple[int, int], ...] = field(init=False, repr=False)
    day_s: int = field(init=False, repr=False)
    _odd: dict[int, int] = field(init=False, repr=False)
    _odd_days: list[int] = field(init=False, repr=False)
    _shift: list[int] = field(init=False, repr=False)
    _before: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        periods = _periods(self.opening)
        odd = _odd_days(self.days)
        ordinals = list(odd)
        shift = list(accumulate(odd.values(), initial=0))
        derived = {
            "periods": periods,
            "day_s": sum(closes - opens for opens, closes in periods),
            "_odd": odd,
            "_odd_days": ordinals,
            "_shift": shift,
            "_before": [_weekdays_before(day) + shift[i] for i, day in enumerate(ordinals)],
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked, by its row or else by its place in the week."""
        return self.is_worked(day.toordinal())

    def is_worked(self, ordinal: int) -> bool:
        """The same for a day given by its ordinal."""
        odd = self._odd.get(ordinal)
        return (ordinal - 1) % 7 < 5 if odd is None else odd > 0

    def workdays_before(self, ordinal: int) -> int:
        """How many working days lie before this day, since the beginning of the calendar."""
        return _weekdays_before(ordinal) + self._shift[bisect_left(self._odd_days, ordinal)]

    def workday(self, n: int) -> int:
        """The working day (as ordinal) that has ``n`` working days before it."""
        passed = bisect_right(self._before, n)
        if passed and self._before[passed - 1] == n:
            last = self._odd_days[passed - 1]
            if self._odd[last] > 0:
                return last
        weeks, rest = divmod(n - self._shift[passed], 5)
        return 7 * weeks + rest + 1

    def open_seconds(self, second: int) -> int:
        """How long the doors of a working day have been open at this second of it."""
        return sum(min(second, closes) - opens for opens, closes in self.periods if second > opens)

    def second_after(self, worked: int) -> int:
        """The earliest second of a working day at which the doors have been open so long."""
        for opens, closes in self.periods:
            if worked <= closes - opens:
                return opens + worked
            worked -= closes - opens
        raise ValueError("a working day is not that long")

    def local(self, moment: datetime) -> datetime:
        """The moment on the wall clock of the place. Refuses naive and impossible times."""
        if moment.tzinfo is None:
            raise Refusal(say("时间须带时区：{moment}", moment=moment.isoformat()))
        if moment.year not in YEARS:
            raise Refusal(say("时间不合理：{moment}", moment=moment.isoformat()))
        return moment.astimezone(self.zone)

    def missing_years(self, start: datetime, due: datetime) -> tuple[int, ...]:
        """The years between both that no notice covers: there only weekends were known, so warn."""
        first = self.local(start).year
        # A limit that ends at 24:00 ends in the old year, though its moment is written in the new.
        last = max(first, (self.local(due) - timedelta(seconds=1)).year)
        return tuple(year for year in range(first, last + 1) if year not in self.years)


def calendar_from_rows(
    rows: Iterable[Mapping[str, str]], version: str, *, opening: Opening = OFFICE_HOURS
) -> Calendar:
    """A calendar from rows with ``date`` and ``day_type`` (off | work).

    A year counts as covered when it has a row for National Day, which every yearly notice has; the
    notice of one year may reach into the December before, and such a row covers nothing. Refuses rows
    that cannot be read or contradict each other.
    """
    days: dict[date, DayKind] = {}
    for row in rows:
        day, kind = _day_of(row)
        if days.setdefault(day, kind) is not kind:
            raise Refusal(say("{day}既是休息日又是工作日", day=day.isoformat()), field="day_type")
    years = frozenset(day.year for day in days if (day.month, day.day) == (10, 1))
    return Calendar(version, days, years, opening=opening)


def _day_of(row: Mapping[str, str]) -> tuple[date, DayKind]:
    written, kind = row.get("date", ""), row.get("day_type", "")
    try:
        return date.fromisoformat(written.strip()), DayKind(kind.strip())
    except ValueError:
        raise Refusal(
            say("工作日历有一行无法读取：“{date}”“{kind}”", date=written, kind=kind),
            field="date",
            advice=say("日期写作2026-10-01，类型写作off（休息）或work（上班）"),
        ) from None


def _periods(opening: Opening) -> tuple[tuple[int, int], ...]:
    periods = tuple((_second(opens), _second(closes) or DAY_S) for opens, closes in opening)
    bounds = [bound for period in periods for bound in period]
    if not bounds or any(a >= b for a, b in zip(bounds, bounds[1:], strict=False)):
        raise Refusal(say("办公时间须依次排列、互不重叠"), field="opening")
    return periods


def _second(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _odd_days(days: Mapping[date, DayKind]) -> dict[int, int]:
    """Days that differ from their week: +1 for a worked weekend, -1 for a weekday off, in order."""
    odd = {}
    for day in sorted(days):
        works, weekday = days[day] is DayKind.WORK, day.weekday() < 5
        if works != weekday:
            odd[day.toordinal()] = 1 if works else -1
    return odd


def _weekdays_before(ordinal: int) -> int:
    """Mondays to Fridays before this day; day 1 of the ordinals is a Monday."""
    weeks, rest = divmod(ordinal - 1, 7)
    return 5 * weeks + min(rest, 5)
