"""The database of a measurement, SQLite or PostgreSQL: spoken to plainly, copied and thrown away."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
from psycopg import sql

#: Where a PostgreSQL is looked for when none is named, as for the tests.
POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"
#: The file of an installation on SQLite.
FILE = "gewu.sqlite3"
Connection = Any


class Store(ABC):
    """One database; every value that is written is given as text, as a number or as nothing."""

    #: What stands for a value in a statement.
    mark: str
    #: Tells the rows of one part of the table from those of another.
    name: str

    @abstractmethod
    def connect(self) -> Connection:
        """A connection that commits each statement unless BEGIN was said."""

    @abstractmethod
    def columns(self, database: Connection, table: str) -> list[str]:
        """The columns of a table, in its own order."""

    @abstractmethod
    def read(self, names: Iterable[str]) -> str:
        """These columns as a statement reads them so that they can be written again."""

    @abstractmethod
    def indexes(self, database: Connection, table: str) -> dict[str, str]:
        """The indexes of a table that are no constraints, with the statements that make them."""

    @abstractmethod
    def stop_counting(self, database: Connection) -> None:
        """Drop what counts each case as it is written; figures are made anew afterwards."""

    @abstractmethod
    def key(self, made: UUID) -> str:
        """A key as it is written."""

    @abstractmethod
    def url(self) -> str:
        """Where the platform finds it; empty for the file in its home."""

    @abstractmethod
    def served_by(self) -> list[int]:
        """The processes of a server that work for it; none where it is a file."""

    @abstractmethod
    @contextmanager
    def copy(self, home: Path) -> Iterator[Store]:
        """The same database once more, in this home or beside it on the server, thrown away afterwards."""

    @abstractmethod
    def settle(self) -> None:
        """Have the database in order after much was written, as it is when it has run for a while."""


@dataclass(frozen=True)
class Sqlite(Store):
    """A file, opened with the pragmas of the platform, durable."""

    path: Path
    mark = "?"
    name = "SQLite"

    def connect(self) -> Connection:
        found = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456"):
            found.execute(f"PRAGMA {pragma}")
        return found

    def columns(self, database: Connection, table: str) -> list[str]:
        return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]

    def read(self, names: Iterable[str]) -> str:
        return ", ".join(f'"{name}"' for name in names)

    def indexes(self, database: Connection, table: str) -> dict[str, str]:
        asked = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
        )
        return dict(database.execute(asked, [table]).fetchall())

    def stop_counting(self, database: Connection) -> None:
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'case_'"
        for (name,) in database.execute(asked).fetchall():
            database.execute(f"DROP TRIGGER {name}")

    def key(self, made: UUID) -> str:
        return made.hex

    def url(self) -> str:
        return ""

    def served_by(self) -> list[int]:
        return []

    @contextmanager
    def copy(self, home: Path) -> Iterator[Store]:
        yield Sqlite(home / FILE)

    def settle(self) -> None:
        with sqlite3.connect(self.path) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("PRAGMA optimize")


@dataclass(frozen=True)
class Postgresql(Store):
    """A database of a server that answers."""

    where: str
    mark = "%s"
    name = "PostgreSQL"

    def connect(self) -> Connection:
        return psycopg.connect(self.where, autocommit=True, options="-c timezone=UTC")

    def columns(self, database: Connection, table: str) -> list[str]:
        asked = (
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "ORDER BY ordinal_position"
        )
        return [name for (name,) in database.execute(asked, [table])]

    def read(self, names: Iterable[str]) -> str:
        return ", ".join(f'"{name}"::text AS "{name}"' for name in names)

    def indexes(self, database: Connection, table: str) -> dict[str, str]:
        asked = (
            "SELECT i.indexname, i.indexdef FROM pg_indexes i "
            "LEFT JOIN pg_constraint c ON c.conname = i.indexname WHERE i.tablename = %s AND c.oid IS NULL"
        )
        return dict(database.execute(asked, [table]).fetchall())

    def stop_counting(self, database: Connection) -> None:
        asked = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'case_'::regclass AND NOT tgisinternal"
        for (name,) in database.execute(asked).fetchall():
            database.execute(f"DROP TRIGGER {name} ON case_")

    def key(self, made: UUID) -> str:
        return str(made)

    def url(self) -> str:
        return self.where

    def served_by(self) -> list[int]:
        asked = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with self.connect() as database:
            return [pid for (pid,) in database.execute(asked)]

    @contextmanager
    def copy(self, home: Path) -> Iterator[Store]:
        name = f"{urlsplit(self.where).path.strip('/')}_copy"
        try:
            yield Postgresql(make(self.where, name, like=urlsplit(self.where).path.strip("/")))
        finally:
            drop(self.where, name)

    def settle(self) -> None:
        with self.connect() as database:
            database.execute("VACUUM ANALYZE")


def named(url: str, name: str) -> str:
    """The same server's database of another name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def name_of(store: Store) -> str:
    """The name of a database of a server."""
    return urlsplit(store.url()).path.strip("/")


def make(url: str, name: str, *, like: str = "template1") -> str:
    """Make a database, as a copy of another on which nobody works; its URL."""
    drop(url, name)
    with psycopg.connect(named(url, "postgres"), autocommit=True) as server:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(words.format(sql.Identifier(name), sql.Identifier(like)))
    return named(url, name)


def drop(url: str, name: str) -> None:
    """Throw a database away, whoever is still connected."""
    with psycopg.connect(named(url, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def insertion(store: Store, table: str, names: Sequence[str]) -> str:
    """The statement that writes one row."""
    listed = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({listed}) VALUES ({', '.join([store.mark] * len(names))})"
