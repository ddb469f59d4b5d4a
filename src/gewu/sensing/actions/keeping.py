"""What comes due by itself: alarms nobody answered, devices nobody hears, readings kept no longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from gewu.infra import statements, store, stream
from gewu.intake import queries as reports
from gewu.security.actors import CLOCK
from gewu.sensing import events
from gewu.sensing.actions.opening import CHANNEL
from gewu.sensing.models import Alarm, Device, DeviceState, Quarantined, Reading
from gewu.sensing.queries.known import in_ms, watch

#: Readings are about places, not about people; how long they are kept is a matter of room.
KEPT = timedelta(days=90)
#: Of readings set aside so many are kept.
MOST_ASIDE = 20_000
#: Rows deleted at one go, so that nobody waits long for their turn to write.
_PART = 5_000


def tell_unanswered(now: datetime, *, limit: int = 200) -> int:
    """Tell once of each alarm that nobody answered within its limit; how many were told."""
    late = Alarm.objects.filter(respond_by__lt=now, responded_at=None, told_late_at=None)
    if not late.exists():
        return 0
    with store.writing():
        rows = list(
            late.select_for_update(of=("self",)).select_related("case").order_by("respond_by")[:limit]
        )
        for row in rows:
            number = row.case.number if row.case else ""
            told = events.AlarmUnanswered(id=row.pk, place=row.place, number=number)
            stream.tell(told, actor=CLOCK, now=now)
        Alarm.objects.filter(pk__in=[row.pk for row in rows]).update(told_late_at=now)
    return len(rows)


def tell_silent(now: datetime) -> int:
    """Tell once of each device that was heard and has said nothing for longer than its kind may."""
    devices = {one.number: one for one in watch().devices.values()}
    shortest = min((one.kind.silent_after_s for one in devices.values()), default=0)
    now_ms = in_ms(now)
    quiet = DeviceState.objects.filter(silent=False, heard__gt=0, heard__lt=now_ms - shortest * 1000)
    late = [
        devices[number]
        for number, heard in quiet.values_list("number", "heard")
        if number in devices and heard < now_ms - devices[number].kind.silent_after_s * 1000
    ]
    if not late:
        return 0
    with store.writing():
        for one in late:
            stream.tell(events.DeviceFellSilent(id=one.id, place=one.place), actor=CLOCK, now=now)
        DeviceState.objects.filter(number__in=[one.number for one in late]).update(silent=True)
    return len(late)


def find_cases(now: datetime, *, limit: int = 200) -> int:
    """Tie alarms to the cases that a person opened from their reports; how many were found."""
    alone = Alarm.objects.filter(case=None, raised_at__gt=now - timedelta(days=30))
    waiting = {one.hex: one for one in alone.order_by("-raised_at").values_list("pk", flat=True)[:limit]}
    found = reports.cases_brought(CHANNEL, tuple(waiting)) if waiting else {}
    if not found:
        return 0
    with store.writing():
        for outside, (case, number) in found.items():
            _tie(waiting[outside], case, number, now)
    return len(found)


def _tie(alarm: UUID, case: UUID, number: str, now: datetime) -> None:
    if Alarm.objects.filter(pk=alarm, case=None).update(case=case):
        place = Alarm.objects.values_list("place", flat=True).get(pk=alarm)
        told = events.AlarmCaseOpened(id=alarm, place=place, case=case, number=number)
        stream.tell(told, actor=CLOCK, now=now)


def forget_readings(now: datetime) -> int:
    """Delete a part of the readings that are kept no longer, and of those set aside beyond their number."""
    until = in_ms(now - KEPT)
    gone = 0
    for number in Device.objects.order_by("number").values_list("number", flat=True):
        gone += _forget(number, until)
        if gone >= _PART:
            return gone
    newest = Quarantined.objects.aggregate(newest=Max("pk"))["newest"] or 0
    old = Quarantined.objects.filter(pk__lte=newest - MOST_ASIDE)
    if old.exists():
        with store.writing():
            gone += old.delete()[0]
    return gone


def _forget(number: int, until: int) -> int:
    if not Reading.objects.filter(device=number, ts__lt=until).exists():
        return 0
    with store.writing():
        statement = (
            "DELETE FROM reading WHERE device = %s AND ts IN "
            "(SELECT ts FROM reading WHERE device = %s AND ts < %s ORDER BY ts LIMIT %s)"
        )
        statements.execute(statement, [number, number, until, _PART])
    return _PART
