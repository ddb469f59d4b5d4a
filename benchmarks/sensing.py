"""Sensors by MQTT: messages stored and acknowledged in a second, beside a bare client with the same rows.

A Mosquitto of our own stands between: a raw socket gives it the messages of 500 devices, so that the sender
costs little, and it hands them to the listener as `gewu serve` runs it, or to the bare client.
"""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks import processes
from benchmarks.ground import Ground
from benchmarks.table import Row

DEVICES = 500
#: What one process has to sustain, in messages a second.
ASKED = 5_000
PROGRAM = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
STATE = "gov/320111/platform/listener/state"
_FLOOR = "bare paho + executemany"
_WITHIN_S = 120
Stored = Callable[[], int]


@dataclass(frozen=True)
class _Run:
    """Messages stored in a second when all came at once, the processor time of each, and how far behind."""

    rate: float
    cpu_ms: float
    behind_s: float


def measure(ground: Ground, *, count: int) -> Iterator[Row]:
    """All at once, then 5,000 in a second; at the end every message must be there, once."""
    if not PROGRAM or ground.store.url():
        return
    from benchmarks import inside  # noqa: PLC0415 -- Django reads its settings when it is imported

    inside.register_devices(DEVICES)
    ours, floor = _listener(ground, count), _bare(ground, count)
    more = {"cpu ms": ours.cpu_ms, "floor cpu ms": floor.cpu_ms}
    yield Row("sensors", f"{count:,} messages at once", ours.rate, "msg/s", _FLOOR, floor.rate, more)
    more = {"floor s": floor.behind_s}
    yield Row("sensors", f"behind after {count:,} at {ASKED:,} a second", ours.behind_s, "s", more=more)


def _listener(ground: Ground, count: int) -> _Run:
    with ground.copy() as place, _broker() as port:
        environment = processes.surroundings(place, 8000, GEWU_MQTT=f"mqtt://127.0.0.1:{port}")
        path = place.home / "gewu.sqlite3"
        return _run(["gewu.config.listening"], environment, place, port, count, lambda: _count(path))


def _bare(ground: Ground, count: int) -> _Run:
    with ground.copy() as place, _broker() as port:
        path = place.home / "bare.sqlite3"
        command = ["benchmarks.bare_listener", str(port), str(path)]
        environment = processes.surroundings(place, 8000)
        return _run(command, environment, place, port, count, lambda: _count(path))


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM reading").fetchone()[0])


def _run(
    command: list[str], environment: Mapping[str, str], place: Ground, port: int, count: int, stored: Stored
) -> _Run:
    child = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=processes.ROOT, env=dict(environment), start_new_session=True
    )
    try:
        _await_listener(port)
        server = processes.Server(port, child.pid, place.store, 0.0)
        cpu = server.cpu_s()
        begun = time.perf_counter()
        _send(port, count, 0.0, first=1)
        _await(stored, count)
        rate = count / (time.perf_counter() - begun)
        cpu_ms = (server.cpu_s() - cpu) / count * 1000
        sent = _send(port, count, ASKED, first=count // DEVICES + 1)
        _await(stored, 2 * count)
        return _Run(rate, cpu_ms, time.perf_counter() - sent)
    finally:
        child.terminate()
        child.wait(15)


def _await(stored: Stored, count: int) -> None:
    """Nothing is lost and nothing doubled, or there is no figure."""
    until = time.monotonic() + _WITHIN_S
    while (found := stored()) < count:
        if time.monotonic() > until:
            raise RuntimeError(f"{found} messages are stored instead of {count}")
        time.sleep(0.02)
    if found != count:
        raise RuntimeError(f"{found} rows of {count} messages")


@contextmanager
def _broker() -> Iterator[int]:
    """A Mosquitto on a port of its own that holds whatever waits."""
    port = processes.free_port()
    with tempfile.TemporaryDirectory(prefix="gewu-bench-") as folder:
        config = Path(folder) / "mosquitto.conf"
        config.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\n"
            "max_queued_messages 0\nmax_inflight_messages 0\n"
        )
        child = subprocess.Popen([str(PROGRAM), "-c", config], stderr=subprocess.DEVNULL)
        try:
            yield port
        finally:
            child.terminate()
            child.wait(10)


def _await_listener(port: int) -> None:
    """Its retained state says that it has subscribed."""
    heard = threading.Event()
    asking = paho.Client(CallbackAPIVersion.VERSION2)
    asking.on_connect = lambda client, *rest: client.subscribe(STATE, 1)
    asking.on_message = lambda client, data, message: heard.set() if message.payload == b"online" else None
    until = time.monotonic() + 60
    while True:
        try:
            asking.connect("127.0.0.1", port)
            break
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
    asking.loop_start()
    if not heard.wait(60):
        raise RuntimeError("the listener does not come")
    asking.loop_stop()
    asking.disconnect()


def _send(port: int, count: int, rate: float, *, first: int) -> float:
    """Publish with QoS 1, so many a second (0: as fast as it is taken); when the last was acknowledged."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(_packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x3c" + _text(f"bench-{first}")))
    line.recv(4)
    done = threading.Thread(target=_read_acknowledgements, args=(line, count))
    done.start()
    begun, now_ms = time.perf_counter(), int(time.time() * 1000)
    for start in range(0, count, 50):
        line.sendall(b"".join(_publish(n, first, now_ms) for n in range(start, min(start + 50, count))))
        ahead = begun + (start + 50) / rate - time.perf_counter() if rate else 0
        if ahead > 0:
            time.sleep(ahead)
    done.join()
    line.close()
    return time.perf_counter()


def _read_acknowledgements(line: socket.socket, count: int) -> None:
    left = count * 4
    while left > 0 and (part := line.recv(65_536)):
        left -= len(part)


def _publish(n: int, first: int, now_ms: int) -> bytes:
    seq = first + n // DEVICES
    said = {"ts": now_ms, "seq": seq, "v": {"level_m": 5 + n % 7 / 100, "battery": 90}}
    topic = _text(f"gov/320111/bench/gauge-{n % DEVICES}/telemetry")
    return _packet(0x32, topic + struct.pack("!H", n % 65_535 + 1) + json.dumps(said).encode())


def _text(text: str) -> bytes:
    return struct.pack("!H", len(text)) + text.encode()


def _packet(kind: int, body: bytes) -> bytes:
    length, left = b"", len(body)
    while True:
        left, part = divmod(left, 128)
        length += bytes([part | (0x80 if left else 0)])
        if not left:
            return bytes([kind]) + length + body
