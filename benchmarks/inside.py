"""What is done inside this process, with Django set up: founding the world and counting statements."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import django
from django.core.management import call_command
from django.utils import timezone

django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 -- needs Django to be set up
from django.db import connection  # noqa: E402 -- as above
from django.test.utils import CaptureQueriesContext  # noqa: E402 -- as above
from tests.world import COUNTY, GRID, World  # noqa: E402 -- as above

from gewu.config.wsgi import application  # noqa: E402 -- as above
from gewu.infra import store, versions  # noqa: E402 -- as above
from gewu.security import actions as security  # noqa: E402 -- as above
from gewu.security.actors import operator  # noqa: E402 -- as above
from gewu.sensing import actions as sensing  # noqa: E402 -- as above
from gewu.sensing.actions import DeviceSpec  # noqa: E402 -- as above


def found_world() -> tuple[str, str, str]:
    """Found the world; the tokens of who takes reports down and of who handles, and a desk's session."""
    call_command("migrate", verbosity=0)
    world = World.founded()
    now = timezone.now()
    acceptor, handler, desk = (world.accounts[name] for name in ("li.wen", "chen.guoping", "zhou.min"))
    session = SessionStore()
    session["account"], session["epoch"] = desk.pk.hex, desk.epoch
    session.save()
    tokens = [security.issue_token(one, now=now) for one in (acceptor, handler)]
    connection.close()  # nobody may work on a database that is copied
    return tokens[0], tokens[1], str(session.session_key)


def register_devices(count: int) -> None:
    """River gauges named ``gauge-0`` and so on, for the messages of the sensors."""
    with store.writing():
        for number in range(count):
            spec = DeviceSpec(f"gauge-{number}", "river_gauge", "水位站", f"{COUNTY}-water_affairs", GRID)
            sensing.register(spec, actor=operator(COUNTY), now=timezone.now())
    connection.close()


def statements(*requests: bytes) -> list[int]:
    """How many statements each request takes once the process is warm; beginnings and ends do not count."""
    versions.LOOK_AGAIN = 60.0  # a slow machine would look again at what is held while it is counted
    counts = [_counted(one) for one in requests]
    connection.close()
    return counts


def _counted(content: bytes) -> int:
    with CaptureQueriesContext(connection) as captured:
        status = _asked(content)
    if not status.startswith("2"):
        raise RuntimeError(f"the request was refused: {status}")
    apart = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return sum(not one["sql"].startswith(apart) for one in captured.captured_queries)


def _asked(content: bytes) -> str:
    """Give a request to the application as a server does."""
    head, _, body = content.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    named = dict(line.split(": ", 1) for line in lines)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": named.pop("Content-Type", ""),
        "CONTENT_LENGTH": named.pop("Content-Length", "0"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in named.items()},
    }
    said: list[str] = []
    start: Callable[..., None] = lambda status, headers, fault=None: said.append(status)  # noqa: E731 -- a name for its type
    b"".join(application(environ, start))
    return said[0]
