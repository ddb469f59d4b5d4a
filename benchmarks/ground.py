"""The founded world in a folder of its own: what every measurement begins with, and copies of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import load

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

    @property
    def database(self) -> Path:
        return self.home / "gewu.sqlite3"

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
        """The numbers of the cases that wait to be signed for."""
        with sqlite3.connect(self.database) as rows:
            return [
                n for (n,) in rows.execute("SELECT number FROM case_ WHERE state='dispatched' ORDER BY id")
            ]

    @contextmanager
    def copy(self) -> Iterator[Ground]:
        """The same ground once more, to be changed and thrown away."""
        with tempfile.TemporaryDirectory(prefix="gewu-bench-") as folder:
            home = Path(folder) / "home"
            shutil.copytree(self.home, home, ignore=shutil.ignore_patterns("*-wal", "*-shm", "*.log"))
            yield Ground(home, self.acceptor, self.handler, self.session)


@contextmanager
def founded() -> Iterator[Ground]:
    """The ground, founded through actions in this process; Django must not have been set up before."""
    with tempfile.TemporaryDirectory(prefix="gewu-bench-") as folder:
        home = Path(folder)
        os.environ.update(
            DJANGO_SETTINGS_MODULE="gewu.config.settings",
            GEWU_HOME=folder,
            GEWU_REPORTS_PER_HOUR="1000000",
        )
        from benchmarks import inside  # noqa: PLC0415 -- Django reads its settings when it is imported

        yield Ground(home, *inside.found_world())


def checkpoint(path: Path) -> None:
    """Move what was written into the database file itself, so that the file alone can be copied."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
