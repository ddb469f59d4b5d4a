"""Steps of alerts that people and the clock take."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.command import rules
from gewu.command.actions import rows
from gewu.command.actions.drafting import identifier_of, second_of, sender
from gewu.command.models import Alert
from gewu.command.queries.messages import read
from gewu.infra import store
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import CLOCK, Actor

#: What the clock ends at once; a sweep comes again soon.
BATCH = 200


def take(
    alert_id: UUID, event: str, *, actor: Actor, now: datetime, version: int | None = None, **given: Any
) -> Alert:
    """Take one step of the table; refused as the table, the permissions and the guards say."""
    if event in ("rewrite", "acknowledge"):
        raise Refusal(say("没有“{event}”这一步", event=event), Kind.MISSING)
    with store.writing():
        row, step = rows.stepped(alert_id, event, actor=actor, now=now, given=given)
        if version is not None and version != row.version:
            raise Refusal(say("您打开之后，这条预警已有变动"), Kind.CONFLICT, advice=say("请刷新后再办"))
        if event == "submit":
            row.submitted_by = actor.ref
        if event in ("issue", "issue_cancel"):
            _issue(row, actor, now)
        rows.told(row, step, given, actor=actor, now=now)
        if row.before and event in ("issue", "issue_cancel"):
            deed = "supersede" if event == "issue" else "cancel"
            rows.follow(row.before, deed, row, actor=actor, now=now)
    return row


def _issue(row: Alert, actor: Actor, now: datetime) -> None:
    """What was approved goes out as it stands, with the time of its approval as that of its sending."""
    message = replace(read(row.content), sent=second_of(now))
    if wrong := rules.faults(message, now=now):
        raise Refusal(wrong[0])
    rows.fill(row, message, now=now)
    row.approved_by = actor.ref


def acknowledge(alert_id: UUID, *, actor: Actor, now: datetime) -> Alert:
    """Say to the sender of an alert from outside that it arrived: a message of ours, there to be fetched."""
    with store.writing():
        row, step = rows.stepped(alert_id, "acknowledge", actor=actor, now=now, given={})
        key = new_id()
        message = rules.Message(
            identifier=identifier_of(key),
            sender=sender(),
            sent=second_of(now),
            status=row.status,
            msg_type="Ack",
            scope="Public",
            references=(rules.Reference(row.sender, row.identifier, row.sent_at),),
        )
        made = rows.new(
            message, key=key, thread=row.thread, before=row, ours=True, state="noted", by=actor, now=now
        )
        made.headline = row.headline
        made.save(force_insert=True)
        rows.place(made, [one.place for one in row.places.all()])
        rows.told(row, step, {}, actor=actor, now=now, by=made.pk)
    return made


def expire_due(now: datetime) -> int:
    """End the alerts whose time is over; returns how many."""
    due = Alert.objects.filter(state="in_force", expires_at__lte=now).order_by("expires_at")
    ended = 0
    for key in list(due.values_list("pk", flat=True)[:BATCH]):
        with store.writing():
            row = Alert.objects.select_for_update().filter(pk=key, state="in_force").first()
            if row is not None:
                rows.follow_clock(row, actor=CLOCK, now=now)
                ended += 1
    return ended
