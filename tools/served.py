"""A server of one's own for a while: started in a folder of its own, awaited, and stopped at the end."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.prepare import ROOT, VENV

PATIENCE_S = 240
STOP_WITHIN_S = 30


def free_port() -> int:
    """A port whose successor is free as well, for the live stream."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@contextmanager
def served(home: Path, *words: str, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of `gewu` with these words, on a free port, with its data and its log in ``home``."""
    port, log = free_port(), home / "server.log"
    env = {**os.environ, "GEWU_HOME": str(home), "PORT": str(port), **(settings or {})}
    with log.open("w") as out:
        server = subprocess.Popen([VENV / "bin" / "gewu", *words], cwd=ROOT, env=env, stdout=out, stderr=out)
        try:
            wait_for(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=STOP_WITHIN_S)


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until pages and live stream answer; stops with what it said when it ends or takes too long."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends and server.poll() is None:
        if ready(port) and listens(port + 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"The server did not start:\n{log.read_text()[-2000:]}")


def ready(port: int) -> bool:
    """Whether the pages answer."""
    ask = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        ask.request("GET", "/readyz")
        return ask.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        ask.close()


def listens(port: int) -> bool:
    """Whether something takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
