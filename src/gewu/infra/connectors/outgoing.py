"""Messages for outside systems: owed in the transaction of the change, sent at least once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from gewu.infra import paging, store, stream
from gewu.infra.connectors import health
from gewu.infra.connectors.adapters import Answer, Facts, adapter_named
from gewu.infra.connectors.keeping import locked, require
from gewu.infra.lifecycle import CONNECTOR
from gewu.infra.models import Connector, Outgoing
from gewu.infra.switches import Managing
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

log = logging.getLogger(__name__)

#: How long a message is one worker's before another may take it up.
LEASE = timedelta(minutes=2)
#: Pauses before the next try, over about three days; after the last it is given up and waits for a person.
RETRIES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 57600, 86400))
#: How many are sent in one sweep, so that a slow one holds up nothing else for long.
MOST_AT_ONCE = 20


def owe(
    connector_id: UUID,
    told: stream.Told,
    *,
    topic: str,
    record_id: UUID,
    body: str,
    now: datetime,
    rank: int = 0,
) -> bool:
    """Owe an outside system one message about an event, once; whether it was not owed before.

    What concerns one record leaves in the order in which it happened. Of two events of the same moment the
    one of the lower ``rank`` goes ahead: it is waited for a second, as it may not be owed yet.
    """
    with store.writing():
        _, fresh = Outgoing.objects.get_or_create(
            connector_id=connector_id,
            position=told.position,
            record_id=record_id,
            defaults={
                "topic": topic[:60],
                "body": body,
                "at": told.at,
                "rank": rank,
                "made_at": now,
                "due_at": now + rank * timedelta(seconds=1),
            },
        )
    return fresh


def sweep(now: datetime, *, limit: int = MOST_AT_ONCE) -> int:
    """Send what is due, oldest first; how many were taken up. What a paused one owes waits."""
    ready = CONNECTOR.names(open=True)
    due = Outgoing.objects.filter(due_at__lte=now, connector__state__in=ready).select_related("connector")
    due = due.filter(~Exists(_ahead()))
    return sum(_take_up(one, now) for one in due.order_by("due_at", "id")[:limit])


def _ahead() -> QuerySet[Outgoing]:
    """What waits and must leave before a message: what happened to the same record earlier."""
    at, rank = OuterRef("at"), OuterRef("rank")
    earlier = Q(at__lt=at) | Q(at=at, rank__lt=rank) | Q(at=at, rank=rank, position__lt=OuterRef("position"))
    same = {"record_id": OuterRef("record_id"), "connector_id": OuterRef("connector_id")}
    return Outgoing.objects.filter(earlier, state="waiting", **same)


def _take_up(message: Outgoing, now: datetime) -> bool:
    mine = Outgoing.objects.filter(pk=message.pk, due_at=message.due_at)
    with store.writing():
        if not mine.update(due_at=now + LEASE):
            return False
    answer = _sent(message, now)
    with store.writing():
        _note(message, answer, now)
    return True


def _sent(message: Outgoing, now: datetime) -> Answer:
    """What came of it; a fault of ours is a failure like another, and never ends the sweep."""
    send = adapter_named(message.connector.adapter).send
    try:
        return send(Facts.of(message.connector), message, now) if send else Answer("broken", final=True)
    except Refusal:
        return Answer("forbidden")
    except Exception:
        log.exception("message %s could not be sent", message.pk)
        return Answer("broken")


def _note(message: Outgoing, answer: Answer, now: datetime) -> None:
    given_up = bool(answer.fault) and (answer.final or message.tries >= len(RETRIES))
    again = now + RETRIES[message.tries] if answer.fault and not given_up else None
    Outgoing.objects.filter(pk=message.pk).update(
        state="given_up" if given_up else "waiting" if answer.fault else "sent",
        sent_at=None if answer.fault else now,
        due_at=again,
        tries=message.tries + 1,
        fault=answer.fault,
        answer=answer.status,
    )
    if answer.fault:
        health.note_ill(message.connector_id, answer.fault, now=now)
    else:
        health.note_well(message.connector_id, now=now)


def send_again(message_id: UUID, *, actor: Managing, now: datetime) -> None:
    """Owe a message once more, whether it was sent, waits or was given up. Its number stays the same."""
    require(actor)
    with store.writing():
        row = Outgoing.objects.select_for_update().filter(pk=message_id).first()
        if row is None:
            raise Refusal(say("没有这条消息"), Kind.MISSING)
        _again([row.pk], now)


def send_again_since(connector_id: UUID, since: datetime, *, actor: Managing, now: datetime) -> int:
    """Owe everything again that was made since then and is not waiting already; how many."""
    require(actor)
    with store.writing():
        row = locked(connector_id)
        mine = Outgoing.objects.filter(connector=row, made_at__gte=since).exclude(state="waiting")
        return _again(list(mine.values_list("pk", flat=True)), now)


def _again(keys: Sequence[UUID], now: datetime) -> int:
    chosen = Outgoing.objects.filter(pk__in=keys)
    return chosen.update(state="waiting", due_at=now, tries=0, sent_at=None)


@dataclass(frozen=True)
class Message:
    """An outgoing message as a list shows it."""

    id: UUID
    topic: str
    state: str
    tries: int
    made_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    fault: str
    answer: int | None
    body: str


def messages(connector_id: UUID, *, state: str = "", after: str = "", size: int = 50) -> paging.Page[Message]:
    """What was sent and what is owed, the newest first, by cursor."""
    rows = Outgoing.objects.filter(connector_id=connector_id)
    rows = rows.filter(state=state) if state else rows
    return paging.page(rows, paging.Order("pk"), after=after, size=size, show=_shown)


def _shown(rows: Sequence[Outgoing]) -> list[Message]:
    return [
        Message(
            one.pk, one.topic, one.state, one.tries, one.made_at, one.sent_at, one.due_at, one.fault,
            one.answer, one.body,
        )
        for one in rows
    ]  # fmt: skip


def forget(now: datetime, *, kept: timedelta = timedelta(days=30)) -> int:
    """Delete what was sent long enough ago; what was given up stays for a person."""
    with store.writing():
        return Outgoing.objects.filter(state="sent", sent_at__lt=now - kept).delete()[0]


def owed(connector: Connector) -> int:
    """How many messages wait or were given up."""
    return Outgoing.objects.filter(connector=connector).exclude(state="sent").count()
