"""Pure decisions about the duties of a post: on which day each comes next."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import Enum

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say


class Rhythm(Enum):
    """How often a duty comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    AS_NEEDED = "as_needed"


RHYTHMS: dict[str, Text] = {
    Rhythm.DAILY.value: say("每天"),
    Rhythm.WEEKLY.value: say("每周"),
    Rhythm.MONTHLY.value: say("每月"),
    Rhythm.QUARTERLY.value: say("每季"),
    Rhythm.AS_NEEDED.value: say("随时"),
}

#: The days on which a duty of this rhythm may fall: of the week, else of the month.
_DAYS = {Rhythm.WEEKLY: 7, Rhythm.MONTHLY: 31, Rhythm.QUARTERLY: 31}


def check_duty(text: str, rhythm: str, on_day: int | None) -> None:
    """Refuse a duty that says nothing, of an unknown rhythm, or on a day that its rhythm does not have."""
    if len(text.strip()) < 4:
        raise Refusal(say("请写明职责内容"), field="text_zh")
    if rhythm not in RHYTHMS:
        raise Refusal(say("没有这种频次"), field="rhythm")
    most = _DAYS.get(Rhythm(rhythm))
    if (most is None) != (on_day is None) or (most and on_day and not 1 <= on_day <= most):
        raise Refusal(say("每周的职责写星期几（1 至 7），每月、每季的写几号（1 至 31）"), field="on_day")


def next_day(rhythm: str, on_day: int | None, today: date) -> date | None:
    """The first day from today on, on which a duty falls; none for one that comes as needed.

    A month that is too short has it on its last day; quarters have it in their last month.
    """
    match Rhythm(rhythm):
        case Rhythm.DAILY:
            return today
        case Rhythm.WEEKLY:
            return today + timedelta(days=((on_day or 1) - today.isoweekday()) % 7)
        case Rhythm.MONTHLY:
            return _monthly(on_day or 1, today, months=tuple(range(1, 13)))
        case Rhythm.QUARTERLY:
            return _monthly(on_day or 1, today, months=(3, 6, 9, 12))
    return None


def _monthly(on_day: int, today: date, *, months: tuple[int, ...]) -> date:
    year, month = today.year, today.month
    while True:
        day = date(year, month, min(on_day, calendar.monthrange(year, month)[1]))
        if month in months and day >= today:
            return day
        year, month = (year + month // 12, month % 12 + 1)
