"""The hub of live screens: one process holds every open stream and tells each what changed in its scope."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from gewu.cases.queries import desks
from gewu.infra import stream, versions
from gewu.organisation import queries as organisation
from gewu.security import events as accounts
from gewu.security import queries as security
from gewu.security.actors import Actor

log = logging.getLogger(__name__)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: A line for proxies and browsers that would close a silent connection, in seconds.
BEAT = 15.0
#: How often it is asked again who listens, in seconds: a session that was ended hears no longer.
ASK_AGAIN = 120.0
#: How often SQLite is asked whether anybody has committed, in seconds.
LOOK = 0.05
#: How long PostgreSQL's call is awaited before looking by oneself, in seconds.
CALL_WITHIN = 1.0
#: Someone who left is told of this many events; after a longer absence, only to look again.
MOST_MISSED = 1000
#: A stream with more than this unsent, or that takes nothing for so many seconds, is closed.
MOST_WAITING = 256
SEND_WITHIN = 20.0
#: The right that a subject's readers hold. Other subjects are on no live screen.
RIGHTS = {"case": "cases.read", "report": "reports.read"}
#: Events of an account that change nothing in what it may see.
HARMLESS = (accounts.SignedIn, accounts.SignInFailed)


@dataclass(frozen=True)
class Change:
    """One event as a stream tells it, and what decides who hears it."""

    position: int
    subject: str
    places: tuple[str, ...]
    unit_paths: tuple[str, ...]
    message: bytes
    about_path: str = ""

    def heard_by(self, actor: Actor) -> bool:
        """Whether the record stands in a place of this actor or on its unit's desk, as in its lists."""
        if actor.sits_in(self.about_path):
            return False
        right = RIGHTS[self.subject]
        if any(actor.holds_at(right, place) for place in self.places):
            return True
        return bool(self.unit_paths) and actor.holds_for(right, self.unit_paths)


def changes(told: Iterable[stream.Told]) -> list[Change]:
    """The events that screens show, with their scope: two queries for a batch."""
    shown = [one for one in told if one.subject in RIGHTS]
    cases = desks.desks_of(one.subject_id for one in shown if one.subject == "case")
    return [_change(one, cases.get(one.subject_id)) for one in shown]


def _change(told: stream.Told, case: desks.Desks | None) -> Change:
    data = {"position": told.position, "subject": told.subject, "type": told.type, "id": str(told.subject_id)}
    places = {str(told.data.get("place", ""))}
    paths: tuple[str, ...] = ()
    if told.subject == "case":
        paths = _own_unit(told)
    if case:
        data["number"] = case.number
        places.add(case.place)
        paths += case.unit_paths
    message, about = _message(told.position, data), case.about_path if case else ""
    return Change(told.position, told.subject, tuple(places), paths, message, about)


def _own_unit(told: stream.Told) -> tuple[str, ...]:
    """The unit that the event itself is about: an office that gave a case back is told that it is gone."""
    named = told.data.get("unit")
    found = organisation.unit(UUID(str(named))) if named else None
    return (found.path,) if found else ()


def _message(position: int, data: Mapping[str, Any]) -> bytes:
    return f"id: {position}\ndata: {json.dumps(data)}\n\n".encode()


class Listener:
    """One open stream: who listens, and what is waiting to be sent."""

    __slots__ = ("actor", "asked_at", "cookie", "over", "something", "waiting")

    def __init__(self, actor: Actor, cookie: str, at: float) -> None:
        self.actor = actor
        self.cookie = cookie
        self.asked_at = at
        self.waiting: list[bytes] = []
        self.something = asyncio.Event()
        self.over = False

    def offer(self, message: bytes) -> None:
        """Put a message in line; a listener that is too far behind is let go and may come back."""
        if len(self.waiting) >= MOST_WAITING:
            self.end()
        else:
            self.waiting.append(message)
            self.something.set()

    def end(self) -> None:
        self.over = True
        self.waiting = []
        self.something.set()

    def take(self) -> bytes:
        self.something.clear()
        whole, self.waiting = b"".join(self.waiting), []
        return whole


