"""Write transactions: one at a time on SQLite, and whatever is told is written at their end."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from gewu.infra import versions


class _Open(threading.local):
    """The write transaction of this thread."""

    def __init__(self) -> None:
        self.depth = 0
        self.endings: list[Callable[[], None]] = []
        self.notes: dict[str, list[Any]] = {}
        self.lasting: list[Callable[[], None]] = []
        self.lock_file: int | None = None
        self.locked_path = ""


_open = _Open()


def _forget_lock_file() -> None:
    """A file that was open before a fork is locked for parent and child at once: each opens its own."""
    _open.lock_file = None


os.register_at_fork(after_in_child=_forget_lock_file)


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction; an inner use joins the outer one, and any error undoes the whole.

    SQLite waits for its write lock by sleeping, which makes a crowd of writers wait for seconds. A
    file lock in front of it hands the turn over at once.
    """
    if _open.depth:
        try:
            yield
        except BaseException:
            transaction.set_rollback(True)
            raise
        return
    try:
        with _one():
            yield
    finally:
        lasting, _open.lasting = _open.lasting, []
        if lasting:
            with _one():
                for deed in lasting:
                    deed()


@contextmanager
def _one() -> Iterator[None]:
    _open.depth = 1
    try:
        with _turn(), transaction.atomic():
            yield
            for ending in _open.endings:
                ending()
    finally:
        _open.depth, _open.endings, _open.notes = 0, [], {}


@contextmanager
def together() -> Iterator[None]:
    """One transaction for several who write one after another, each with its own `writing()`.

    Any of them may fail alone; all that succeed are kept at once at the end. An error here undoes all of
    them, and this process looks anew at what it holds in memory.
    """
    here = connections[DEFAULT_DB_ALIAS]
    try:
        with _turn(), transaction.atomic():
            yield
            here.validate_no_broken_transaction()
    except BaseException:
        versions.forget()
        raise


@contextmanager
def attempt() -> Iterator[None]:
    """A part of the open write transaction that may fail alone, such as one row of a file.

    An error undoes what this part wrote, told and noted, and nothing of what went before; it is raised
    on. Refused outside of a write transaction.
    """
    if not _open.depth:
        raise RuntimeError("an attempt is part of store.writing()")
    endings = len(_open.endings)
    lengths = {name: len(notes) for name, notes in _open.notes.items()}
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del _open.endings[endings:]
        for name, notes in _open.notes.items():
            del notes[lengths.get(name, 0) :]
        raise


def though_undone(deed: Callable[[], None]) -> None:
    """Have this done in a transaction of its own once the open one has ended, even if it was undone.

    For what must be kept of an attempt that is refused, such as the count of refusals.
    """
    if not _open.depth:
        raise RuntimeError("without an open write transaction, write at once")
    _open.lasting.append(deed)


def noted(name: str) -> list[Any]:
    """A list that lives as long as the write transaction that is open."""
    return _open.notes.setdefault(name, [])


def before_commit(ending: Callable[[], None]) -> None:
    """Have this called once, at the end of the write transaction that is open."""
    if not _open.depth:
        raise RuntimeError("nothing may be told outside of store.writing()")
    if ending not in _open.endings:
        _open.endings.append(ending)


#: How an operating system and PostgreSQL say that there is no room: no space, over the quota, file too large.
_NO_ROOM, _NO_ROOM_PG = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}, "53100"


def is_full(fault: BaseException | None) -> bool:
    """Whether this fault says that the disk has no room left, for files or for the database."""
    if isinstance(fault, OSError):
        return fault.errno in _NO_ROOM
    cause = fault.__cause__ if isinstance(fault, DatabaseError) else None
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _NO_ROOM_PG


@contextmanager
def _turn() -> Iterator[None]:
    here = connections[DEFAULT_DB_ALIAS]
    path = _lock_path(here)
    if path is None or here.in_atomic_block:
        yield
        return
    handle = _lock_handle(path)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _lock_path(here: BaseDatabaseWrapper) -> str | None:
    name = str(here.settings_dict["NAME"])
    in_memory = "mode=memory" in name or name == ":memory:"
    return None if here.vendor != "sqlite" or in_memory else name + ".write-lock"


def _lock_handle(path: str) -> int:
    if _open.lock_file is None or _open.locked_path != path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        _open.lock_file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        _open.locked_path = path
    return _open.lock_file
