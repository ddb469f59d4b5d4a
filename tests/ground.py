"""What tests stand on: two databases in each process, an empty one and one with the founded world.

Migrating takes ten seconds of work and founding one, a copy some thousandths of one. So the tables are made
once and kept in ``build/ground`` until a migration changes, and each process founds the world once. A test
works in the database it needs, in a transaction that is undone: none meets what another did, in any order.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases

from gewu.infra import versions
from gewu.territory import queries as territory
from tests.world import World

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "ground"
_number = count(1)


def tables() -> Path:
    """A SQLite file with every table and no row, by `gewu migrate`, without what follows all migrations."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = KEPT / f"{_made_from()}.sqlite3"
        if not file.exists():
            _migrate(file)
    return file


def _made_from() -> str:
    """A digest of what the tables follow from: the migrations, what they may import, and who runs them."""
    package = ROOT / "src" / "gewu"
    parts = (package.glob(f"{one}/*.py") for one in ("*/migrations", "infra", "kernel"))
    digest = sha256(repr((django.VERSION, sqlite3.sqlite_version, settings.INSTALLED_APPS)).encode())
    for file in sorted(file for found in parts for file in found):
        digest.update(file.relative_to(package).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(file: Path) -> None:
    with tempfile.TemporaryDirectory(dir=KEPT) as home:
        own = {name: value for name, value in os.environ.items() if not name.startswith("GEWU_")}
        done = subprocess.run(
            [sys.executable, "-m", "gewu.cli.main", "migrate"],
            env={**own, "GEWU_HOME": home, "DJANGO_SETTINGS_MODULE": "gewu.config.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        made = Path(home) / "gewu.sqlite3"
        with closing(sqlite3.connect(made)) as line:
            for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                line.execute(f'DROP TRIGGER "{name}"')
            line.commit()
        for old in KEPT.glob("*.sqlite3"):
            old.unlink()
        made.rename(file)


class Ground:
    """The databases of this process by name, and the one that all of it uses now."""

    def __init__(self) -> None:
        self.settings = connections.settings["default"]
        self.before = connections["default"], self.settings["NAME"]
        self.lines: dict[str, tuple[Any, str]] = {}
        self.wanted = "empty"
        self.world: World | None = None

    @contextmanager
    def laid(self) -> Iterator[None]:
        """Have the empty database, and take all of them away at the end."""
        if connection.vendor == "postgresql":
            kept = setup_databases(verbosity=0, interactive=False)
            self.lines["empty"] = connections["default"], self.settings["NAME"]
        else:
            self._open("empty", _in_memory())
            with closing(sqlite3.connect(tables())) as made:
                made.backup(connection.connection)
            emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        yield
        for name in [one for one in self.lines if one != "empty"]:
            self._drop(name)
        self._use("empty")
        if connection.vendor == "postgresql":
            teardown_databases(kept, verbosity=0)
        connections["default"], self.settings["NAME"] = self.before

    def founded(self) -> World:
        """The world, founded once in a database of its own."""
        if self.world is None:
            self._copy("empty", "founded")
            self.world = World.founded()
            self._use(self.wanted)
        return self.world

    def want(self, name: str) -> None:
        """Have the next test begin in this database."""
        self.wanted = name
        if name in self.lines:
            self._use(name)

    @contextmanager
    def shared(self, folder: Path) -> Iterator[None]:
        """A copy of the founded world in which several threads may commit: a file here, or on the server."""
        name = f"shared_{next(_number)}"
        self._copy("founded", name, folder / "gewu.sqlite3")
        yield
        connection.close()  # dropped at the end: PostgreSQL writes everything down before it drops a database
        self._use(self.wanted)

    def kept(self, name: str, file: Path) -> None:
        """Write one of the databases to a file that a platform of its own can begin with; on SQLite only."""
        with closing(sqlite3.connect(file)) as copy:
            self.lines[name][0].connection.backup(copy)

    def _copy(self, source: str, name: str, file: Path | None = None) -> None:
        line, database = self.lines[source]
        if connection.vendor == "postgresql":
            line.close()  # a database that somebody uses cannot be copied
            copy = f"{self.lines['empty'][1]}_{name}"
            with connection._nodb_cursor() as server:
                server.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')  # of a run that was killed
                server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{database}"')
            self._open(name, copy)
            return
        self._open(name, str(file) if file else _in_memory())
        line.connection.backup(connection.connection)

    def _open(self, name: str, database: str) -> None:
        self.settings["NAME"] = database
        self.lines[name] = connections.create_connection("default"), database
        self._use(name)
        connection.ensure_connection()

    def _use(self, name: str) -> None:
        connections["default"], self.settings["NAME"] = self.lines[name]
        versions.forget()
        territory.forget()

    def _drop(self, name: str) -> None:
        self._use(name)
        connection.close()
        _, database = self.lines.pop(name)
        if connection.vendor == "postgresql":
            with self.lines["empty"][0]._nodb_cursor() as server:
                server.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def _in_memory() -> str:
    return f"file:gewu-{os.getpid()}-{next(_number)}?mode=memory&cache=shared"


GROUND = Ground()
