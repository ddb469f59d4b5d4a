"""The listening process: sensors by MQTT, where a setting names a broker."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from dataclasses import replace
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gewu.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- what follows needs Django's models to be ready
from django.utils import timezone  # noqa: E402 -- as above

from gewu.channels.mqtt import adapter, broker  # noqa: E402 -- as above
from gewu.channels.mqtt.addresses import Address, read_address  # noqa: E402 -- as above
from gewu.channels.mqtt.listener import Listener  # noqa: E402 -- as above
from gewu.config import playing  # noqa: E402 -- as above
from gewu.security.actors import operator  # noqa: E402 -- as above

#: How often it is asked whether the process that started this one is still there, in seconds.
LOOK_EVERY = 1.0
#: A port that is taken may become free, in seconds.
AGAIN_AFTER = 30.0

log = logging.getLogger(__name__)


def listener(address: Address, stop: threading.Event) -> Listener:
    """The listener of this installation, told to the page of connectors."""
    connector = adapter.declared(settings.COUNTY, actor=operator(settings.COUNTY), now=timezone.now())
    # With a group each machine has a session of its own; alone, the name stays when the machine changes.
    name = f"gewu-{settings.COUNTY}" + (f"-{socket.gethostname()[:20]}" if settings.MQTT_GROUP else "")
    return Listener(
        address,
        settings.COUNTY,
        stop,
        timezone.now,
        tell=partial(adapter.watcher, connector),
        set_aside=partial(adapter.set_aside, connector),
        group=settings.MQTT_GROUP,
        name=name,
    )


def device_password(code: str) -> str:
    """What a device signs in with at the built-in broker."""
    return broker.password_of(code, settings.SECRET_KEY)


def built_in(address: Address) -> tuple[broker.BuiltIn, Address]:
    """Our own broker, started, and the address under which the listener signs in there.

    Without a port it is the second after that of the pages, behind the live stream.
    """
    address = replace(address, port=address.port or settings.PORT + 2)
    started = broker.BuiltIn(address, settings.SECRET_KEY)
    started.start()
    return started, replace(address, user=broker.LISTENER, password=device_password(broker.LISTENER))


def main() -> None:
    """Listen until SIGTERM or SIGINT, or until the process that started this one is gone."""
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, frame: stop.set())
    parent = int(sys.argv[1]) if len(sys.argv) > 1 else os.getppid()
    threading.Thread(target=_leave_with, args=(parent, stop), daemon=True).start()
    address, own = read_address(settings.MQTT), None
    while address.scheme == "builtin" and own is None:
        try:
            own, address = built_in(address)
        except OSError as fault:
            log.warning("the built-in broker cannot listen (%s); trying again", fault)
            if stop.wait(AGAIN_AFTER):
                return
    if own and settings.DEMO:
        devices = (address, settings.COUNTY, settings.SECRET_KEY, stop)
        threading.Thread(target=playing.play, args=devices, daemon=True).start()
    listener(address, stop).run()
    if own:
        own.end()


def _leave_with(parent: int, stop: threading.Event) -> None:
    while not stop.wait(LOOK_EVERY):
        if os.getppid() != parent:
            stop.set()


if __name__ == "__main__":
    main()
