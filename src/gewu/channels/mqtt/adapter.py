"""MQTT as a connector: its health and counts, and the messages that could not be taken."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from gewu.channels.mqtt import payloads, topics
from gewu.channels.mqtt.hearing import Figures, Raw
from gewu.channels.mqtt.topics import FAULTS, Unreadable
from gewu.infra import connectors
from gewu.infra.connectors import Adapter, Declared, Field, Line, Record
from gewu.infra.switches import Managing
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.sensing import actions, queries

CODE = "mqtt"
#: Of one batch so many messages go into the error queue, and so many wait there at most.
MOST_AT_ONCE, MOST_WAITING = 20, 500
#: A longer message is not kept: what a person can mend is short, and nothing else should be in it.
LONGEST_KEPT = 2_000


def take(line: Line) -> Record:
    """Try a message from the error queue again, such as one of a device that is registered by now."""
    now_ms = queries.in_ms(line.now)
    try:
        topic = topics.read_topic(str(line.values["topic"]), str(line.connector.options.get("tenant", "")))
        if topic.kind in ("state", "ack"):
            raise Unreadable("shape", topic.device)
        messages = payloads.readings(topic, str(line.values["payload"]).encode(), now_ms)
    except Unreadable as fault:
        raise Refusal(FAULTS[fault.code], field="topic" if fault.code != "json" else "payload") from None
    taken = actions.take_in(messages, now=line.now)
    if taken.unknown:
        raise Refusal(FAULTS["unknown"], Kind.MISSING, field="topic", advice=say("登记设备后再试"))
    return Record("device", queries.device_named(messages[0].device).id)


MQTT = Adapter(
    "mqtt",
    say("传感设备（MQTT）"),
    say("设备读数经消息代理进来，越限告警、立案"),
    fields=(
        Field("topic", say("主题"), required=True, longest=topics.LONGEST),
        Field("payload", say("内容"), required=True, longest=LONGEST_KEPT),
    ),
    options=(connectors.Option("tenant", say("辖区代码"), required=True),),
    ways=("push",),
    take=take,
    samples=lambda: ({"topic": "gov/320111/riverside/gauge-1/telemetry", "payload": '{"ts":0,"v":{}}'},),
    mapping=({"field": "topic", "source": "topic"}, {"field": "payload", "source": "payload"}),
)


def declared(tenant: str, *, actor: Managing, now: datetime) -> UUID:
    """The connector of this installation's broker, made and started when a setting first names one."""
    with suppress(Refusal):
        return connectors.named(CODE).pk
    given = Declared(
        CODE, MQTT.name, "传感设备", "设备只报读数和告警，不含个人信息", "Sensors",
        "Devices report readings and alarms, nothing personal", place=tenant, options={"tenant": tenant},
    )  # fmt: skip
    row = connectors.declare(given, actor=actor, now=now)
    connectors.take_step(row.pk, "try", actor=actor, now=now)
    connectors.take_step(row.pk, "start", actor=actor, now=now)
    return row.pk


def watcher(connector: UUID, figures: Figures, fault: str) -> bool:
    """Keep how the listener fares; whether the connector runs, so that it may go on."""
    now = timezone.now()
    if fault:
        connectors.note_ill(connector, fault, now=now)
    else:
        connectors.note_well(connector, now=now)
    counted = (figures.stored, figures.repeated, sum(figures.refused.values()))
    if any(counted):
        connectors.add_counts(connector, *counted)
    with suppress(Refusal):
        connectors.running(connector)
        return True
    return False


def set_aside(connector: UUID, refused: Sequence[tuple[Raw, Unreadable]]) -> None:
    """Put some of what could not be taken into the error queue; of a flood the rest is only counted."""
    if not refused or connectors.standing(CODE).counts.waiting >= MOST_WAITING:
        return
    rows = {_kept(raw, fault): None for raw, fault in refused}
    with suppress(Refusal):  # paused meanwhile: they stay counted
        connectors.take(
            connector,
            [{"topic": topic, "payload": payload} for topic, payload in list(rows)[:MOST_AT_ONCE]],
            way="push",
            source=CODE,
            now=timezone.now(),
        )


def _kept(raw: Raw, fault: Unreadable) -> tuple[str, str]:
    """Topic and content as far as they can be kept: short texts that can be read, and the rest not at all."""
    topic = raw.topic[: topics.LONGEST].replace("\0", "")
    if len(raw.payload) > LONGEST_KEPT:
        return topic, ""
    with suppress(UnicodeDecodeError):
        return topic, raw.payload.decode().replace("\0", "")
    return topic, ""
