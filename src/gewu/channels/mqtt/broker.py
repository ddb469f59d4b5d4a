"""A broker in pure Python, for the demo and for trying things out where none runs.

It keeps nothing when it ends and speaks MQTT 3.1.1. A larger installation has a broker of its own.
Each device signs in with its code and a password made from this installation's key, and reaches its
own branch only.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import socket
import threading
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from amqtt.broker import Broker  # type: ignore[import-untyped]  # it has none
from amqtt.contexts import Action, BrokerConfig, ListenerConfig  # type: ignore[import-untyped]  # it has none
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin  # type: ignore[import-untyped]  # it has none
from amqtt.session import Session  # type: ignore[import-untyped]  # it has none

from gewu.channels.mqtt.addresses import Address

#: The user under which the listener signs in; it may read every branch.
LISTENER = "gewu-listener"
_ME = re.compile(r"v1/devices/me/(telemetry|attributes)")


def password_of(user: str, key: str) -> str:
    """The password of a device, or of the listener, at the built-in broker."""
    return hmac.new(key.encode(), f"mqtt:{user}".encode(), hashlib.sha256).hexdigest()[:32]


class SignIn(BaseAuthPlugin):  # type: ignore[misc]  # of a package without types
    """Lets in whoever knows the password of its own name."""

    @dataclass
    class Config:
        key: str = ""

    async def authenticate(self, *, session: Session) -> bool | None:
        user, password = session.username or "", session.password or ""
        return hmac.compare_digest(password.encode(), password_of(user, self.config.key).encode())


class OwnBranch(BaseTopicPlugin):  # type: ignore[misc]  # of a package without types
    """A device speaks on its own branch and hears its own commands; only the listener hears the rest."""

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool | None:
        user = (session.username if session else "") or ""
        return user == LISTENER or is_own(user, topic or "", action)


def is_own(user: str, topic: str, action: Action | None) -> bool:
    """Whether a topic lies in the branch of this device."""
    parts = topic.split("/")
    mine = len(parts) == 5 and parts[0] == "gov" and parts[3] == user != ""
    if action is Action.PUBLISH:
        return bool(_ME.fullmatch(topic)) or (mine and parts[4] in ("telemetry", "event", "state", "ack"))
    return mine and parts[4] == "cmd"


class Mounted(Broker):  # type: ignore[misc]  # of a package without types
    """Puts the name of its sender before the topics in which devices of ThingsBoard call themselves "me"."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.lines: WeakSet[asyncio.StreamWriter] = WeakSet()

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        self.lines.add(writer)
        await super().stream_connected(reader, writer, listener_name)

    async def _broadcast_message(
        self, session: Session | None, topic: str | None, data: Any, force_qos: int | None = None
    ) -> None:
        if session is not None and topic and _ME.fullmatch(topic):
            topic = f"tb/{session.username}/{topic}"
        await super()._broadcast_message(session, topic, data, force_qos)

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        """The library sends what is retained even for subscriptions that it has refused."""
        if await self._topic_filtering(session, subscription[0], Action.SUBSCRIBE):
            await super()._publish_retained_messages_for_subscription(subscription, session)


class BuiltIn:
    """The broker in a thread of its own."""

    def __init__(self, address: Address, key: str) -> None:
        self.address = address
        self.config = BrokerConfig(
            listeners={"default": ListenerConfig(bind=f"{address.host}:{address.port}", max_connections=500)},
            plugins={
                "gewu.channels.mqtt.broker.SignIn": {"key": key},
                "gewu.channels.mqtt.broker.OwnBranch": {},
            },
        )
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, name="mqtt broker", daemon=True)

    def start(self) -> None:
        """Return when it takes connections; OSError when the address is taken."""
        with socket.create_server((self.address.host, self.address.port)):
            pass  # the library would say it in a thread where nobody hears
        logging.getLogger("amqtt").setLevel(logging.ERROR)
        logging.getLogger("transitions").setLevel(logging.ERROR)
        self.thread.start()
        if not self.ready.wait(10):
            raise OSError(f"the built-in broker cannot listen on {self.address.place}")

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.broker = Mounted(self.config, self.loop)
        self.loop.run_until_complete(self.broker.start())
        self.ready.set()
        self.loop.run_forever()

    async def _close(self) -> None:
        """The library leaves its tasks and the lines of its clients to whoever owns the loop."""
        await self.broker.shutdown()
        for line in list(self.broker.lines):
            line.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0.1)

    def end(self) -> None:
        """Close all connections and stop."""
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
