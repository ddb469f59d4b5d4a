"""Which alarms a draft rule would have raised over past readings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gewu.catalogue.queries import Words
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.sensing import rules
from gewu.sensing.models import Alarm, AlarmRule, Reading
from gewu.sensing.queries.known import DeviceFacts, at_ms, in_ms, is_watched, rule_facts, watch
from gewu.sensing.rules import AT_REST, Verdict

LOOK_BACK = timedelta(days=30)
#: Readings that a rehearsal goes through, and devices.
MOST_READINGS = 200_000
MOST_DEVICES = 50


@dataclass(frozen=True)
class WouldBe:
    """An alarm that would have been raised; not over when ``cleared_at`` is empty."""

    device: str
    device_name: str
    raised_at: datetime
    cleared_at: datetime | None
    value: float


@dataclass(frozen=True)
class AlarmRehearsal:
    """What a draft would have raised over the readings of thirty days, beside what was raised."""

    readings: int
    devices: int
    before: int
    alarms: tuple[WouldBe, ...]

    @property
    def after(self) -> int:
        return len(self.alarms)


def rehearse(words: Words, *, place: str, actor: Actor, now: datetime) -> AlarmRehearsal:
    """Go through the readings of thirty days, of at most fifty devices, as if the draft had been in force."""
    if not actor.holds_at("catalogue.manage", place):
        raise Refusal(say("没有管理 {place} 事项目录的权限", place=place), Kind.FORBIDDEN)
    draft = _draft(words)
    meant = [
        one
        for one in watch().devices.values()
        if rules.rules_for([draft], kind=one.kind.code, code=one.code, place=one.place)
    ][:MOST_DEVICES]
    since = now - LOOK_BACK
    raised = Alarm.objects.filter(
        device__in=[one.id for one in meant], alarm=draft.alarm, raised_at__gte=since
    )
    seen, found = 0, []
    for device in meant:
        rows = Reading.objects.filter(device=device.number, ts__gte=in_ms(since)).order_by("ts", "seq")
        read = list(rows.values_list("ts", "values")[: MOST_READINGS - seen])
        seen += len(read)
        found += _raised(draft, device, read)
    return AlarmRehearsal(
        seen, len(meant), raised.count(), tuple(sorted(found, key=lambda one: one.raised_at))
    )


def _draft(words: Words) -> rules.AlarmRule:
    columns = {**words, "place_prefix": words["place"]}
    del columns["place"]
    row = AlarmRule(**columns, since=date.min)
    row.pk = 0
    for name in ("minutes", "times", "respond_minutes", "storm"):
        setattr(row, name, int(words[name]))
    return rule_facts(row)


def _raised(draft: rules.AlarmRule, device: DeviceFacts, read: list[tuple[int, str]]) -> list[WouldBe]:
    progress, found, open_at = AT_REST, [], (0, 0.0)
    for ts, text in read:
        value = json.loads(text).get(draft.quantity)
        if value is None:
            continue
        progress, verdict = rules.judged(
            draft, progress, ts, value, watched=progress.met or is_watched(draft, device, ts)
        )
        if verdict is Verdict.RAISE:
            open_at = (ts, value)
        elif verdict is Verdict.CLEAR:
            found.append(WouldBe(device.code, device.name, at_ms(open_at[0]), at_ms(ts), open_at[1]))
    if progress.met:
        found.append(WouldBe(device.code, device.name, at_ms(open_at[0]), None, open_at[1]))
    return found
