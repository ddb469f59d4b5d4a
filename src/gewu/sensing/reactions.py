"""Answers to alarms and to what becomes of their cases."""

from __future__ import annotations

from datetime import datetime

from gewu.infra.stream import Told
from gewu.notifications import actions as notifications
from gewu.security import queries as security
from gewu.sensing import actions
from gewu.sensing.models import Alarm, Device


def open_case(told: Told, *, now: datetime) -> None:
    """The case of an alarm that was raised, or the one it joins."""
    actions.open_case(told.subject_id, now=now)


def note_response(told: Told, *, now: datetime) -> None:
    """An office has signed for the case of an alarm: that is the response."""
    actions.follow_case(told.subject_id, "respond", now=now)


def note_end(told: Told, *, now: datetime) -> None:
    """The case of an alarm is over."""
    actions.follow_case(told.subject_id, "end_case", now=now)


def note_reopening(told: Told, *, now: datetime) -> None:
    """The case of an alarm goes on."""
    actions.follow_case(told.subject_id, "reopen_case", now=now)


def tell_responders(told: Told, *, now: datetime) -> None:
    """Those who answer alarms at the place of one that was raised."""
    _tell_of_alarm(told, "responder", "alarms.respond", now=now)


def tell_supervisors(told: Told, *, now: datetime) -> None:
    """Those who supervise at the place of an alarm that nobody answered in time."""
    _tell_of_alarm(told, "supervisor", "cases.supervise", now=now)


def _tell_of_alarm(told: Told, audience: str, right: str, *, now: datetime) -> None:
    alarm = Alarm.objects.select_related("device").get(pk=told.subject_id)
    values = {"device": alarm.device.name, "alarm": alarm.name_zh}
    able = security.accounts_with(right, place=alarm.place, now=now)
    notifications.tell_accounts(told, audience, able, about=f"alarm:{alarm.pk}", values=values, now=now)


def tell_keepers(told: Told, *, now: datetime) -> None:
    """Those who answer alarms at the place of a device that nobody hears."""
    device = Device.objects.get(pk=told.subject_id)
    able = security.accounts_with("alarms.respond", place=device.place, now=now)
    values = {"device": device.name, "code": device.code}
    notifications.tell_accounts(told, "responder", able, about=f"device:{device.pk}", values=values, now=now)
