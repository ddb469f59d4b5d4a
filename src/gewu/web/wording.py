"""Times, spans and amounts in local words. Every function is pure: the present moment is an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as calendar_day
from datetime import datetime, timedelta
from typing import Any

from gewu.kernel import texts
from gewu.kernel.texts import Text, say

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
#: A clock whose beginning is not known turns yellow this long before its end.
SOON = 4 * HOUR

MONTHS = (
    say("1月"),
    say("2月"),
    say("3月"),
    say("4月"),
    say("5月"),
    say("6月"),
    say("7月"),
    say("8月"),
    say("9月"),
    say("10月"),
    say("11月"),
    say("12月"),
)


@dataclass(frozen=True)
class Due:
    """A clock in words. ``tone`` is ``good``, ``warn``, ``bad`` or ``rest`` (paused, met, none)."""

    text: Text
    tone: str


def spoken(value: Any, translate: Callable[[str], str]) -> str:
    """A sentence or a name in the reader's language, its values too; nothing is an empty text."""
    return "" if value is None else str(texts.spoken(value, translate))


def duration(span: timedelta) -> Text:
    """A span in its two largest units, rounded down; its sign is dropped."""
    minutes = abs(span) // MINUTE
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if minutes < 1:
        return say("不到 1 分钟")
    if days:
        return say("{days} 天 {hours} 小时", days=days, hours=hours) if hours else say("{days} 天", days=days)
    if hours:
        return say("{hours} 小时 {n} 分", hours=hours, n=rest) if rest else say("{hours} 小时", hours=hours)
    return say("{n} 分钟", n=rest)


def brief(span: timedelta) -> Text:
    """A span in its largest unit, rounded down, for narrow places."""
    minutes = abs(span) // MINUTE
    if minutes >= 1440:
        return say("{days} 天", days=minutes // 1440)
    if minutes >= 60:
        return say("{hours} 小时", hours=minutes // 60)
    return say("{n} 分钟", n=max(minutes, 1))


def ago(moment: datetime, now: datetime) -> Text:
    """How long ago within the day, then the day alone, short enough for a column."""
    passed = now - moment
    if -HOUR < passed < MINUTE:
        return say("刚刚")
    if timedelta() < passed < HOUR:
        return say("{n} 分钟前", n=passed // MINUTE)
    if timedelta() < passed < DAY and _days_between(moment, now) == 0:
        return say("{hours} 小时前", hours=passed // HOUR)
    return day(moment, now) if abs(_days_between(moment, now)) <= 1 else date(moment, now)


def date(moment: datetime | calendar_day, now: datetime) -> Text:
    """The date on the calendar of ``now``; the year only where it differs."""
    local = moment.astimezone(now.tzinfo) if isinstance(moment, datetime) else moment
    month = MONTHS[local.month - 1]
    if local.year == now.year:
        return say("{month}{day}日", month=month, day=local.day)
    return say("{year}年{month}{day}日", year=local.year, month=month, day=local.day)


def day(moment: datetime, now: datetime) -> Text:
    """The day and the time on the wall clock of ``now``; the year only where it differs."""
    local = moment.astimezone(now.tzinfo)
    time = f"{local.hour:02}:{local.minute:02}"
    if (word := _NEAR.get((local.date() - now.date()).days)) is not None:
        return Text(word.msgid, {"time": time})
    return say("{date} {time}", date=date(local, now), time=time)


_NEAR = {0: say("今天 {time}"), -1: say("昨天 {time}"), 1: say("明天 {time}")}


def near_date(on: calendar_day, now: datetime) -> Text:
    """The date as a heading: today and yesterday by name."""
    near = {0: say("今天"), 1: say("昨天")}
    return near.get((now.date() - on).days) or date(on, now)


def clock(moment: datetime, now: datetime) -> str:
    """Hours and minutes on the wall clock of ``now``."""
    return f"{moment.astimezone(now.tzinfo):%H:%M}"


def _days_between(start: datetime, end: datetime, zone: datetime | None = None) -> int:
    tzinfo = (zone or end).tzinfo
    return (end.astimezone(tzinfo).date() - start.astimezone(tzinfo).date()).days


def due(
    due_at: datetime | None,
    now: datetime,
    *,
    started_at: datetime | None = None,
    paused: bool = False,
    met_at: datetime | None = None,
) -> Due:
    """Where a clock stands: yellow in the last quarter of its span (four hours if its start is unknown)."""
    if met_at is not None:
        return _met(due_at, met_at)
    if paused:
        return Due(say("暂停计时"), "rest")
    if due_at is None:
        return Due(say("无时限"), "rest")
    left = due_at - now
    if left < timedelta():
        return Due(say("超时 {span}", span=brief(left)), "bad")
    soon = SOON if started_at is None else min(DAY, (due_at - started_at) / 4)
    return Due(say("剩余 {span}", span=brief(left)), "warn" if left <= soon else "good")


def _met(due_at: datetime | None, met_at: datetime) -> Due:
    if due_at is None or met_at <= due_at:
        return Due(say("按时完成"), "rest")
    return Due(say("晚 {span}", span=brief(met_at - due_at)), "bad")


def number(amount: int) -> str:
    """A count with a comma at each thousand."""
    return f"{amount:,}"


def distance(metres: float) -> Text:
    """A distance on the ground, metres below a kilometre."""
    if metres < 1000:
        return say("{n} 米", n=round(metres))
    return say("{n} 公里", n=f"{metres / 1000:.1f}")


#: What a browser calls itself, the particular before the general: nearly all say that they are Safari too.
_BROWSERS: dict[str, Text | str] = {
    "wxwork": say("企业微信"),
    "MicroMessenger": say("微信"),
    "DingTalk": say("钉钉"),
    "Edg": "Edge",
    "Firefox": "Firefox",
    "Chrom": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: dict[str, Text | str] = {
    "HarmonyOS": "HarmonyOS",
    "OpenHarmony": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def device(agent: str) -> Text | str:
    """What someone signed in with, as they would call it: the browser and the system, from its own words."""
    browser = next((name for word, name in _BROWSERS.items() if word in agent), None)
    system = next((name for word, name in _SYSTEMS.items() if word in agent), None)
    if browser and system:
        return say("{browser}（{system}）", browser=browser, system=system)
    return browser or system or agent or say("不详")


def filters(translate: Callable[[str], str]) -> Mapping[str, Callable[..., Any]]:
    """The Jinja filters of every page, speaking through ``translate`` (gettext of the reader's language)."""

    def worded(phrase: Callable[..., Text | str]) -> Callable[..., str]:
        return lambda *args: spoken(phrase(*args), translate)

    def due_words(due_at: datetime | None, now: datetime, **rest: Any) -> tuple[str, str]:
        found = due(due_at, now, **rest)
        return spoken(found.text, translate), found.tone

    return {
        "t": lambda value: spoken(value, translate),
        "ago": worded(ago),
        "day": worded(day),
        "date": worded(date),
        "near_date": worded(near_date),
        "duration": worded(duration),
        "distance": worded(distance),
        "device": worded(device),
        "due": due_words,
        "clock": clock,
        "number": number,
    }
