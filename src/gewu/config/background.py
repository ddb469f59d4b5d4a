"""The background process: the hub of live screens, the deliveries and the sweeps, in one interpreter."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gewu.config.settings")
django.setup()

import uvicorn  # noqa: E402 -- what follows needs Django's models to be ready
from django.conf import settings  # noqa: E402 -- as above
from django.db import DatabaseError, connection  # noqa: E402 -- as above
from django.utils import timezone  # noqa: E402 -- as above

from gewu.config.errands import Errands  # noqa: E402 -- as above
from gewu.config.sweeps import Sweep, outward, sweeps  # noqa: E402 -- as above
from gewu.infra import clock, worker  # noqa: E402 -- as above
from gewu.notifications import actions as sending  # noqa: E402 -- as above
from gewu.security.actors import CLOCK  # noqa: E402 -- as above
from gewu.web.live import hub, wire  # noqa: E402 -- as above

log = logging.getLogger(__name__)

#: How often it is asked whether a delivery is due, in seconds.
PAUSE = 0.1
#: How often it is asked whether an errand waits, in seconds.
BEGINS_EVERY = 0.5


class Worker(threading.Thread):
    """Carries out deliveries and sweeps until it is stopped or its ``parent``, a process id, is gone."""

    def __init__(self, stop: threading.Event, orphaned: Callable[[], None], parent: int = 0) -> None:
        super().__init__(name="worker")
        self.stop = stop
        self.orphaned = orphaned
        self.parent = parent or os.getppid()
        self.errands = Errands()
        self.sweeps = [*sweeps(), Sweep(self.errands.sweep, BEGINS_EVERY)]
        self.watch = clock.Watch()

    def run(self) -> None:
        began = False
        while not self.stop.is_set():
            try:
                began = began or self._begin()
                self._look_at_the_clock()
                busy = worker.work(timezone.now()) + sum(self._swept(one) for one in self.sweeps)
            except DatabaseError:
                log.exception("the database does not answer; trying again")
                connection.close()
                busy = 0
            if os.getppid() != self.parent:
                self.orphaned()
            elif not busy:
                self.stop.wait(PAUSE)
        self.errands.end()
        connection.close()

    def _begin(self) -> bool:
        """The clock may have been set back while nothing ran."""
        if clock.behind(timezone.now()) > clock.TOLERATED:
            self._set_back()
        return True

    def _look_at_the_clock(self) -> None:
        by = self.watch.moved()
        if by:
            log.warning("the clock of this machine was set by %s", by)
            clock.tell_set(by, actor=CLOCK, now=timezone.now())
        if by < timedelta():
            self._set_back()

    def _set_back(self) -> None:
        """What waits for a moment that has come already must not wait for it a second time."""
        now = timezone.now()
        log.warning("the clock went back; %s things are due now", worker.bring_forward(now))
        sending.bring_forward(now)

    def _swept(self, sweep: Sweep) -> int:
        if time.monotonic() < sweep.due_at or (sweep.final and self.watch.doubtful):
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


class Outward(threading.Thread):
    """Speaks with outside systems until it is stopped; what they take of time is nobody else's."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="outward", daemon=True)
        self.stop = stop
        self.sweeps = outward()

    def run(self) -> None:
        while not self.stop.wait(PAUSE):
            for sweep in self.sweeps:
                if time.monotonic() >= sweep.due_at:
                    sweep.due_at = time.monotonic() + sweep.every_s
                    self._swept(sweep)
        connection.close()

    def _swept(self, sweep: Sweep) -> None:
        try:
            # Go on at once while there is more than one sweep takes up.
            while sweep.run(timezone.now()) and not self.stop.is_set():
                pass
        except DatabaseError:
            log.exception("the database does not answer; trying again")
            connection.close()
        except Exception:
            log.exception("the sweep %s failed; it is tried again when it is next due", sweep.run.__name__)


class _Server(uvicorn.Server):
    """Lets go of the open streams first: they would never end by themselves."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hub.hub.end()
        await super().shutdown(sockets)


def main() -> None:
    """Run until SIGTERM or SIGINT; a delivery that is under way is finished.

    The argument is the process that started this one: it may be gone before anything here can ask for it.
    """
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
        ssl_certfile=settings.TLS / "certificate.pem" if settings.TLS else None,
        ssl_keyfile=settings.TLS / "key.pem" if settings.TLS else None,
    )
    server = _Server(config)

    def leave(number: int = 0, frame: FrameType | None = None) -> None:
        server.should_exit = True
        stop.set()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, leave)
    thread = Worker(stop, orphaned=leave, parent=int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    thread.start()
    Outward(stop).start()
    server.run()
    stop.set()
    thread.join(10)


if __name__ == "__main__":
    main()
