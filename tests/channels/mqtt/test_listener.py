"""The listener against real brokers: stored before acknowledged, nothing lost, nothing doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from paho.mqtt import client as paho

from gewu.channels.mqtt import adapter, broker, topics
from gewu.channels.mqtt.addresses import Address
from gewu.channels.mqtt.listener import Listener
from gewu.config import listening, playing
from gewu.infra import connectors
from gewu.security.actors import operator
from gewu.sensing import actions
from gewu.sensing.actions import Message
from gewu.sensing.models import Alarm, Command, DeviceState, Reading
from gewu.sensing.queries import in_ms
from tests.channels.mqtt import brokers
from tests.channels.mqtt.brokers import device, telemetry, until
from tests.sensing.devices import registered
from tests.world import COUNTY, World

KEY = "a key of the tests"
Start = Callable[..., Listener]


@pytest.fixture
def built_in() -> Iterator[broker.BuiltIn]:
    made = broker.BuiltIn(Address("builtin", "127.0.0.1", brokers.free_port(), "", ""), KEY)
    made.start()
    yield made
    made.end()


@pytest.fixture
def listen(shared_world: World) -> Iterator[Start]:
    """Start listeners in threads of their own; each is told to the page of connectors."""
    started: list[tuple[threading.Event, threading.Thread]] = []

    def start(address: Address, tenant: str = COUNTY, **more: Any) -> Listener:
        actor, now = operator(COUNTY), timezone.now()
        connector = adapter.declared(COUNTY, actor=actor, now=now)
        connectors.set_options(connector, {"tenant": tenant}, actor=actor, now=now)
        stop = threading.Event()
        made = Listener(
            address, tenant, stop, timezone.now,
            tell=lambda figures, fault: adapter.watcher(connector, figures, fault),
            set_aside=lambda refused: adapter.set_aside(connector, refused), **more,
        )  # fmt: skip
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        started.append((stop, thread))
        assert until(lambda: not made.fault)
        return made

    yield start
    for stop, thread in started:
        stop.set()
        thread.join(10)


def own_address(built_in: broker.BuiltIn) -> Address:
    here = built_in.address
    return Address("builtin", here.host, here.port, broker.LISTENER, broker.password_of(broker.LISTENER, KEY))


def now_ms() -> int:
    return in_ms(timezone.now())


def topic(code: str, kind: str = "telemetry", tenant: str = COUNTY) -> str:
    return f"gov/{tenant}/riverside/{code}/{kind}"


def test_flood_through_the_built_in_broker_raises_one_alarm_and_one_case(
    shared_world: World, built_in: broker.BuiltIn, listen: Start
) -> None:
    registered(shared_world)
    listen(own_address(built_in))
    begin = now_ms() - 30 * 3_600_000
    with device(
        built_in.address.port, "g", user="gauge-1", password=broker.password_of("gauge-1", KEY)
    ) as gauge:
        for n in range(30):
            gauge.publish(topic("gauge-1"), telemetry(begin + n * 3_600_000, n, level_m=6 + n * 0.2), qos=1)
        assert until(lambda: Reading.objects.count() == 30)
    shared_world.now = timezone.now()
    shared_world.settle()
    alarm = Alarm.objects.get()
    assert alarm.case_id is not None
    assert alarm.worst == 11.8


def test_device_reaches_its_own_branch_only(
    shared_world: World, built_in: broker.BuiltIn, listen: Start
) -> None:
    registered(shared_world)
    registered(shared_world, "gauge-2")
    listen(own_address(built_in))
    heard: list[str] = []
    with device(
        built_in.address.port, "g", user="gauge-1", password=broker.password_of("gauge-1", KEY)
    ) as gauge:
        gauge.on_message = lambda client, data, message: heard.append(message.topic)
        gauge.subscribe([("gov/#", 1), (topic("gauge-2", "cmd"), 1)])
        gauge.publish(topic("gauge-2"), telemetry(now_ms(), 1, level_m=5), qos=0)
        gauge.publish("v1/devices/me/telemetry", b'{"level_m": 5.5}', qos=1)
        assert until(lambda: Reading.objects.count() == 1)
    assert heard == []
    assert Reading.objects.get().values == '{"level_m": 5.5}'
    wrong = broker.password_of("gauge-2", KEY)
    with pytest.raises(AssertionError), _signed_in(built_in, wrong):
        pass


def test_devices_of_the_demo_speak_like_real_ones(
    shared_world: World, built_in: broker.BuiltIn, listen: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(shared_world)
    actions.take_in([Message("gauge-1", now_ms() - 60_000, 1, 0, {"level_m": 5.0})], now=timezone.now())
    listen(own_address(built_in))
    monkeypatch.setattr(playing, "EVERY", 0.2)
    stop = threading.Event()
    played = threading.Thread(target=playing.play, args=(built_in.address, COUNTY, KEY, stop))
    played.start()
    assert until(lambda: Reading.objects.count() > 1)
    stop.set()
    played.join(10)
    newest = json.loads(Reading.objects.latest("ts").values)["level_m"]
    assert 0 < abs(newest - 5.0) < 0.5


def _signed_in(built_in: broker.BuiltIn, password: str) -> AbstractContextManager[paho.Client]:
    return device(built_in.address.port, "x", user="gauge-1", password=password, within_s=1)


def test_command_goes_out_with_its_end_and_its_answer_comes_back(
    shared_world: World, built_in: broker.BuiltIn, listen: Start
) -> None:
    registered(shared_world)
    listen(own_address(built_in))
    heard: list[bytes] = []
    with device(
        built_in.address.port, "g", user="gauge-1", password=broker.password_of("gauge-1", KEY)
    ) as gauge:
        gauge.on_message = lambda client, data, message: heard.append(message.payload)
        gauge.subscribe(topic("gauge-1", "cmd"), 1)
        gauge.publish(topic("gauge-1"), telemetry(now_ms(), 1, level_m=5), qos=1)
        assert until(lambda: Reading.objects.exists())
        asked = actions.ask(
            "gauge-1", "self_test", within=timedelta(minutes=5), actor=shared_world.actor("zhou.min"),
            now=timezone.now(),
        )  # fmt: skip
        assert until(lambda: bool(heard))
        assert b'"do":"self_test"' in heard[0]
        gauge.publish(topic("gauge-1", "ack"), f'{{"id":"{asked.pk.hex}","ok":true}}'.encode(), qos=1)
        assert until(lambda: Command.objects.get().done is True)


WRONG = [
    ("gauge-1", b"{"), ("gauge-1", b"\xff\xfe"), ("gauge-1", b"[" * 9000), ("gauge-1", b" " * 70_000),
    ("gauge-1", b'{"ts":1e999,"v":{}}'), ("stranger", b'{"ts":1,"seq":1,"v":{"level_m":1}}'),
]  # fmt: skip


@pytest.mark.needs_service("mosquitto")
def test_what_cannot_be_taken_waits_in_the_error_queue_and_stops_nothing(
    shared_world: World, listen: Start
) -> None:
    registered(shared_world)
    tenant = _tenant()
    listen(Address("mqtt", "127.0.0.1", 1883, "", ""), tenant, name=f"gewu-{tenant}")
    with device(1883, f"d-{tenant}") as gauge:
        for code, content in WRONG:
            gauge.publish(topic(code, tenant=tenant), content, qos=1)
        gauge.publish(topic("gauge-1", tenant=tenant), telemetry(now_ms(), 1, level_m=5), qos=1)
        assert until(Reading.objects.exists)
    # The three of which no content can be kept are one row.
    assert until(lambda: connectors.standing(adapter.CODE).counts.waiting == 4)
    standing = connectors.standing(adapter.CODE)
    registered(shared_world, "stranger")
    again = connectors.retry(standing.id, actor=shared_world.actor("li.wen"), now=timezone.now())
    assert (again.count("taken"), again.count("waiting")) == (1, 3)


@pytest.mark.needs_service("mosquitto")
def test_device_that_breaks_off_is_shown_as_offline_by_its_last_will(
    shared_world: World, listen: Start
) -> None:
    registered(shared_world)
    tenant = _tenant()
    listen(Address("mqtt", "127.0.0.1", 1883, "", ""), tenant, name=f"gewu-{tenant}")
    state = topic("gauge-1", "state", tenant)
    with device(1883, f"d-{tenant}", will=state) as gauge:
        gauge.publish(state, b"online", qos=1, retain=True)
        assert until(lambda: DeviceState.objects.get().said == "online")
        gauge.socket().close()  # type: ignore[union-attr]  # it is connected; the line is cut without a word
        assert until(lambda: DeviceState.objects.get().said == "offline")
        gauge.publish(state, b"", qos=1, retain=True)


def _tenant() -> str:
    """A county of this test alone: others use the same broker at the same time."""
    return f"9{random.randrange(10**5):05d}"


class Process:
    """The listening process as `gewu serve` runs it."""

    def __init__(self, port: int, tenant: str) -> None:
        here = connection.settings_dict
        url = f"sqlite:///{here['NAME']}"
        self.environment = {
            **os.environ, "GEWU_DATABASE_URL": url, "GEWU_MQTT": f"mqtt://127.0.0.1:{port}",
            "GEWU_COUNTY": tenant, "GEWU_HOME": str(settings.HOME),
        }  # fmt: skip
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "gewu.config.listening", str(os.getpid())]
        self.child = subprocess.Popen(command, env=self.environment)

    def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(10)


@pytest.fixture(params=[False])
def mosquitto(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[brokers.Mosquitto]:
    folder = tmp_path / "broker"
    folder.mkdir()
    made = brokers.Mosquitto(folder, each_change=request.param)
    made.start()
    yield made
    made.stop()


def _wait_for_listener(client: paho.Client, tenant: str) -> None:
    """Its retained state says that it has subscribed; what is sent before that nobody keeps."""
    heard: list[bytes] = []
    client.on_message = lambda client, data, message: heard.append(message.payload)
    client.subscribe(topics.state_topic(tenant), 1)
    assert until(lambda: b"online" in heard)


@pytest.mark.needs_service("mosquitto program")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the process is given the database as a file")
def test_nothing_is_lost_or_doubled_when_listener_and_broker_die(
    shared_world: World, mosquitto: brokers.Mosquitto
) -> None:
    """The listener is killed while it works, the broker is restarted, and the device sends on."""
    registered(shared_world)
    tenant, count = _tenant(), 1_500
    process = Process(mosquitto.port, tenant)
    begin = now_ms()
    try:
        with device(mosquitto.port, "d") as gauge:
            _wait_for_listener(gauge, tenant)
            sent = []
            for n in range(count):
                sent.append(
                    gauge.publish(topic("gauge-1", tenant=tenant), telemetry(begin, n, level_m=5), qos=1)
                )
                if n == 500:
                    assert until(lambda: Reading.objects.count() > 100)
                    process.kill()
                    process.start()
                if n == 1_000:
                    mosquitto.stop()
                    mosquitto.start()
            assert until(lambda: all(one.is_published() for one in sent))
            assert until(lambda: Reading.objects.count() == count)
    finally:
        process.kill()
    assert list(Reading.objects.order_by("seq").values_list("seq", flat=True)) == list(range(count))


@pytest.mark.needs_service("mosquitto program")
@pytest.mark.parametrize("mosquitto", [True], indirect=True, ids=["each change written down"])
def test_nothing_is_lost_or_doubled_when_the_broker_is_killed_with_messages_in_its_hands(
    shared_world: World, mosquitto: brokers.Mosquitto, listen: Start
) -> None:
    """What it had not acknowledged the device sends again; what it hands out a second time is stored once."""
    registered(shared_world)
    tenant, before, inside = _tenant(), 300, 200
    listener = listen(Address("mqtt", "127.0.0.1", mosquitto.port, "", ""), tenant, name=f"gewu-{tenant}")
    begin = now_ms()

    def send(gauge: paho.Client, first: int, count: int) -> list[paho.MQTTMessageInfo]:
        where = topic("gauge-1", tenant=tenant)
        return [
            gauge.publish(where, telemetry(begin, n, level_m=5), qos=1) for n in range(first, first + count)
        ]

    with device(mosquitto.port, "d") as gauge:
        sent = send(gauge, 0, before)
        assert until(lambda: Reading.objects.count() == before)
        assert until(lambda: all(one.is_published() for one in sent))
        mosquitto.freeze()
        sent += send(gauge, before, inside)
        mosquitto.kill()
        assert until(lambda: bool(listener.fault))
        sent += send(gauge, before + inside, 50)
        mosquitto.start()
        total = before + inside + 50
        assert until(lambda: all(one.is_published() for one in sent))
        assert until(lambda: Reading.objects.count() >= total)
    assert list(Reading.objects.order_by("seq").values_list("seq", flat=True)) == list(range(total))


@pytest.mark.needs_service("mosquitto program")
def test_two_listeners_share_what_comes_and_each_message_is_stored_once(
    shared_world: World, mosquitto: brokers.Mosquitto, listen: Start
) -> None:
    registered(shared_world)
    tenant, count = _tenant(), 400
    here = Address("mqtt", "127.0.0.1", mosquitto.port, "", "")
    heard: dict[str, int] = {"a": 0, "b": 0}
    both = [listen(here, tenant, name=f"gewu-{tenant}-{one}", group="gewu") for one in heard]
    begin = now_ms()
    with device(mosquitto.port, "d") as gauge:
        for n in range(count):
            gauge.publish(topic("gauge-1", tenant=tenant), telemetry(begin, n, level_m=5), qos=1)
        assert until(lambda: Reading.objects.count() >= count)
    assert list(Reading.objects.order_by("seq").values_list("seq", flat=True)) == list(range(count))
    shares = [one.figures.stored for one in both]
    assert sum(shares) == count
    assert min(shares) > 0


def test_process_names_itself_and_its_connector(shared_world: World, settings: Any) -> None:
    settings.MQTT_GROUP = ""
    made = listening.listener(Address("mqtt", "127.0.0.1", 1, "", ""), threading.Event())
    assert made.name == f"gewu-{COUNTY}"
    assert connectors.standing(adapter.CODE).state.name == "running"


def test_broker_that_is_away_is_told_and_tried_again(shared_world: World) -> None:
    stop, faults = threading.Event(), []

    def tell(figures: object, fault: str) -> bool:
        faults.append(fault)
        stop.set()
        return True

    Listener(Address("mqtt", "127.0.0.1", 1, "", ""), COUNTY, stop, timezone.now, tell=tell).run()
    assert faults == ["silent"]
