"""A city's hotline as a real HTTP server: it hands out orders, takes statuses, checks every signature.

Written from the Standard Webhooks text, with nothing of the platform's own code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


@dataclass
class City:
    """The application. ``orders`` are handed out ``page`` at a time; ``failing`` answers come first."""

    secret: str = ""
    orders: list[dict[str, Any]] = field(default_factory=list)
    page: int = 2
    statuses: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    forged: int = 0
    failing: list[int] = field(default_factory=list)
    #: What is answered instead of orders, whatever it is.
    nonsense: bytes = b""
    address: str = ""

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not self._signed(environ, body):
            self.forged += 1
            return _answer(start_response, 401, {"error": "signature"})
        if self.failing:
            return _answer(start_response, self.failing.pop(0), {"error": "trouble"})
        if environ["PATH_INFO"] == "/api/orders":
            return self._orders(environ, start_response)
        self.ids.append(environ["HTTP_WEBHOOK_ID"])
        self.statuses.append(json.loads(body))
        return _answer(start_response, 200, {"ok": True})

    def _orders(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if self.nonsense:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [self.nonsense]
        first = int(parse_qs(environ["QUERY_STRING"]).get("after", ["0"])[0] or 0)
        last = min(first + self.page, len(self.orders))
        following = str(last) if last > first else ""
        return _answer(start_response, 200, {"orders": self.orders[first:last], "next": following})

    def _signed(self, environ: dict[str, Any], body: bytes) -> bool:
        number, stamp = environ.get("HTTP_WEBHOOK_ID", ""), environ.get("HTTP_WEBHOOK_TIMESTAMP", "0")
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        made = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(made).decode()}"
        return wanted in environ.get("HTTP_WEBHOOK_SIGNATURE", "").split(" ")


def signed_by_city(secret: str, body: bytes, *, at: float | None = None, number: str = "") -> dict[str, str]:
    """The headers that the city sends with what it pushes."""
    stamp, number = str(int(time.time() if at is None else at)), number or f"city-{next(_numbers)}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(made).decode()}"
    return {"webhook-id": number, "webhook-timestamp": stamp, "webhook-signature": signature}


_numbers: Iterator[int] = iter(range(10**9))


def _answer(start_response: StartResponse, status: int, body: Any) -> Iterable[bytes]:
    start_response(f"{status} x", [("Content-Type", "application/json")])
    return [json.dumps(body, ensure_ascii=False).encode()]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *about: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an application on a port of this machine; gives its address."""
    with make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
