"""Entries as a calendar that every calendar program reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from gewu.catalogue.queries import NoticedDay
from gewu.channels import markup
from gewu.channels.ical.entries import REMIND, Entry
from gewu.kernel.worktime import CHINA

MEDIA_TYPE = "text/calendar; charset=utf-8"
#: Programs are asked to come again after this long.
REFRESH = timedelta(minutes=15)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def _calendar(name: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Gewu//Calendar//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", CHINA.key)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    return made


def own(name: str, entries: Iterable[Entry], *, site: str, address_of: Callable[[str], str]) -> bytes:
    """A person's calendar, its times in the zone of the place."""
    made = _calendar(name)
    for one in entries:
        event = Event()
        event.add("uid", f"{one.key}@{site}")
        _stamped(event, one.changed_at)
        event.add("summary", markup.speakable(one.title))
        event.add("dtstart", _here(one.begins_at))
        if one.ends_at is not None:
            event.add("dtend", _here(one.ends_at))
        if one.place:
            event.add("location", markup.speakable(one.place))
        if one.page:
            event.add("url", address_of(one.page))
        event.add("class", "PRIVATE")
        if one.remind:
            event.add_component(_alarm(one.title))
        made.add_component(event)
    made.add_missing_timezones()
    return bytes(made.to_ical())


def workdays(
    name: str,
    days: Iterable[NoticedDay],
    changed_at: datetime,
    *,
    site: str,
    called: Callable[[NoticedDay], str],
) -> bytes:
    """The days off and the days made up for, as the yearly notices have them."""
    made = _calendar(name)
    for one in days:
        event = Event()
        event.add("uid", f"workday-{one.date:%Y%m%d}@{site}")
        _stamped(event, changed_at)
        event.add("summary", markup.speakable(called(one)))
        event.add("dtstart", one.date)
        event.add("dtend", _next(one.date))
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())


def _stamped(event: Event, changed_at: datetime) -> None:
    """When it changed, and a number that goes up with each change (RFC 5545, 3.8.7.4)."""
    moment = changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("sequence", max(0, int((moment - _EPOCH).total_seconds())))


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", markup.speakable(title))
    alarm.add("trigger", -REMIND)
    return alarm


def _here(moment: datetime) -> datetime:
    return moment.astimezone(CHINA).replace(microsecond=0)


def _next(day: date) -> date:
    return day + timedelta(days=1)
