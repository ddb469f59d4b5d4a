"""The background process: the hub of live screens, the deliveries and the sweeps, in one interpreter."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import FrameType

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gewu.config.settings")
django.setup()

import uvicorn  # noqa: E402 -- what follows needs Django's models to be ready
from django.conf import settings  # noqa: E402 -- as above
from django.db import DatabaseError, connection  # noqa: E402 -- as above
from django.utils import timezone  # noqa: E402 -- as above

from gewu.cases import jobs  # noqa: E402 -- as above
from gewu.infra import anchors, files, worker  # noqa: E402 -- as above
from gewu.intake import jobs as retention  # noqa: E402 -- as above
from gewu.notifications import jobs as mails  # noqa: E402 -- as above
from gewu.web.live import hub, wire  # noqa: E402 -- as above

log = logging.getLogger(__name__)

#: How often it is asked whether a delivery is due, in seconds.
PAUSE = 0.1


@dataclass
class Sweep:
    """Something done again and again; ``due_at`` is on the clock that never goes back."""

    run: Callable[[datetime], int]
    every_s: float
    due_at: float = 0.0


def sweeps() -> list[Sweep]:
    """Everything that comes due by itself."""
    return [
        Sweep(jobs.sweep_deadlines, 10),
        Sweep(mails.sweep_mails, 2),
        Sweep(files.sweep, 3600),
        Sweep(anchors.sweep, 60),
        Sweep(jobs.climb_ladder, 10),
        Sweep(jobs.resume_shelved, 30),
        Sweep(retention.sweep_retention, 600),
    ]


class Worker(threading.Thread):
    """Carries out deliveries and sweeps until it is stopped or its parent is gone."""

    def __init__(self, stop: threading.Event, orphaned: Callable[[], None]) -> None:
        super().__init__(name="worker")
        self.stop = stop
        self.orphaned = orphaned
        self.parent = os.getppid()
        self.sweeps = sweeps()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                busy = worker.work(timezone.now()) + sum(self._swept(one) for one in self.sweeps)
            except DatabaseError:
                log.exception("the database does not answer; trying again")
                connection.close()
                busy = 0
            if os.getppid() != self.parent:
                self.orphaned()
            elif not busy:
                self.stop.wait(PAUSE)
        connection.close()

    def _swept(self, sweep: Sweep) -> int:
        if time.monotonic() < sweep.due_at:
            return 0
        sweep.due_at = time.monotonic() + sweep.every_s
        try:
            return sweep.run(timezone.now())
        except DatabaseError:
            raise
        except Exception:
            # One sweep that fails must not end the deliveries and all other sweeps with it.
            log.exception("the sweep %s failed; it is tried again when it is next due", sweep.run.__name__)
            return 0


class _Server(uvicorn.Server):
    """Lets go of the open streams first: they would never end by themselves."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hub.hub.end()
        await super().shutdown(sockets)


def main() -> None:
    """Run until SIGTERM or SIGINT; a delivery that is under way is finished."""
    stop = threading.Event()
    config = uvicorn.Config(
        wire.application,
        host=settings.HOST,
        port=settings.LIVE_PORT,
        interface="asgi3",
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=4096,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)

    def leave(number: int = 0, frame: FrameType | None = None) -> None:
        server.should_exit = True
        stop.set()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, leave)
    thread = Worker(stop, orphaned=leave)
    thread.start()
    server.run()
    stop.set()
    thread.join(10)


if __name__ == "__main__":
    main()
