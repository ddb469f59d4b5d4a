"""Which rules speak of a device, and at what hours. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gewu.kernel.places import is_within
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Name, Text, say

SIDES: tuple[tuple[str, Text], ...] = (("above", say("高于")), ("below", say("低于")))
SHAPES: tuple[tuple[str, Text], ...] = (
    ("simple", say("一次越限即告警")),
    ("lasting", say("持续越限满时长")),
    ("repeated", say("时长内越限满次数")),
)
DAYS: tuple[tuple[str, Text], ...] = (
    ("every", say("每天")),
    ("workday", say("工作日")),
    ("restday", say("休息日")),
)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True)
class AlarmRule:
    """One dated row: when a kind of device raises an alarm, what case it opens, how soon to answer."""

    id: int
    kind: str
    alarm: str
    name: Name
    device: str
    place_prefix: str
    quantity: str
    above: bool
    threshold: float
    clears_at: float
    shape: str
    span_ms: int
    times: int
    days: str
    #: Minutes of the day; an end before the begin goes over midnight.
    begins: int
    ends: int
    matter: str
    respond_minutes: int
    #: From so many alarms of this kind in one community on, further ones join the first one's case; 0 never.
    storm: int
    since: date
    until: date | None

    def is_beyond(self, value: float) -> bool:
        return value > self.threshold if self.above else value < self.threshold

    def is_back(self, value: float) -> bool:
        return value <= self.clears_at if self.above else value >= self.clears_at

    def worse(self, one: float, other: float) -> float:
        return max(one, other) if self.above else min(one, other)

    @property
    def rank(self) -> tuple[bool, int, date]:
        """How specific it is: a device first, then the longer place, then the newer day."""
        return bool(self.device), len(self.place_prefix), self.since


def in_force(rules: Iterable[AlarmRule], on: date) -> tuple[AlarmRule, ...]:
    """The rows of a day; the last day is not included."""
    return tuple(one for one in rules if one.since <= on and (one.until is None or on < one.until))


def rules_for(rules: Iterable[AlarmRule], *, kind: str, code: str, place: str) -> tuple[AlarmRule, ...]:
    """Of each alarm the most specific row that speaks of this device."""
    chosen: dict[str, AlarmRule] = {}
    for one in rules:
        if one.kind == kind and one.device in ("", code) and is_within(place, one.place_prefix):
            held = chosen.get(one.alarm)
            if held is None or one.rank > held.rank:
                chosen[one.alarm] = one
    return tuple(chosen.values())


def is_watched(rule: AlarmRule, at: datetime, *, workday: bool) -> bool:
    """Whether the rule watches at this local time."""
    if rule.days != "every" and (rule.days == "workday") != workday:
        return False
    minute = at.hour * 60 + at.minute
    if rule.begins <= rule.ends:
        return rule.begins <= minute < rule.ends
    return minute >= rule.begins or minute < rule.ends


def checked_hours(text: str) -> tuple[int, int]:
    """Begin and end as minutes of the day, from ``07:00-19:00``; anything else is refused."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise Refusal(say("时段写成 07:00-19:00 的样子，全天是 00:00-24:00"), field="hours")
    h1, m1, h2, m2 = map(int, found.groups())
    if h2 * 60 + m2 > 24 * 60 or (h1, m1) == (h2, m2):
        raise Refusal(say("时段的起止不对"), field="hours")
    return h1 * 60 + m1, h2 * 60 + m2