class Hub:
    """Every open stream of this process, and the reader that feeds them."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
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
            heard = [change.message for change in read if change.heard_by(listener.actor)]
            if heard:
                listener.offer(b"".join(heard))
            if listener.actor.account_id in changed_accounts:
                listener.asked_at = float("-inf")
                listener.something.set()

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
            missed = await self._at_desk(_missed, listener.actor, until if after is None else after, until)
            await _send(send, f"retry: 2000\nid: {until if after is None else after}\n\n".encode() + missed)
            while not listener.over:
                await self._next(listener, send)
        except TimeoutError:
            return  # it takes nothing: the server closes what is left unfinished
        finally:
            leaving.cancel()
            self.listeners.discard(listener)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _next(self, listener: Listener, send: Send) -> None:
        await listener.something.wait()
        now = asyncio.get_running_loop().time()
        if now - listener.asked_at > ASK_AGAIN and not listener.over:
            actor = await self.who(listener.cookie)
            if actor is None:
                listener.end()
                return
            listener.actor, listener.asked_at = actor, now
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


def _missed(actor: Actor, last: int, until: int) -> bytes:
    if until - last > MOST_MISSED:
        return _message(until, {"position": until, "subject": "", "type": "Missed"})
    if last >= until:
        return b""
    told = [one for one in stream.after(last, limit=until - last) if one.position <= until]
    return b"".join(change.message for change in changes(told) if change.heard_by(actor))


async def _send(send: Send, body: bytes) -> None:
    async with asyncio.timeout(SEND_WITHIN):
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _left(listener: Listener, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


class Reader(threading.Thread):
    """Reads the stream of events as it grows, each event once and in order of position."""

    def __init__(self, position: int, publish: Callable[..., Any]) -> None:
        super().__init__(name="event-reader", daemon=True)
        self.position = position
        self.publish = publish
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self._follow()
            except DatabaseError:
                log.exception("the stream of events cannot be read; trying again")
                connection.close()
                self.stop.wait(CALL_WITHIN)
        connection.close()

    def _follow(self) -> None:
        growth = _Calls() if connection.vendor == "postgresql" else _Commits()
        while not self.stop.is_set():
            self._read_on()
            growth.wait(self.stop)

    def _read_on(self) -> None:
        while told := stream.after(self.position):
            harmless = {kind.__name__ for kind in HARMLESS}
            changed = {
                one.subject_id for one in told if one.subject == "account" and one.type not in harmless
            }
            self.publish(told[-1].position, changes(told), frozenset(changed))
            self.position = told[-1].position


class _Commits:
    """SQLite's count of other people's commits, looked at until it moves or a second has gone by."""

    def __init__(self) -> None:
        self.seen = self._count()

    def wait(self, stop: threading.Event) -> None:
        for _ in range(int(CALL_WITHIN / LOOK)):
            count = self._count()
            if count != self.seen or stop.wait(LOOK):
                self.seen = count
                return

    def _count(self) -> int:
        with connection.cursor() as cursor:
            return int(cursor.execute("PRAGMA data_version").fetchone()[0])


class _Calls:
    """PostgreSQL's calls at each commit that told something."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {stream.CALL}")

    def wait(self, stop: threading.Event) -> None:
        for _ in connection.connection.notifies(timeout=CALL_WITHIN, stop_after=1):
            return


hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The plain ASGI application of the hub."""
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["type"] != "http":
        return None
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    allowed = _allowed_origin(headers)
    if scope["path"] != "/live" or scope["method"] != "GET":
        return await _refuse(send, 404)
    if allowed is None:
        return await _refuse(send, 403)
    actor = await hub.who(headers.get("cookie", ""))
    if actor is None:
        return await _refuse(send, 401)
    listener = Listener(actor, headers.get("cookie", ""), asyncio.get_running_loop().time())
    return await hub.serve(listener, _after(scope, headers), _headers(allowed), receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await hub.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    hub.end()
    await send({"type": "lifespan.shutdown.complete"})


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _allowed_origin(headers: Mapping[str, str]) -> str | None:
    """The origin that may read: the web pages of the same host name. Empty when a browser names none."""
    own, _ = split_domain_port(headers.get("host", ""))
    if not validate_host(own, settings.ALLOWED_HOSTS):
        return None
    origin = headers.get("origin", "")
    if not origin:
        return ""
    parts = urlsplit(origin)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    ports = {settings.PORT, 443} if settings.SESSION_COOKIE_SECURE else {settings.PORT}
    name, _ = split_domain_port(parts.netloc.lower())
    return origin if name == own and port in ports else None


def _after(scope: Scope, headers: Mapping[str, str]) -> int | None:
    """Where the reader stopped: the browser's own word, else the position the page was drawn at."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
    last = headers.get("last-event-id", "") or asked
    known = last.isdecimal() and len(last) < 19 and int(last) <= hub.position
    return int(last) if known else None


def _headers(origin: str) -> list[tuple[bytes, bytes]]:
    own = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"vary", b"origin"),
    ]
    if origin:
        own.append((b"access-control-allow-origin", origin.encode("latin-1")))
        own.append((b"access-control-allow-credentials", b"true"))
    return own
