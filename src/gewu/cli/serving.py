"""`gewu serve`: the web processes and the background process, started, watched and stopped together."""

from __future__ import annotations

import gc
import http.client
import logging
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import connection
from django.urls import get_resolver
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from gewu.cli import certificates
from gewu.config.waiting import READERS, OneAnswers

WEB = "gewu.config.wsgi"
#: A child that died is started again after so many seconds.
RESTART_AFTER = 1.0
#: How long a process may take to finish what it does when it is told to stop, in seconds.
STOP_WITHIN = 12
#: When a web process looks for what refers to itself: what a request makes is gone without that, and a
#: thousand objects are made in each.
COLLECT_AFTER = (20_000, 20, 20)
#: Names of assets carry a digest of their content, so a browser may keep them for a year.
KEEP_ASSETS_S = 31_536_000


@click.command()
def serve() -> None:
    """Serve pages, API and live screens, and carry out deliveries, until SIGTERM or Ctrl-C."""
    run()


def run() -> None:
    """Do so in this process, which may hold no open connection and no thread of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gewu.config.settings")
    _require_free("PORT", settings.PORT)
    _require_free("GEWU_LIVE_PORT", settings.LIVE_PORT)
    beside = [Beside("gewu.config.background"), *([Beside("gewu.config.listening")] if settings.MQTT else [])]
    for one in beside:
        one.start()
    try:
        _load_once()
        server = _web()
        server.on_startup(threading.Thread(target=_announce, daemon=True).start)
        server.serve(target_loader=_in_worker)
    finally:
        for one in beside:
            one.end()


def _load_once() -> None:
    """Load the pages before the web processes are forked: they start at once and share its memory.

    No connection and no random state may be made here, they must not be shared. What `_announce` needs is
    loaded too: a process forked while that thread imports a module would wait for it for ever.
    """
    import_module(WEB)
    "localhost".encode("idna")  # looking up any host loads this codec
    get_resolver().url_patterns  # noqa: B018 -- reading it loads every page
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _in_worker(target: str) -> Any:
    """What a web process runs; it leaves when its parent is gone, so that nothing keeps the port."""
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    application = import_module(WEB).application
    # PostgreSQL takes many writers and joins by itself what they commit at one time.
    together = import_module("gewu.config.writing").together if connection.vendor == "sqlite" else None
    return OneAnswers(application, largest=import_module("gewu.web.middleware").LARGEST, together=together)


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _expected(record: logging.LogRecord) -> bool:
    """Many threads that only read requests are meant so (`READERS`); the server would warn of them."""
    return "spawning up to" not in record.getMessage()


def _web() -> MPServer:
    logging.getLogger("_granian").addFilter(_expected)
    return MPServer(
        WEB,
        address=settings.HOST,
        port=settings.PORT,
        ssl_cert=settings.TLS / certificates.CERTIFICATE if settings.TLS else None,
        ssl_key=settings.TLS / certificates.KEY if settings.TLS else None,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=READERS,
        backpressure=256,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=RESTART_AFTER,
        workers_kill_timeout=STOP_WITHIN,
        static_path_route=["/" + settings.STATIC_URL.strip("/")],
        static_path_mount=[Path(settings.PACKAGE) / "web" / "static"],
        static_path_expires=KEEP_ASSETS_S,
    )


def _require_free(name: str, port: int) -> None:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.HOST, port))
    except OSError as fault:
        click.echo(
            f"无法在 {settings.HOST}:{port} 监听（{fault.strerror}）："
            f"请停止占用它的程序，或改用别的 {name}。\n"
            f"Cannot listen on {settings.HOST}:{port}: stop what uses it, or choose another {name}.",
            err=True,
        )
        sys.exit(2)


class Beside:
    """A process beside the web processes, started again when it dies."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.ending = threading.Event()
        self.child: subprocess.Popen[bytes] | None = None
        self.watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self.watcher.start()

    def _watch(self) -> None:
        while not self.ending.is_set():
            self.child = subprocess.Popen(_command(self.module))  # noqa: S603 -- this very program
            code = self.child.wait()
            if not self.ending.is_set():
                click.echo(f"process {self.module} ended with {code}; starting it again", err=True)
                self.ending.wait(RESTART_AFTER)

    def end(self) -> None:
        """Have it finish what it does, and wait for it."""
        self.ending.set()
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.child.kill()


def _command(module: str) -> list[str]:
    return [sys.executable, "-m", module, str(os.getpid())]


def _announce() -> None:
    """Print the address as soon as the pages answer and the live screens listen."""
    anywhere = ("0.0.0.0", "::")  # noqa: S104 -- compared, not bound
    host = "127.0.0.1" if settings.HOST in anywhere else settings.HOST
    name = next((one for one in settings.ALLOWED_HOSTS if not one.startswith(("*", "."))), host)
    pause = 0.05
    while not (_ready(host, name) and _listens(host, settings.LIVE_PORT)):
        time.sleep(pause)
        pause = min(1.0, pause * 1.1)
    click.echo(
        f"格物 Gewu {version('gewu')}  {'https' if settings.TLS else 'http'}://{_shown(host)}:{settings.PORT}"
    )


def _shown(host: str) -> str:
    """With a certificate of its own the address is for other machines: the last that is served."""
    return settings.ALLOWED_HOSTS[-1] if settings.TLS else host


def _ready(host: str, name: str) -> bool:
    ask: http.client.HTTPConnection = http.client.HTTPConnection(host, settings.PORT, timeout=2)
    if settings.TLS:
        # Our own server on this machine is asked whether it answers, not who it is.
        ask = http.client.HTTPSConnection(
            host,
            settings.PORT,
            timeout=2,
            context=ssl._create_unverified_context(),  # noqa: S323 -- as above
        )
    try:
        ask.request("GET", "/readyz", headers={"Host": name})
        return ask.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        ask.close()


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True
