"""The reader of the stream of events, on a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection

from gewu.infra import stream
from gewu.web.live.changes import accounts_in, changes

log = logging.getLogger(__name__)

#: How often SQLite is asked whether anybody has committed, in seconds.
LOOK = 0.05
#: How long PostgreSQL's call is awaited before looking by oneself, in seconds.
CALL_WITHIN = 1.0


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
            self.publish(told[-1].position, changes(told), accounts_in(told))
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
