"""Steps of an alarm: lock, find the row, permit, check, write, tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.sensing import events, permissions, rules
from gewu.sensing.lifecycle import ALARM
from gewu.sensing.models import Alarm

LONGEST_REASON = 300


def take(
    alarm: UUID, event: str, *, actor: Actor, now: datetime, version: int | None = None, **given: Any
) -> Alarm:
    """Take one step of the table; refused as the table, the permissions and the guards say."""
    with store.writing():
        row = Alarm.objects.select_for_update(of=("self",)).select_related("case").filter(pk=alarm).first()
        if row is None:
            raise Refusal(say("没有这条告警"), Kind.MISSING)
        if version is not None and version != row.version:
            raise Refusal(
                say("您打开之后，告警已变为“{state}”", state=ALARM.state(row.state).label),
                Kind.CONFLICT,
                advice=say("请刷新后再办"),
            )
        return apply(row, event, actor=actor, now=now, **given)


def apply(row: Alarm, event: str, *, actor: Actor, now: datetime, **given: Any) -> Alarm:
    """The same for a row that the open transaction has locked."""
    step = ALARM.row(event, row.state)
    permissions.require(actor, step.by, row)
    _check_reason(given)
    step.check(facts_of(row), given)
    _EFFECTS[event](row, actor, now)
    row.state, row.version = step.to or row.state, row.version + 1
    row.save()
    details = {"number": row.case.number if row.case_id and row.case else ""}
    stream.tell_step(step, row.pk, row.place, details=details, given=given, actor=actor, now=now)
    if event == "clear" and row.case_id:
        cleared = events.CaseAlarmCleared(id=row.case_id, place=row.place, alarm=row.pk)
        stream.tell(cleared, actor=actor, now=now)
    return row


def facts_of(row: Alarm) -> rules.AlarmFacts:
    """What the guards of the table look at."""
    return rules.AlarmFacts(
        answered=row.responded_at is not None,
        has_case=row.case_id is not None,
        case_ended=row.case_ended_at is not None,
    )


def _check_reason(given: Mapping[str, Any]) -> None:
    reason = str(given.get("reason") or "")
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise Refusal(say("理由过长，最多 {n} 个字", n=LONGEST_REASON), field="reason")


def _respond(row: Alarm, actor: Actor, now: datetime) -> None:
    row.responded_at = row.responded_at or now


def _acknowledge(row: Alarm, actor: Actor, now: datetime) -> None:
    _respond(row, actor, now)
    row.acknowledged_at, row.acknowledged_by = now, actor.ref


def _clear(row: Alarm, actor: Actor, now: datetime) -> None:
    row.cleared_at = now


def _stand_down(row: Alarm, actor: Actor, now: datetime) -> None:
    if row.acknowledged_at is None:
        _acknowledge(row, actor, now)
    _clear(row, actor, now)


def _end_case(row: Alarm, actor: Actor, now: datetime) -> None:
    """Whoever closed the case knew of the alarm: it is acknowledged by that."""
    if row.acknowledged_at is None:
        _acknowledge(row, actor, now)
    row.case_ended_at = now


def _reopen_case(row: Alarm, actor: Actor, now: datetime) -> None:
    row.case_ended_at = None


_EFFECTS: Mapping[str, Callable[[Alarm, Actor, datetime], None]] = {
    "acknowledge": _acknowledge,
    "clear": _clear,
    "stand_down": _stand_down,
    "respond": _respond,
    "end_case": _end_case,
    "reopen_case": _reopen_case,
}
