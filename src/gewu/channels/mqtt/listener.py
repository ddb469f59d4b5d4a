"""The listener: messages are taken in many at a time, and acknowledged once they are stored.

One thread does all of it in turns: it reads what the broker has sent, gives it to the subject in one
transaction, and only then acknowledges. Whatever dies before that, the broker sends it again, and what is
stored already changes nothing. While the database does not answer nothing is acknowledged, and the broker
holds back.
"""

from __future__ import annotations

import logging
import select
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gewu.channels.mqtt import payloads, topics
from gewu.channels.mqtt.addresses import Address
from gewu.channels.mqtt.hearing import Figures, Raw
from gewu.channels.mqtt.topics import Topic, Unreadable
from gewu.kernel.places import Level
from gewu.sensing import actions, queries
from gewu.sensing.actions import Message, TakenIn

log = logging.getLogger(__name__)

#: Messages in one transaction, and so many seconds a first one waits for company while more are coming.
MOST = 1_000
GATHER_S = 0.05
#: How long the broker keeps what came while no listener was there, in seconds.
SESSION_S = 7 * 24 * 3600
KEEPALIVE_S = 30
#: Pauses between tries to reach the broker, in seconds.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
#: How often commands are looked for, and figures told, in seconds.
COMMANDS_EVERY, FIGURES_EVERY, FIRST_AFTER = 1.0, 10.0, 2.0
_UNSUPPORTED = 132


#: Hears what was done and what is wrong; answers whether to go on listening.
Watcher = Callable[[Figures, str], bool]
Refused = Callable[[Sequence[tuple[Raw, Unreadable]]], None]


