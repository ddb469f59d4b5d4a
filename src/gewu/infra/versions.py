"""Data that every process keeps in memory and that must follow the database within a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db import connection

from gewu.infra import statements
from gewu.infra.models import Version
from gewu.kernel.identifiers import new_id

T = TypeVar("T")

#: How long a process may go on with what it holds before it looks again, in seconds.
LOOK_AGAIN = 1.0


@dataclass(eq=False)
class _Marks:
    """The marks of everything that is held, as they were at one moment in one database."""

    database: str = ""
    by_name: Mapping[str, object] = field(default_factory=dict)


class _Last:
    """What was seen when this process last looked, and when that was."""

    looked_at = 0.0
    marks = _Marks()


def changed(name: str) -> None:
    """Say, in the transaction of the change, that what is held under this name is out of date."""
    Version.objects.update_or_create(name=name, defaults={"mark": new_id()})
    forget()


def changed_at(*names: str) -> datetime | None:
    """When anything held under these names last changed; None before the first change. One statement.

    A mark is a key that sorts by time and begins with it, in milliseconds (RFC 9562, 5.7).
    """
    marks = Version.objects.filter(name__in=names).values_list("mark", flat=True)
    newest = max((mark.int >> 80 for mark in marks), default=None)
    return None if newest is None else datetime.fromtimestamp(newest / 1000, UTC)


def forget() -> None:
    """Have this process look at the database before it next uses anything it holds."""
    _Last.looked_at = 0.0


def _marks() -> _Marks:
    """The marks of now, at most a second old, by one statement; the same object while none differs."""
    now = time.monotonic()
    if now - _Last.looked_at > LOOK_AGAIN:
        seen = _Marks(
            str(connection.settings_dict["NAME"]), dict(statements.execute("SELECT name, mark FROM version"))
        )
        if (seen.database, seen.by_name) != (_Last.marks.database, _Last.marks.by_name):
            _Last.marks = seen
        _Last.looked_at = now
    return _Last.marks


class Held(Generic[T]):
    """Something loaded once per process and loaded again when its version changes."""

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self.name = name
        self.load = load
        self.value: T | None = None
        self._marks: _Marks | None = None
        self._mark: object = None

    def get(self) -> T:
        """What is held, at most a second older than the database."""
        marks = _marks()
        if self.value is None or marks is not self._marks:
            mark = (marks.database, marks.by_name.get(self.name))
            if self.value is None or mark != self._mark:
                self.value, self._mark = self.load(), mark
            self._marks = marks
        return self.value


class Kept(Generic[T]):
    """Answers kept by their key until the version under any of these names changes.

    They are made from what is held under the same marks, so no answer stands on what was before. What was
    not found is asked for again each time, so that guesses fill no memory.
    """

    def __init__(self, *names: str, most: int = 10_000) -> None:
        self.names = names
        self.most = most
        self._marks: _Marks | None = None
        self._seen: list[object] = []
        self._answers: dict[str, T] = {}

    def get(self, key: str, ask: Callable[[str], T | None]) -> T | None:
        """The answer for this key, at most a second older than the database."""
        marks = _marks()
        if marks is not self._marks:
            seen = [marks.database, *(marks.by_name.get(name) for name in self.names)]
            if seen != self._seen:
                self._seen, self._answers = seen, {}
            self._marks = marks
        found = self._answers.get(key)
        if found is None:
            found = ask(key)
            if found is not None:
                if len(self._answers) >= self.most:
                    self._answers.clear()
                self._answers[key] = found
        return found
