"""Rosters: shifts planned, people booked, there or missing, and notes handed to the next shift."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import events, permissions, queries, rules
from gewu.organisation.lifecycle import BOOKING
from gewu.organisation.models import Booking, DutyKind, Shift, ShiftNote, StaffEntry
from gewu.organisation.rules import Pattern, StaffKind
from gewu.security.actors import Actor

LONGEST_NOTE = 2000
#: How long before a shift one may say to be there.
EARLY = timedelta(hours=1)


def plan_shifts(
    kind: str, unit: str, pattern: Pattern, *, actor: Actor, now: datetime, spot: str = ""
) -> int:
    """Plan the shifts of a pattern for a unit; what is planned already stays. Returns how many are new.

    Refused: whoever does not keep the unit's roster, an unknown kind, days that have passed.
    """
    found, duty = queries.open_unit(unit), _kind(kind)
    permissions.require_roster(actor, found.place, found.path)
    rules.check_pattern(pattern)
    if pattern.first < timezone.localdate(now):
        raise Refusal(say("不能给已过的日子排班"), field="first")
    wanted = dict(rules.spans(pattern, timezone.get_default_timezone()))
    with store.writing():
        there = Shift.objects.filter(unit=found.id, kind=duty, begins_at__in=list(wanted))
        new = [at for at in wanted if at not in set(there.values_list("begins_at", flat=True))]
        rows = Shift.objects.bulk_create(
            _shift(duty, found, at, wanted[at], pattern.need, spot) for at in new
        )
        for row in rows:
            told = events.ShiftPlanned(id=row.pk, place=row.place, kind=duty.pk)
            stream.tell(told, actor=actor, now=now)
    return len(new)


def _shift(
    kind: DutyKind, unit: queries.UnitFacts, begins_at: datetime, ends_at: datetime, need: int, spot: str
) -> Shift:
    return Shift(
        kind=kind,
        unit_id=unit.id,
        place=unit.place,
        begins_at=begins_at,
        ends_at=ends_at,
        need=need,
        spot=spot.strip()[:100],
    )


def _kind(code: str) -> DutyKind:
    found = DutyKind.objects.filter(pk=code).first()
    if found is None:
        raise Refusal(say("没有“{code}”这种值班", code=code), Kind.MISSING, field="kind")
    return found


def cancel_shift(shift: UUID, *, actor: Actor, now: datetime) -> None:
    """Cancel a shift that has not begun, with its bookings."""
    with store.writing():
        row = _kept_shift(shift, actor)
        if row.begins_at <= now:
            raise Refusal(say("已开始的班次不能取消"), Kind.CONFLICT)
        stream.tell(events.ShiftCancelled(id=row.pk, place=row.place), actor=actor, now=now)
        row.delete()


def _locked_shift(shift: UUID) -> Shift:
    row = (
        Shift.objects.select_for_update(of=("self",)).select_related("kind", "unit").filter(pk=shift).first()
    )
    if row is None:
        raise Refusal(say("没有这个班次"), Kind.MISSING)
    return row


def _kept_shift(shift: UUID, actor: Actor) -> Shift:
    row = _locked_shift(shift)
    permissions.require_roster(actor, row.place, row.unit.path)
    return row


def book(shift: UUID, account: UUID, *, actor: Actor, now: datetime) -> Booking:
    """Put someone on a shift.

    Refused: a shift that is over or full, whoever holds no post in the unit or in one below it, is away
    that day, stands on another shift at that time, or would exceed the hours of a week.
    """
    with store.writing():
        row = _kept_shift(shift, actor)
        if row.ends_at <= now:
            raise Refusal(say("这个班次已经结束"), Kind.CONFLICT)
        held = row.bookings.filter(state__in=BOOKING.names(open=True))
        if rules.gap(row.need, held.count()) == 0:
            raise Refusal(say("这个班次人已排满（{n} 人）", n=row.need), Kind.CONFLICT)
        _check_may_stand(row, account, now)
        booked, _ = Booking.objects.update_or_create(
            shift=row, account_id=account, defaults={"state": "booked", "came_at": None}
        )
        told = events.ShiftBooked(id=row.pk, place=row.place, booking=booked.pk)
        stream.tell(told, actor=actor, now=now)
    return booked


def _check_may_stand(row: Shift, account: UUID, now: datetime) -> None:
    member = queries.in_force(now).filter(account=account, unit__path__startswith=row.unit.path)
    if not member.exists():
        raise Refusal(say("值班人员要在“{unit}”任职", unit=row.unit.name_zh), field="account")
    first, last = timezone.localdate(row.begins_at), timezone.localdate(row.ends_at)
    away = StaffEntry.objects.filter(account=account, kind=StaffKind.LEAVE.value, since__lte=last)
    if away.filter(Q(until__isnull=True, since__gte=first) | Q(until__gte=first)).exists():
        raise Refusal(say("此人当天不在岗，请换一人"), Kind.CONFLICT, field="account")
    _check_time(row, account)


def _check_time(row: Shift, account: UUID) -> None:
    """No two shifts at once, and no more hours in the week than the kind of duty allows."""
    monday, next_monday = rules.week_of(timezone.localdate(row.begins_at))
    zone = timezone.get_default_timezone()
    start = datetime.combine(monday, datetime.min.time(), zone) - timedelta(days=1)
    end = datetime.combine(next_monday, datetime.min.time(), zone) + timedelta(days=1)
    held = Booking.objects.filter(
        account=account,
        state__in=BOOKING.names(open=True),
        shift__begins_at__gte=start,
        shift__begins_at__lt=end,
    ).exclude(shift=row)
    taken = list(held.values_list("shift__begins_at", "shift__ends_at"))
    other = rules.overlapping((row.begins_at, row.ends_at), taken)
    if other is not None:
        at = timezone.localtime(other[0])
        raise Refusal(
            say("此人 {time} 起已有班次，时间重叠", time=f"{at:%m-%d %H:%M}"), Kind.CONFLICT, field="account"
        )
    of_week = [one for one in taken if monday <= timezone.localdate(one[0]) < next_monday]
    rules.check_hours(rules.hours(of_week), rules.hours([(row.begins_at, row.ends_at)]), row.kind.most_hours)


def take_booking(booking: UUID, event: str, *, actor: Actor, now: datetime) -> Booking:
    """Take a step of a place on a shift: there, missing, taken off. Nobody is there before it begins."""
    with store.writing():
        rows = Booking.objects.select_for_update(of=("self",)).select_related("shift__unit")
        row = rows.filter(pk=booking).first()
        if row is None:
            raise Refusal(say("没有这项排班"), Kind.MISSING)
        step = BOOKING.row(event, row.state)
        if not (step.by == "self or keeper" and actor.account_id == row.account_id):
            permissions.require_roster(actor, row.shift.place, row.shift.unit.path)
        if event in ("attend", "miss") and now < row.shift.begins_at - EARLY:
            raise Refusal(say("班次还没有开始"), Kind.CONFLICT)
        row.state, row.came_at = step.to or row.state, now if event == "attend" else None
        row.save(update_fields=["state", "came_at"])
        details = {"booking": row.pk}
        stream.tell_step(step, row.shift_id, row.shift.place, details=details, given={}, actor=actor, now=now)
    return row


def hand_over(shift: UUID, text: str, *, actor: Actor, now: datetime) -> ShiftNote:
    """Leave a note to the next shift. Whoever stood on this one writes it, or whoever keeps the roster."""
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        raise Refusal(say("请写明交班事项，最多 {n} 个字", n=LONGEST_NOTE), field="text")
    with store.writing():
        row = _locked_shift(shift)
        if not row.bookings.filter(account=actor.account_id, state__in=BOOKING.names(open=True)).exists():
            permissions.require_roster(actor, row.place, row.unit.path)
        if now < row.begins_at:
            raise Refusal(say("班次还没有开始"), Kind.CONFLICT)
        note = ShiftNote.objects.create(shift=row, text=text, by=actor.ref, at=now)
        told = events.ShiftHandedOver(id=row.pk, place=row.place, note=note.pk)
        stream.tell(told, actor=actor, now=now)
    return note


def take_over(note: UUID, *, actor: Actor, now: datetime) -> None:
    """Sign that the note of an earlier shift was read. Not by whoever wrote it, and once."""
    with store.writing():
        rows = ShiftNote.objects.select_for_update(of=("self",)).select_related("shift__unit")
        row = rows.filter(pk=note).first()
        if row is None:
            raise Refusal(say("没有这份交班记录"), Kind.MISSING)
        if row.taken_at is not None or row.by == actor.ref:
            raise Refusal(say("交班记录由接班的人阅知一次"), Kind.CONFLICT)
        queries.require_member(actor, row.shift.unit.path, row.shift.place, now=now)
        row.taken_by, row.taken_at = actor.ref, now
        row.save(update_fields=["taken_by", "taken_at"])
        told = events.ShiftTakenOver(id=row.shift_id, place=row.shift.place, note=row.pk)
        stream.tell(told, actor=actor, now=now)
