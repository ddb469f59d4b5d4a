"""What all deeds on alerts share: a row made of a message, its places, one step of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.command import permissions
from gewu.command.lifecycle import ALERT
from gewu.command.models import Alert, AlertPlace
from gewu.command.queries.force import HELD
from gewu.command.queries.kinds import kind_for
from gewu.command.queries.messages import stored
from gewu.command.queries.record import facts_of
from gewu.command.rules import Message, colour_of
from gewu.infra import stream, versions
from gewu.kernel.lifecycle import Step
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor


def new(
    message: Message,
    *,
    key: UUID,
    thread: UUID,
    before: Alert | None,
    ours: bool,
    state: str,
    by: Actor,
    now: datetime,
) -> Alert:
    """A row of a message, not yet written."""
    row = Alert(pk=key, thread=thread, before=before, ours=ours, state=state, drafted_by=by.ref, made_at=now)
    fill(row, message, now=now)
    return row


def fill(row: Alert, message: Message, *, now: datetime) -> None:
    """Have a row say what a message says."""
    info = message.info
    row.identifier, row.sender, row.sent_at = message.identifier, message.sender, message.sent
    row.status, row.msg_type, row.scope = message.status, message.msg_type, message.scope
    row.content = stored(message)
    row.kind, row.colour = kind_for(info), colour_of(info)
    row.headline = ((info.headline or info.event) if info else message.note)[:300]
    row.onset_at = info.onset or info.effective if info else None
    row.expires_at = message.expires


def place(row: Alert, places: Iterable[str]) -> None:
    """Have a row be for these places and no others."""
    AlertPlace.objects.filter(alert=row).delete()
    AlertPlace.objects.bulk_create(AlertPlace(alert=row, place=one) for one in sorted(set(places)))


def stepped(
    alert_id: UUID, event: str, *, actor: Actor, now: datetime, given: Mapping[str, Any]
) -> tuple[Alert, Step]:
    """An alert, locked, and the row of the table for a step that nothing stands against."""
    row = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if row is None:
        raise Refusal(say("没有这条预警"), Kind.MISSING)
    step = ALERT.row(event, row.state)
    permissions.require(actor, step.by, [one.place for one in row.places.all()])
    step.check(facts_of(row, actor=actor, now=now), given)
    return row, step


def told(
    row: Alert, step: Step, given: Mapping[str, Any], *, actor: Actor, now: datetime, **details: Any
) -> None:
    """The step is taken, written and told."""
    row.state = step.to or row.state
    row.version += 1
    if not ALERT.state(row.state).open:
        row.ended_at = now
    row.save()
    widest = min((one.place for one in row.places.all()), key=len, default="")
    stream.tell_step(step, row.pk, widest, details=details, given=given, actor=actor, now=now)
    versions.changed(HELD)


def follow(row: Alert, event: str, by: Alert, *, actor: Actor, now: datetime) -> None:
    """What a later message does to an alert in force: it is superseded or cancelled, by nobody else."""
    step = ALERT.row(event, row.state)
    told(row, step, {}, actor=actor, now=now, by=by.pk)


def follow_clock(row: Alert, *, actor: Actor, now: datetime) -> None:
    """Its time is over."""
    told(row, ALERT.row("expire", row.state), {}, actor=actor, now=now)
