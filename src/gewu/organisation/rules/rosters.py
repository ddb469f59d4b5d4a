"""Pure decisions about shifts: which days a pattern names, what overlaps, how many hours a week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

#: A roster is made for so many days at most, and a shift lasts a day at most.
LONGEST_ROSTER = timedelta(days=93)
LONGEST_SHIFT = timedelta(hours=24)
MOST_PEOPLE = 200


class Force(Enum):
    """What a body of people on duty does: 审批、执法、服务、治理."""

    APPROVAL = "approval"
    ENFORCEMENT = "enforcement"
    SERVICE = "service"
    GOVERNANCE = "governance"


FORCES: dict[str, Text] = {
    Force.APPROVAL.value: say("行政审批"),
    Force.ENFORCEMENT.value: say("综合执法"),
    Force.SERVICE.value: say("公共服务"),
    Force.GOVERNANCE.value: say("市域治理"),
}


@dataclass(frozen=True)
class Pattern:
    """Shifts that come again: on these days of the week (Monday is 1), from one hour to another.

    One that ends at or before the hour it begins runs into the next day.
    """

    first: date
    last: date
    weekdays: tuple[int, ...]
    begins: time
    ends: time
    need: int = 1


def check_pattern(pattern: Pattern) -> None:
    """Refuse a roster without days, too long a one, and one that needs nobody or a crowd."""
    if pattern.last < pattern.first:
        raise Refusal(say("结束日期早于开始日期"), field="last")
    if pattern.last - pattern.first > LONGEST_ROSTER:
        raise Refusal(say("一次最多排 {n} 天的班", n=LONGEST_ROSTER.days), field="last")
    if not pattern.weekdays or not set(pattern.weekdays) <= set(range(1, 8)):
        raise Refusal(say("请选星期几"), field="weekdays")
    if not 1 <= pattern.need <= MOST_PEOPLE:
        raise Refusal(say("每班需要 1 至 {n} 人", n=MOST_PEOPLE), field="need")


def spans(pattern: Pattern, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The beginning and end of every shift of a pattern, on the wall clock of a zone."""
    over_night = timedelta(days=int(pattern.ends <= pattern.begins))
    for n in range((pattern.last - pattern.first).days + 1):
        day = pattern.first + timedelta(days=n)
        if day.isoweekday() in pattern.weekdays:
            begins = datetime.combine(day, pattern.begins, zone)
            yield begins, datetime.combine(day + over_night, pattern.ends, zone)


def overlapping(
    wanted: tuple[datetime, datetime], taken: Iterable[tuple[datetime, datetime]]
) -> tuple[datetime, datetime] | None:
    """The first shift already taken that runs at the same time; one that ends as another begins does not."""
    return next((one for one in taken if one[0] < wanted[1] and wanted[0] < one[1]), None)


def hours(spans_: Iterable[tuple[datetime, datetime]]) -> float:
    """So many hours in all."""
    return sum((end - begin) / timedelta(hours=1) for begin, end in spans_)


def week_of(day: date) -> tuple[date, date]:
    """The Monday of a week and the Monday after it."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)


def check_hours(held: float, more: float, most: int | None) -> None:
    """Refuse a shift with which someone would be on duty longer in a week than the kind of duty allows."""
    if most is not None and held + more > most:
        raise Refusal(
            say("这一周已排 {held} 小时，再排就超过每周 {most} 小时", held=round(held, 1), most=most),
            Kind.CONFLICT,
            field="account",
            advice=say("请换一人"),
        )


def gap(need: int, held: int) -> int:
    """How many are still wanted."""
    return max(need - held, 0)
