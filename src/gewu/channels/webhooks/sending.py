"""Reading the stream of events on, and sending what somebody asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from gewu.cases import queries as cases
from gewu.channels import wire
from gewu.channels.webhooks.topics import TOPIC_OF, Subscription, body_of
from gewu.infra import connectors, store, stream
from gewu.infra.connectors import Answer, Facts
from gewu.infra.models import Outgoing
from gewu.infra.stream import Told

#: How many events are read in one go.
SOME = 500


def read_on(connector: Facts, now: datetime) -> bool:
    """Owe what has happened since this subscription last looked; it begins with what happens after its start.

    Where it stands and what is owed are written together: a stop loses nothing and says nothing twice. Nobody
    outside is asked.
    """
    at = int(connector.cursor) if connector.cursor.isdecimal() else stream.last_position()
    with store.writing():
        told = stream.after(at, limit=SOME)
        _owe(connector, [one for one in told if one.type in TOPIC_OF], now)
        if told or not connector.cursor:
            connectors.keep_cursor(connector.id, str(told[-1].position if told else at))
    return False


def _owe(connector: Facts, told: Iterable[Told], now: datetime) -> None:
    wanted = Subscription.of(connector.options, connector.place)
    chosen = [one for one in told if wanted.wants(TOPIC_OF[one.type].name, str(one.data.get("place", "")))]
    facts = cases.public_facts({one.subject_id for one in chosen}, on=timezone.localdate(now))
    for one in chosen:
        if one.subject_id in facts:
            _owe_one(connector.id, one, facts[one.subject_id], now)


def _owe_one(connector_id: UUID, told: Told, facts: dict[str, str], now: datetime) -> None:
    topic = TOPIC_OF[told.type].name
    connectors.owe(
        connector_id,
        told,
        topic=topic,
        record_id=told.subject_id,
        body=body_of(told, topic, facts),
        now=now,
    )


def send(connector: Facts, message: Outgoing, now: datetime) -> Answer:
    """One message, signed; its number is the same on every try, its time stamp is not."""
    return wire.deliver(connector, message, connector.options["address"], now=now)
