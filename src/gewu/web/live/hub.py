"""The hub of live screens: one process holds every open stream and tells each what changed in its scope."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import parse_cookie
from django.utils import timezone

from gewu.infra import stream, versions
from gewu.security import queries as security
from gewu.security.actors import Actor
from gewu.web.live.changes import Change, look_again, missed
from gewu.web.live.listener import Listener
from gewu.web.live.presence import Presence, may_stand_at
from gewu.web.live.reading import Reader

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: A line for proxies and browsers that would close a silent connection, in seconds.
BEAT = 15.0
#: How often it is asked again who listens, in seconds: a session that was ended hears no longer.
ASK_AGAIN = 120.0
#: A stream that takes nothing for so many seconds is closed.
SEND_WITHIN = 20.0


class Hub:
    """Every open stream of this process, and the reader that feeds them."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.presence = Presence()
        self.position = 0
        #: One thread, and so one connection, answers who listens and what they missed.
        self.desk = ThreadPoolExecutor(1, "who-listens")
        self.reader: Reader | None = None
        self.beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to read where the stream of events ends now."""
        loop = asyncio.get_running_loop()
        self.position = await self._at_desk(stream.last_position)
        self.reader = Reader(self.position, lambda *read: loop.call_soon_threadsafe(self.publish, *read))
        self.reader.start()
        self.beating = asyncio.create_task(self._beat())

    def end(self) -> None:
        """Close every stream; their screens come back to the next process."""
        if self.reader:
            self.reader.stop.set()
        if self.beating:
            self.beating.cancel()
        for listener in self.listeners:
            listener.end()
        self.desk.shutdown(wait=False)

    def publish(self, position: int, read: Sequence[Change], changed_accounts: frozenset[UUID]) -> None:
        """Hand a batch to everyone in its scope."""
        self.position = position
        for listener in self.listeners:
            heard = b"".join(change.told_to(listener.actor) for change in read)
            if heard:
                listener.offer(heard)
            if any(one.record == listener.record and not one.heard_by(listener.actor) for one in read):
                self._leave(listener)  # the record has left this desk
            if listener.actor.account_id in changed_accounts:
                listener.asked_at = float("-inf")
                listener.offer(look_again(position))  # sent once it is known again what it may see

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            beat = f"id: {self.position}\n: beat\n\n".encode()
            for listener in self.listeners:
                listener.offer(beat)

    async def serve(
        self, listener: Listener, after: int | None, headers: list[Any], receive: Receive, send: Send
    ) -> None:
        """Keep one stream open until its reader leaves, is too slow, or may no longer listen."""
        self.listeners.add(listener)
        until = self.position
        leaving = asyncio.create_task(_left(listener, receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            begun = until if after is None else after
            unheard = await self._at_desk(missed, listener.actor, begun, until)
            await self._come(listener)
            await _send(send, f"retry: 2000\nid: {begun}\n\n".encode() + unheard)
            while not listener.over:
                await self._next(listener, send)
        except TimeoutError:
            return  # it takes nothing: the server closes what is left unfinished
        finally:
            leaving.cancel()
            self.listeners.discard(listener)
            self._leave(listener)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _come(self, listener: Listener) -> None:
        """Let others at the same record know; a record out of scope is none."""
        if listener.record and await self._at_desk(may_stand_at, listener.actor, listener.record):
            self.presence.come(listener, asyncio.get_running_loop().call_later)

    def _leave(self, listener: Listener) -> None:
        self.presence.leave(listener, asyncio.get_running_loop().call_later)

    async def _next(self, listener: Listener, send: Send) -> None:
        await listener.something.wait()
        now = asyncio.get_running_loop().time()
        if now - listener.asked_at > ASK_AGAIN and not listener.over:
            actor = await self.who(listener.cookie)
            if actor is None:
                listener.end()
                return
            listener.actor, listener.asked_at = actor, now
            if not await self._at_desk(may_stand_at, actor, listener.record):
                self._leave(listener)
        whole = listener.take()
        if whole:
            await _send(send, whole)

    async def who(self, cookie: str) -> Actor | None:
        """The actor of a session, or None; a database that does not answer lets nobody in."""
        found: Actor | None = await self._at_desk(_actor_of, cookie, timezone.now())
        return found

    async def _at_desk(self, ask: Callable[..., Any], *values: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.desk, _asked, ask, *values)


def _asked(ask: Callable[..., Any], *values: Any) -> Any:
    try:
        return ask(*values)
    except DatabaseError:
        connection.close()  # it may be the connection that is broken; the second try opens a new one
        return ask(*values)


def _actor_of(cookie: str, now: datetime) -> Actor | None:
    versions.forget()  # a stream asks seldom, and then because something may have changed this moment
    sessions = import_module(settings.SESSION_ENGINE)
    session = sessions.SessionStore(parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME))
    kept = session.get("account")
    return security.actor_of(UUID(kept), epoch=session.get("epoch"), now=now) if kept else None


async def _send(send: Send, body: bytes) -> None:
    async with asyncio.timeout(SEND_WITHIN):
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _left(listener: Listener, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


hub = Hub()
