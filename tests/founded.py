"""The founded world as fixtures: in a transaction that is undone, or in a database that threads share."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from gewu.kernel.refusals import Refusal
from tests.ground import GROUND
from tests.world import World

# A real hash is slow on purpose; the tests sign in often and need only that it is a hash.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 1024


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """The databases of this process, in place of those that pytest-django would migrate."""
    with django_db_blocker.unblock(), GROUND.laid():
        yield


@pytest.fixture(scope="session")
def _founded(django_db_setup: None, django_db_blocker: Any) -> bytes:
    """Who is in the founded world, as each test has them anew."""
    with django_db_blocker.unblock():
        return pickle.dumps(GROUND.founded())


@pytest.fixture
def world(_founded: bytes, db: None, files_folder: Path) -> World:
    """The world before its first report; what a test does in it is undone, and what is held with it."""
    assert GROUND.wanted == "founded", "begun in the empty database: name `world` in the test or its fixtures"
    assert connection.in_atomic_block, "what commits would stay for all: use shared_world"
    found: World = pickle.loads(_founded)
    return found


@pytest.fixture
def shared_world(
    _founded: bytes, django_db_blocker: Any, tmp_path: Path, files_folder: Path
) -> Iterator[World]:
    """The founded world in a database of its own that threads share: a file, or one more on PostgreSQL."""
    with django_db_blocker.unblock(), GROUND.shared(tmp_path):
        yield pickle.loads(_founded)


@pytest.fixture(scope="session")
def _kept_world(_founded: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the founded world, and the world, to be copied by platforms of their own."""
    folder = tmp_path_factory.mktemp("founded")
    GROUND.kept("founded", folder / "gewu.sqlite3")
    (folder / "world").write_bytes(_founded)
    return folder


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
