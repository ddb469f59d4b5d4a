"""What the hub says over HTTP: who may listen, from where, and from which position on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from gewu.web.live.hub import Receive, Send, hub
from gewu.web.live.listener import Listener

Scope = Mapping[str, Any]


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
    begun = asyncio.get_running_loop().time()
    listener = Listener(actor, headers.get("cookie", ""), begun, _asked(scope, "at")[:60])
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


def _asked(scope: Scope, name: str) -> str:
    given: dict[str, list[str]] = parse_qs(scope["query_string"].decode("latin-1"))
    return given.get(name, [""])[0]


def _after(scope: Scope, headers: Mapping[str, str]) -> int | None:
    """Where the reader stopped: the browser's own word, else the position the page was drawn at."""
    last = headers.get("last-event-id", "") or _asked(scope, "after")
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
