"""Messages from outside: kept as they came, each once, in whatever order they come."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q

from gewu.command import events, rules
from gewu.command.actions import rows
from gewu.command.actions.drafting import sender as own_name
from gewu.command.models import Alert
from gewu.command.queries.force import HELD
from gewu.command.queries.places import places_of
from gewu.command.rules import Message
from gewu.infra import store, stream, versions
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import TextList, say
from gewu.security.actors import Actor

#: What a message does to those in force of which it speaks.
DEEDS = {"Update": "supersede", "Cancel": "cancel"}
#: So many faults are told; a message that has more is no message.
MOST_FAULTS = 10


@dataclass(frozen=True)
class Received:
    """A message as it is kept; ``fresh`` is false when it had come before."""

    alert: Alert
    fresh: bool


def receive(message: Message, raw: str, *, actor: Actor, now: datetime) -> Received:
    """Keep a message and do what it says: warn, supersede, cancel.

    Real and exercise never touch each other; a message acts only on those of its own sender. One that comes
    late changes nothing that a later one has settled. Refused: what is no message of CAP, one under our own
    name, one with the name of another and other words.
    """
    wrong = rules.faults(message, now=now)
    if wrong:
        raise Refusal(say("这不是有效的 CAP 消息：{faults}", faults=TextList(wrong[:MOST_FAULTS])))
    if message.sender == own_name():
        raise Refusal(say("发送者是本平台自己"), Kind.CONFLICT)
    if any(one.sender != message.sender for one in message.references) and message.msg_type in DEEDS:
        raise Refusal(say("只能由原发布者更新或解除"), Kind.CONFLICT)
    digest = hashlib.sha256(raw.encode()).hexdigest()
    known = _known(message, digest)
    if known:
        return Received(known, False)
    try:
        with store.writing():
            return Received(_kept(message, raw, digest, actor, now), True)
    except IntegrityError:
        known = _known(message, digest)  # another line was quicker
        if known:
            return Received(known, False)
        raise


def _known(message: Message, digest: str) -> Alert | None:
    rows_ = Alert.objects.filter(sender=message.sender, identifier=message.identifier, sent_at=message.sent)
    found = rows_.first()
    if found and found.digest != digest:
        raise Refusal(say("同一发送者、编号和时间的消息已收过，内容不同"), Kind.CONFLICT)
    return found


def _kept(message: Message, raw: str, digest: str, actor: Actor, now: datetime) -> Alert:
    before = _referred(message)
    later = _speaking_of(message)
    key = new_id()
    thread = next((one.thread for one in (*before, *later)), key)
    state = _state(message, later, now)
    row = rows.new(
        message,
        key=key,
        thread=thread,
        before=before[0] if before else None,
        ours=False,
        state=state,
        by=actor,
        now=now,
    )
    row.raw, row.digest = raw, digest
    row.ended_at = None if state == "in_force" else now
    row.save(force_insert=True)
    rows.place(row, places_of(message) or _places(before))
    told = events.AlertReceived(id=row.pk, msg_type=row.msg_type, status=row.status)
    stream.tell(told, actor=actor, now=now)
    for one in before:
        if one.state == "in_force" and not one.ours and message.msg_type in DEEDS:
            rows.follow(one, DEEDS[message.msg_type], row, actor=actor, now=now)
    versions.changed(HELD)
    return row


def _state(message: Message, later: Sequence[Alert], now: datetime) -> str:
    if message.msg_type not in rules.TELLING or message.status not in ("Actual", "Exercise"):
        return "noted"
    if any(one.msg_type == "Cancel" for one in later):
        return "cancelled"
    if later:
        return "superseded"
    return "expired" if message.expires is not None and message.expires <= now else "in_force"


def _referred(message: Message) -> list[Alert]:
    """The messages of the same sort of which this one speaks, as far as they are known, the newest first."""
    asked = Q(pk__in=())
    for one in message.references:
        asked |= Q(sender=one.sender, identifier=one.identifier, sent_at=one.sent)
    found = Alert.objects.select_for_update().filter(asked, status=message.status)
    return list(found.order_by("-sent_at", "-pk"))


def _speaking_of(message: Message) -> list[Alert]:
    """Updates and cancellations of this very message that came before it did."""
    rows_ = Alert.objects.filter(sender=message.sender, status=message.status, msg_type__in=tuple(DEEDS))
    since = rows_.filter(sent_at__gte=message.sent).order_by("-sent_at", "-pk")
    return [one for one in since[:200] if _speaks_of(one, message)]


def _speaks_of(row: Alert, message: Message) -> bool:
    named = ((one["identifier"], datetime.fromisoformat(one["sent"])) for one in row.content["references"])
    return (message.identifier, message.sent) in named


def _places(before: Sequence[Alert]) -> list[str]:
    """A message without areas of its own is for those of which it speaks."""
    return [place.place for one in before for place in one.places.all()]