@dataclass
class Listener:
    """Takes in what comes from one broker until ``stop`` is set.

    ``tell`` hears every few seconds what was done, and a fault when the broker cannot be reached;
    ``set_aside`` is given the messages that could not be read.
    """

    address: Address
    tenant: str
    stop: threading.Event
    now: Callable[[], datetime]
    tell: Watcher = lambda figures, fault: True
    set_aside: Refused = lambda refused: None
    group: str = ""
    name: str = "gewu"

    def __post_init__(self) -> None:
        self.waiting: list[Raw] = []
        self.figures = Figures()
        self.sites: dict[str, str] = {}
        self.fault = "silent"
        self.protocol = paho.MQTTv311 if self.address.scheme == "builtin" else paho.MQTTv5
        self.client = self._client()
        self.wanted = True
        self._asked_at = 0.0
        self._told_at = time.monotonic() - FIGURES_EVERY + FIRST_AFTER

    def run(self) -> None:
        """Listen until told to stop; a broker that is away is tried again and again."""
        pause = SHORTEST_PAUSE
        while not self.stop.is_set():
            if self.wanted and self._connect():
                self._listen()
                pause = LONGEST_PAUSE if self.fault else SHORTEST_PAUSE
            self._take_in()
            self._tell()
            if self.stop.wait(0 if self.stop.is_set() else pause):
                break
            pause = min(LONGEST_PAUSE, pause * 2)
        self._leave()

    def _client(self) -> paho.Client:
        made = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.name,
            protocol=self.protocol,
            manual_ack=True,
            clean_session=None if self.protocol == paho.MQTTv5 else False,
        )
        if self.address.user:
            made.username_pw_set(self.address.user, self.address.password)
        if self.address.scheme == "mqtts":
            made.tls_set_context(ssl.create_default_context())
        made.will_set(topics.state_topic(self.tenant), b"offline", qos=1, retain=True)
        made.on_connect, made.on_message = self._connected, self._heard
        return made

    def _connect(self) -> bool:
        """Ask for the session that was left; what came meanwhile is sent first."""
        try:
            if self.protocol == paho.MQTTv5:
                asked = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # of the library
                asked.SessionExpiryInterval, asked.ReceiveMaximum = SESSION_S, 65_535
                self.client.connect(
                    self.address.host, self.address.port, KEEPALIVE_S, clean_start=False, properties=asked
                )
            else:
                self.client.connect(self.address.host, self.address.port, KEEPALIVE_S)
        except (OSError, ValueError) as fault:
            log.warning("the broker at %s cannot be reached: %s", self.address.place, fault)
            self.fault = "silent"
            return False
        return True

    def _connected(
        self,
        client: paho.Client,
        userdata: object,
        flags: object,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self.fault = "odd" if reason.value == _UNSUPPORTED else "denied"
            log.warning("the broker at %s refuses: %s", self.address.place, reason)
            if reason.value == _UNSUPPORTED and self.protocol == paho.MQTTv5:
                self.protocol = paho.MQTTv311
            return
        self.fault = ""
        client.subscribe([(one, 1) for one in topics.filters(self.tenant, self.group)])
        client.publish(topics.state_topic(self.tenant), b"online", qos=1, retain=True)

    def _heard(self, client: paho.Client, userdata: object, message: paho.MQTTMessage) -> None:
        received = queries.in_ms(self.now())
        mid = message.mid if message.qos else 0
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self.waiting.append(Raw(topic, bytes(message.payload), mid, received))

    def _listen(self) -> None:
        """Read, store, acknowledge, until the connection is gone."""
        version = self.protocol
        while self.wanted and not self.stop.is_set() and self.client.socket() is not None:
            self._read()
            self._take_in()
            if self.client.loop_misc() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                break
            self._send_commands()
            self._tell()
        if not self.wanted:
            self._leave()
        if self.protocol != version:
            self.client = self._client()

    def _read(self) -> None:
        """What is there, and what follows at once; a lone message is not kept waiting."""
        until = time.monotonic() + GATHER_S
        pause = 0.2
        while len(self.waiting) < MOST and self._ready(pause):
            before = len(self.waiting)
            if self.client.loop_read() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                return
            pause = 0.0
            if len(self.waiting) > before and time.monotonic() > until:
                return

    def _ready(self, pause: float) -> bool:
        here = self.client.socket()
        if here is None:
            return False
        if isinstance(here, ssl.SSLSocket) and here.pending():
            return True
        writes = [here] if self.client.want_write() else []
        reads, able, _ = select.select([here], writes, [], pause)
        if able:
            self.client.loop_write()
        return bool(reads)

    def _take_in(self) -> None:
        """Store what waits and acknowledge it; while the database is away, wait with it."""
        if not self.waiting:
            return
        batch, self.waiting = self.waiting, []
        while True:
            try:
                messages, refused = self._sorted(batch)
                taken = self._stored(messages, refused)
                self.set_aside(refused)
                break
            except DatabaseError:
                log.exception("the database does not answer; nothing is acknowledged")
                connection.close()
                if self.stop.wait(1.0):
                    return
        self._count(batch, taken, refused)
        for one in batch:
            if one.mid:
                self.client.ack(one.mid, 1)
        while self.client.want_write() and self._ready(0.0):
            pass

    def _sorted(self, batch: Sequence[Raw]) -> tuple[list[tuple[Raw, Message]], list[tuple[Raw, Unreadable]]]:
        messages: list[tuple[Raw, Message]] = []
        refused: list[tuple[Raw, Unreadable]] = []
        for one in batch:
            try:
                topic = topics.read_topic(one.topic, self.tenant)
                if topic.kind in ("state", "ack"):
                    self._note(topic, one)
                else:
                    messages += [(one, said) for said in self._said(topic, one)]
            except Unreadable as fault:
                refused.append((one, fault))
        return messages, refused

    def _said(self, topic: Topic, one: Raw) -> list[Message]:
        """The readings of a message; attributes that are no quantity of the device are nothing to keep."""
        found = payloads.readings(topic, one.payload, one.received)
        if topic.site:
            self.sites[topic.device] = topic.site
        if topic.kind != "attributes":
            return found
        device = queries.watch().devices.get(topic.device)
        known = device.kind.measures.keys() if device else ()
        return [said for said in found if not device or known & said.values.keys()]

    def _note(self, topic: Topic, one: Raw) -> None:
        """What a device, or the broker for it, says of its connection; what it answers to a command."""
        if one.topic == topics.state_topic(self.tenant):
            return
        if topic.kind == "state":
            known = actions.note_connection(topic.device, online=payloads.connection(one.payload))
        else:
            command, done = payloads.answer(one.payload)
            known = actions.note_answer(topic.device, command, done=done, now=self.now())
        if not known:
            raise Unreadable("unknown", topic.device)

    def _stored(
        self, messages: Sequence[tuple[Raw, Message]], refused: list[tuple[Raw, Unreadable]]
    ) -> TakenIn:
        """All in one transaction; if one of them breaks it, each by itself, so that it alone is set aside."""
        try:
            taken = actions.take_in([said for _, said in messages], now=self.now())
        except DatabaseError:
            raise
        except Exception:
            log.exception("a batch failed; its messages are taken one by one")
            taken = self._one_by_one(messages, refused)
        strangers = (pair for pair in messages if pair[1].device in taken.unknown)
        refused += [(raw, Unreadable("unknown", said.device)) for raw, said in strangers]
        return taken

    def _one_by_one(
        self, messages: Sequence[tuple[Raw, Message]], refused: list[tuple[Raw, Unreadable]]
    ) -> TakenIn:
        whole = TakenIn()
        for raw, said in messages:
            try:
                one = actions.take_in([said], now=self.now())
            except DatabaseError:
                raise
            except Exception:
                log.exception("a message of %s failed", said.device)
                refused.append((raw, Unreadable("failed", said.device)))
                continue
            whole.stored += one.stored
            whole.repeated += one.repeated
            whole.unknown |= one.unknown
        return whole

    def _count(self, batch: Sequence[Raw], taken: TakenIn, refused: Sequence[tuple[Raw, Unreadable]]) -> None:
        self.figures.messages += len(batch)
        self.figures.stored += taken.stored
        self.figures.repeated += taken.repeated
        self.figures.raised += taken.raised
        self.figures.refused.update(fault.code for _, fault in refused)

    def _send_commands(self) -> None:
        """What was asked of devices, with the time after which the broker lets it drop."""
        if self.fault or time.monotonic() < self._asked_at + COMMANDS_EVERY:
            return
        self._asked_at = time.monotonic()
        try:
            waiting = actions.take_commands(now=self.now())
        except DatabaseError:
            connection.close()
            return
        for one in waiting:
            place = queries.device_named(one.device).place
            site = self.sites.get(one.device, place[: Level.COMMUNITY.digits])
            expiring = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # of the library
            expiring.MessageExpiryInterval = one.lapses_s
            self.client.publish(
                topics.command_topic(self.tenant, site, one.device),
                payloads.command(one.id, one.word, one.lapses_s),
                qos=1,
                properties=expiring if self.protocol == paho.MQTTv5 else None,
            )

    def _tell(self) -> None:
        if time.monotonic() < self._told_at + FIGURES_EVERY and not self.stop.is_set():
            return
        self._told_at = time.monotonic()
        told, self.figures = self.figures, Figures()
        try:
            self.wanted = self.tell(told, self.fault)
        except DatabaseError:
            connection.close()

    def _leave(self) -> None:
        """Say that nobody listens, and go; the session stays, so that nothing is missed."""
        if self.client.is_connected():
            self.client.publish(topics.state_topic(self.tenant), b"offline", qos=1, retain=True)
            self.client.loop_write()
            self.client.disconnect()
        connection.close()
