"""Four ways of counting time. Each turns moments into counted seconds and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import ClassVar

from ..refusals import Refusal
from ..texts import Text, say
from .calendar import DAY_S, Calendar

Amount = int | float | Decimal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
#: Ten years; no limit of any rule is longer, and a longer one is a slip of the keyboard.
_LONGEST_S = 10 * 366 * DAY_S


class Unit(Enum):
    """What a limit is counted in; the values are those of the catalogue's ``limit_unit``."""

    URGENT_HOUR = "urgent_hour"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    CALENDAR_DAY = "calendar_day"

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    Unit.URGENT_HOUR: say("紧急工作时"),
    Unit.WORK_HOUR: say("工作时"),
    Unit.WORK_DAY: say("工作日"),
    Unit.CALENDAR_DAY: say("自然日"),
}


@dataclass(frozen=True)
class Limit:
    """How long something may take, in the unit in which it is counted."""

    amount: Amount
    unit: Unit


class Track(ABC):
    """A line of counted seconds. Moments are taken down to their whole second."""

    #: Whether amounts are whole days.
    whole: ClassVar[bool] = False

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    @abstractmethod
    def at(self, moment: datetime) -> int:
        """The counted seconds that have passed at this moment."""

    @abstractmethod
    def moment(self, at: int) -> datetime:
        """The earliest moment, on the wall clock of the place, at which so many have passed."""

    def begins(self, start: datetime) -> int:
        """Where a limit that starts at this moment begins to count."""
        return self.at(start)

    def closes(self, at: int) -> int:
        """Where a limit ends whose last counted second ends here."""
        return at

    @property
    def unit_s(self) -> int:
        """The counted seconds of one unit."""
        return 3600

    def seconds(self, amount: Amount) -> int:
        """The counted seconds of an amount.

        Refuses what is not above zero or over ten years, and parts of days, whose close has no meaning.
        """
        if not isfinite(amount) or not 0 < round(amount * self.unit_s) <= _LONGEST_S:
            raise Refusal(say("时限须大于零且不超过十年：{amount}", amount=amount), field="amount")
        if self.whole and amount % 1:
            raise Refusal(say("按天计的时限须为整数：{amount}", amount=amount), field="amount")
        return round(amount * self.unit_s)


class UrgentHours(Track):
    """Every second counts, day and night."""

    def at(self, moment: datetime) -> int:
        return (self.calendar.local(moment) - _EPOCH) // _SECOND

    def moment(self, at: int) -> datetime:
        return (_EPOCH + timedelta(seconds=at)).astimezone(self.calendar.zone)


class WorkHours(Track):
    """Seconds count while the doors are open on a working day."""

    def at(self, moment: datetime) -> int:
        calendar = self.calendar
        local = calendar.local(moment)
        day = local.toordinal()
        worked = calendar.workdays_before(day) * calendar.day_s
        if calendar.is_worked(day):
            worked += calendar.open_seconds(_second_of(local))
        return worked

    def moment(self, at: int) -> datetime:
        # One back and one forth, so that a full day ends at its close, not at the next opening.
        days, rest = divmod(at - 1, self.calendar.day_s)
        return _wall(self.calendar, self.calendar.workday(days), self.calendar.second_after(rest + 1))


class WorkDays(WorkHours):
    """Working days: the first day is not counted, the last one ends at the close of its doors.

    Civil Code of the PRC, article 201 (the day of beginning is not counted) and article 203 (where
    there are business hours, the last day ends with them).
    """

    whole = True

    def begins(self, start: datetime) -> int:
        calendar = self.calendar
        return calendar.workdays_before(calendar.local(start).toordinal() + 1) * calendar.day_s

    def closes(self, at: int) -> int:
        return -(-at // self.calendar.day_s) * self.calendar.day_s

    @property
    def unit_s(self) -> int:
        return self.calendar.day_s


class CalendarDays(Track):
    """Calendar days: the first is not counted, the last ends at 24:00 of a working day.

    Civil Code of the PRC, article 201 (the day of beginning is not counted) and article 203 (a last day
    that is a day off gives way to the day after the days off; the last day ends at 24:00).
    """

    whole = True

    def at(self, moment: datetime) -> int:
        local = self.calendar.local(moment)
        return local.toordinal() * DAY_S + _second_of(local)

    def moment(self, at: int) -> datetime:
        return _wall(self.calendar, *divmod(at, DAY_S))

    def begins(self, start: datetime) -> int:
        return (self.calendar.local(start).toordinal() + 1) * DAY_S

    def closes(self, at: int) -> int:
        last = (at - 1) // DAY_S
        return (self.calendar.workday(self.calendar.workdays_before(last)) + 1) * DAY_S

    @property
    def unit_s(self) -> int:
        return DAY_S


_TRACKS: dict[Unit, type[Track]] = {
    Unit.URGENT_HOUR: UrgentHours,
    Unit.WORK_HOUR: WorkHours,
    Unit.WORK_DAY: WorkDays,
    Unit.CALENDAR_DAY: CalendarDays,
}


def track_of(unit: Unit, calendar: Calendar) -> Track:
    """The way of counting that belongs to the unit."""
    return _TRACKS[unit](calendar)


def _second_of(local: datetime) -> int:
    return local.hour * 3600 + local.minute * 60 + local.second


def _wall(calendar: Calendar, day: int, second: int) -> datetime:
    return datetime.fromordinal(day).replace(tzinfo=calendar.zone) + timedelta(seconds=second)
