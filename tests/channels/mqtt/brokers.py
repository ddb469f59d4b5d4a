"""Brokers and devices for the tests: a real Mosquitto of our own or of the machine, and the built-in one."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests import services

PROGRAM = services.mosquitto()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(met: Callable[[], bool], within_s: float = 60) -> bool:
    """Wait until something is so; whether it came to be."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if met():
            return True
        time.sleep(0.02)
    return met()


class Mosquitto:
    """A Mosquitto that keeps what it has over a restart, on a port of its own.

    With ``each_change`` it writes down every change at once, and so knows its sessions even after a kill.
    """

    def __init__(self, folder: Path, *, each_change: bool = False) -> None:
        self.port = free_port()
        self.config = folder / "mosquitto.conf"
        self.config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nmax_queued_messages 0\nmax_inflight_messages 0\nuser root\n"
            + ("autosave_on_changes true\nautosave_interval 1\n" if each_change else "")
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert PROGRAM
        self.process = subprocess.Popen([PROGRAM, "-c", self.config], stderr=subprocess.DEVNULL)
        assert until(lambda: _answers(self.port))

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)

    def freeze(self) -> None:
        """Have it hear nothing more: what is sent to it now lies in the line."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it at once, without a word and without writing anything down."""
        assert self.process
        self.process.kill()
        self.process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def device(
    port: int, name: str, *, user: str = "", password: str = "", will: str = "", within_s: float = 60
) -> Iterator[paho.Client]:
    """A device that is signed in and sends again what was not acknowledged."""
    made = paho.Client(
        CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, protocol=paho.MQTTv311
    )
    made.reconnect_delay_set(1, 1)
    made.max_queued_messages_set(0)
    if user:
        made.username_pw_set(user, password)
    if will:
        made.will_set(will, b"offline", qos=1, retain=True)
    made.connect("127.0.0.1", port, 10)
    made.loop_start()
    try:
        assert until(made.is_connected, within_s)
        yield made
    finally:
        made.disconnect()
        made.loop_stop()


def telemetry(ts: int, seq: int, **values: object) -> bytes:
    return json.dumps({"ts": ts, "seq": seq, "v": values}).encode()
