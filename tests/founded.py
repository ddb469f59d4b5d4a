"""The founded world as fixtures: once for each module, and on a database that several threads share.

Founding takes two seconds, so a module founds once and each of its tests undoes only what it did itself.
Imported by the ``conftest.py`` of the folders whose tests begin in the world.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from gewu.infra import versions
from gewu.kernel.refusals import Refusal
from gewu.territory import queries as territory
from tests.world import World

# A real hash is slow on purpose; the tests sign in often and need only that it is a hash.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 1024


@pytest.fixture(scope="module")
def _founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        yield World.founded()
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def world(_founded: World, db: None, files_folder: Path) -> World:
    """The world before its first report; what a test does in it is undone, and what is held with it."""
    versions.forget()
    return World(accounts=dict(_founded.accounts))


@pytest.fixture(scope="session")
def _kept_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A SQLite file with the founded world, to be copied."""
    folder = tmp_path_factory.mktemp("founded")
    with django_db_blocker.unblock(), _database_at(folder / "gewu.sqlite3"):
        call_command("migrate", verbosity=0)
        (folder / "world").write_bytes(pickle.dumps(World.founded()))
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


class _database_at:  # noqa: N801 -- a context manager, read like a function
    """Have every thread of this process use another SQLite file for a while."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = connections.settings["default"]
        self.before: tuple[Any, Any] = (None, None)

    def __enter__(self) -> None:
        self.before = (connections["default"], self.settings["NAME"])
        self.settings["NAME"] = str(self.path)
        connections["default"] = connections.create_connection("default")
        _forget()

    def __exit__(self, *fault: object) -> None:
        connections["default"].close()
        connections["default"], self.settings["NAME"] = self.before
        _forget()


def _forget() -> None:
    versions.forget()
    territory.forget()


@pytest.fixture
def shared_world(
    request: pytest.FixtureRequest,
    transactional_db: None,
    django_db_blocker: Any,
    tmp_path: Path,
    files_folder: Path,
) -> Iterator[World]:
    """The founded world in a database that threads share and that commits: a file, or PostgreSQL.

    Not for a module that also uses ``world``, whose transaction stays open as long as the module.
    """
    if connection.vendor == "postgresql":
        yield World.founded()
        return
    kept: Path = request.getfixturevalue("_kept_world")
    shutil.copy(kept / "gewu.sqlite3", tmp_path / "gewu.sqlite3")
    with django_db_blocker.unblock(), _database_at(tmp_path / "gewu.sqlite3"):
        yield pickle.loads((kept / "world").read_bytes())


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of this at the same moment, each in a thread; what came back, refusals too, in their order."""
    ready = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            ready.wait(timeout=20)
            return deed()
        except Refusal as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


class statements:  # noqa: N801 -- a context manager, read like a function
    """Count the statements of a block. BEGIN, COMMIT, SAVEPOINT and RELEASE are not counted."""

    def __enter__(self) -> statements:
        self._capture = CaptureQueriesContext(connection)
        self._capture.__enter__()
        return self

    def __exit__(self, *fault: object) -> None:
        self._capture.__exit__(None, None, None)

    @property
    def sql(self) -> list[str]:
        return [
            one["sql"]
            for one in self._capture.captured_queries
            if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
        ]

    def __len__(self) -> int:
        return len(self.sql)
