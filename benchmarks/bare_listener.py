"""The floor of the listener: the same client, acknowledging after the commit too, and nothing but rows.

``python -m benchmarks.bare_listener PORT FILE``. No device is looked up, nothing is checked, judged or told.
"""

from __future__ import annotations

import json
import select
import sqlite3
import sys
import time

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from benchmarks.sensing import STATE

MOST = 1_000


def main(port: int, path: str) -> None:
    """Read what is there, write it in one transaction, acknowledge it; until it is killed."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(
        "CREATE TABLE reading (device INTEGER, ts INTEGER, seq INTEGER, received INTEGER, said TEXT, "
        "PRIMARY KEY (device, ts, seq))"
    )
    waiting: list[paho.MQTTMessage] = []
    client = _client(port, waiting)
    while True:
        pause = 0.2
        while len(waiting) < MOST and select.select([client.socket()], [], [], pause)[0]:
            client.loop_read()
            pause = 0.0
        _write(database, waiting)
        for one in waiting:
            client.ack(one.mid, 1)
        waiting.clear()
        client.loop_write()
        client.loop_misc()


def _client(port: int, waiting: list[paho.MQTTMessage]) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bare", protocol=paho.MQTTv5, manual_ack=True)
    client.on_message = lambda client, data, message: waiting.append(message) if message.qos else None
    client.on_connect = lambda client, *rest: (
        client.subscribe("gov/320111/+/+/telemetry", 1),
        client.publish(STATE, b"online", qos=1, retain=True),
    )
    asked = Properties(PacketTypes.CONNECT)
    asked.ReceiveMaximum = 65_535
    until = time.monotonic() + 10
    while True:
        try:
            client.connect("127.0.0.1", port, properties=asked)
            return client
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _write(database: sqlite3.Connection, waiting: list[paho.MQTTMessage]) -> None:
    rows = []
    for one in waiting:
        said = json.loads(one.payload)
        device = int(one.topic.split("/")[3].partition("-")[2])
        rows.append((device, said["ts"], said["seq"], 0, json.dumps(said["v"])))
    database.execute("BEGIN")
    database.executemany("INSERT INTO reading VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)
    database.execute("COMMIT")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
