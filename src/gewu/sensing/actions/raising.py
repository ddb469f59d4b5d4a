"""What verdicts make of alarms: raised once for each device and kind, cleared when the value is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gewu.infra import stream
from gewu.security import actors
from gewu.sensing import events, rules
from gewu.sensing.actions import steps
from gewu.sensing.models import Alarm
from gewu.sensing.queries.known import DeviceFacts, at_ms
from gewu.sensing.rules import Verdict


@dataclass(frozen=True)
class Crossing:
    """A reading that raised or cleared an alarm, or that came while one was met (no verdict)."""

    device: DeviceFacts
    rule: rules.AlarmRule
    ts: int
    value: float
    verdict: Verdict | None


def follow(crossings: Sequence[Crossing], *, now: datetime) -> tuple[int, int]:
    """Raise and clear in the open transaction, in the order of the readings; how many of each."""
    if not crossings:
        return 0, 0
    live = {
        (one.device_id, one.alarm): one
        for one in Alarm.objects.filter(
            device__in={one.device.id for one in crossings}, cleared_at=None
        ).select_for_update()
    }
    raised = cleared = 0
    for one in crossings:
        key = (one.device.id, one.rule.alarm)
        alarm = live.get(key)
        if alarm is None and one.verdict is Verdict.RAISE:
            live[key] = _raise(one, now)
            raised += 1
        elif alarm is not None and one.verdict is Verdict.CLEAR:
            steps.apply(live.pop(key), "clear", actor=acting(one.rule), now=now)
            cleared += 1
        elif alarm is not None:
            _worsen(alarm, one)
    return raised, cleared


def acting(rule: rules.AlarmRule) -> actors.Actor:
    """The rule as whoever raised it."""
    return actors.rule(f"alarm:{rule.id}")


def _raise(one: Crossing, now: datetime) -> Alarm:
    rule = one.rule
    alarm = Alarm.objects.create(
        device_id=one.device.id,
        alarm=rule.alarm,
        rule_id=rule.id,
        name_zh=rule.name.zh,
        name_en=rule.name.en,
        place=one.device.place,
        quantity=rule.quantity,
        threshold=rule.threshold,
        value=one.value,
        worst=one.value,
        met_at=at_ms(one.ts),
        raised_at=now,
        respond_by=now + timedelta(minutes=rule.respond_minutes),
    )
    told = events.AlarmRaised(id=alarm.pk, place=alarm.place, device=one.device.id, alarm=rule.alarm)
    stream.tell(told, actor=acting(rule), now=now)
    return alarm


def _worsen(alarm: Alarm, one: Crossing) -> None:
    worst = one.rule.worse(alarm.worst, one.value)
    if worst != alarm.worst:
        alarm.worst = worst
        alarm.save(update_fields=["worst"])
