"""The devices of a demo, speaking: each goes on from its newest reading, by the built-in broker."""

from __future__ import annotations

import json
import logging
import random
import threading

from django.db import DatabaseError, connection
from django.utils import timezone
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from gewu.channels.mqtt import broker
from gewu.channels.mqtt.addresses import Address
from gewu.kernel.places import Level
from gewu.security.actors import operator
from gewu.sensing import queries
from gewu.sensing.queries import DeviceLine, Measure

log = logging.getLogger(__name__)

#: How often each device says something, in seconds.
EVERY = 20.0
#: What never moves by itself: a door, an alarm.
_SWITCHES = (0.0, 1.0)


def play(address: Address, tenant: str, key: str, stop: threading.Event) -> None:
    """Have every device say something now and then until ``stop``; only for a demo."""
    chance = random.Random(7)  # noqa: S311 -- believable, not secret
    while not stop.wait(EVERY):
        try:
            lines = queries.devices(operator(tenant), now=timezone.now()).rows
        except DatabaseError:
            connection.close()
            continue
        for line in lines:
            if stop.is_set():
                break
            _say(line, address, tenant, key, chance)
    connection.close()


def _say(line: DeviceLine, address: Address, tenant: str, key: str, chance: random.Random) -> None:
    """One message, as its device: signed in under its own name, on its own branch."""
    now_ms = queries.in_ms(timezone.now())
    values = {name: moved(value, line.kind.measures[name], chance) for name, value in line.values.items()}
    topic = f"gov/{tenant}/{line.place[: Level.COMMUNITY.digits]}/{line.code}/telemetry"
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=line.code, protocol=paho.MQTTv311)
    client.username_pw_set(line.code, broker.password_of(line.code, key))
    try:
        client.connect(address.host, address.port, 10)
        client.loop_start()
        said = client.publish(topic, json.dumps({"ts": now_ms, "seq": now_ms // 1000, "v": values}), qos=1)
        said.wait_for_publish(5)
    except (OSError, ValueError, RuntimeError) as fault:
        log.info("a device of the demo could not speak: %s", fault)
    finally:
        client.disconnect()
        client.loop_stop()


def moved(value: float, measure: Measure, chance: random.Random) -> float:
    """A value a little later: a small step within what can be; a switch stays as it is."""
    if (measure.low, measure.high) == _SWITCHES or measure.name == "battery":
        return value
    step = max(abs(value), 1.0) * 0.004 * chance.uniform(-1, 1)
    return round(min(max(value + step, measure.low), measure.high), 2)
