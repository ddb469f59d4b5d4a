"""A provider that answers as it is told: what a broken or hostile one could send, over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"})
STRANGER = RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"})

Answer = Callable[[BaseHTTPRequestHandler], None]


class Hostile:
    """Where it listens, what it says of itself, and the token it gives out next."""

    def __init__(self) -> None:
        self.issuer = ""
        self.token: Any = ""
        self.metadata: dict[str, Any] = {}
        self.userinfo: Any = None
        self.keys = [KEY]
        self.asked: list[str] = []
        self.odd: Answer | None = None

    def said(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo" if self.userinfo else None,
            **self.metadata,
        }

    def claims(self, expected: str, /, **more: Any) -> dict[str, Any]:
        """The claims of an honest token, unless said otherwise; None leaves a claim out."""
        moment = int(time.time())
        usual = {
            "iss": self.issuer, "sub": "0042", "aud": "gewu", "exp": moment + 300, "iat": moment,
            "nonce": expected, "name": "王某", "roles": ["dispatcher"],
        }  # fmt: skip
        return {name: value for name, value in {**usual, **more}.items() if value is not None}

    def sign(self, claims: dict[str, Any], key: Any = KEY, alg: str = "RS256", kid: str = "k1") -> str:
        return jwt.encode({"alg": alg, "kid": kid}, claims, key, algorithms=[alg])

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("?")[0]
        self.asked.append(path)
        if path == "/token" and self.odd is not None:
            self.odd(request)
            return
        found = {
            "/.well-known/openid-configuration": self.said(),
            "/keys": {"keys": [one.as_dict(private=False) for one in self.keys]},
            "/token": {"id_token": self.token, "access_token": "a", "token_type": "Bearer"},
            "/userinfo": self.userinfo,
        }
        send(request, 200 if path in found else 404, json.dumps(found.get(path)).encode())


def send(request: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    request.send_response(status)
    for name, value in {"Content-Type": "application/json", **headers}.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def listening() -> Iterator[Hostile]:
    """A hostile provider on a free port of this machine."""
    hostile = Hostile()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hostile.answer(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            hostile.answer(self)

        def log_message(self, *args: Any) -> None:
            """Nothing: the tests read what is answered."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hung up is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # whoever still answers is waited for, and lets go of its socket
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hostile.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    yield hostile
    server.shutdown()
    server.server_close()
    thread.join()
