"""The founded world in a folder of its own: what every measurement begins with, and copies of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import load, stores
from benchmarks.stores import Store

#: Taken down by telephone: class and place are known, so it is accepted and dispatched as it arrives.
CALL = {
    "channel": "phone",
    "text": "人行道上的上水井盖不见了，晚上看不清，请尽快处理，谢谢。",
    "lon": 118.6025,
    "lat": 32.0575,
    "matter_code": "C0101",
    "address": "文德路12号门前",
}
#: The same by anyone, without a name: it waits for a person to accept it.
ANYONE = {name: CALL[name] for name in ("text", "lon", "lat", "address")}


@dataclass(frozen=True)
class Ground:
    """A home with the world in it, and the tokens and the session of its people."""

    home: Path
    acceptor: str
    handler: str
    session: str
    store: Store

    def call(self) -> bytes:
        """The request that takes down a report by telephone."""
        return load.request("POST", "/api/v1/desk/reports", body=CALL, **self.bearer(self.acceptor))

    def anyone(self) -> bytes:
        """The request by which anyone reports."""
        return load.request("POST", "/api/v1/reports", body=ANYONE)

    def sign_for(self, number: str) -> bytes:
        """The request by which the office in charge signs for a case."""
        path = f"/api/v1/cases/{number}/steps/sign_for"
        return load.request("POST", path, body={}, **self.bearer(self.handler))

    def bearer(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def waiting(self) -> list[str]:
        """The numbers of the cases that wait to be signed for, those that came through the door."""
        return [number for (number,) in self.rows(_WAITING)]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        database = self.store.connect()
        found = database.execute(statement).fetchall()
        database.close()
        return [tuple(row) for row in found]

    @contextmanager
    def copy(self) -> Iterator[Ground]:
        """The same ground once more, to be changed and thrown away."""
        self.store.settle()
        with tempfile.TemporaryDirectory(prefix="gewu-bench-") as folder:
            home = Path(folder) / "home"
            shutil.copytree(self.home, home, ignore=shutil.ignore_patterns("*-wal", "*-shm", "*.log"))
            with self.store.copy(home) as store:
                yield replace(self, home=home, store=store)


_WAITING = (
    "SELECT number FROM case_ WHERE state = 'dispatched' AND number NOT LIKE '320111-2020%' ORDER BY id"
)


@contextmanager
def founded(server: str = "") -> Iterator[Ground]:
    """The ground, founded through actions in this process; Django must not have been set up before.

    On a PostgreSQL server a database of its own is made and removed.
    """
    name = f"gewu_bench_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="gewu-bench-") as folder:
        url = stores.make(server, name) if server else ""
        os.environ.update(
            DJANGO_SETTINGS_MODULE="gewu.config.settings",
            GEWU_HOME=folder,
            GEWU_DATABASE_URL=url,
            GEWU_REPORTS_PER_HOUR="1000000",
        )
        from benchmarks import inside  # noqa: PLC0415 -- Django reads its settings when it is imported

        store = stores.Postgresql(url) if url else stores.Sqlite(Path(folder) / stores.FILE)
        try:
            yield Ground(Path(folder), *inside.found_world(), store)
        finally:
            if url:
                stores.drop(url, name)
