"""Data that every process keeps in memory and that must follow the database within a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

from gewu.infra.models import Version
from gewu.kernel.identifiers import new_id

T = TypeVar("T")

#: How long a process may go on with what it holds before it looks again, in seconds.
LOOK_AGAIN = 1.0

_held: list[Held[object]] = []


def changed(name: str) -> None:
    """Say, in the transaction of the change, that what is held under this name is out of date."""
    Version.objects.update_or_create(name=name, defaults={"mark": new_id()})
    forget()


def forget() -> None:
    """Have this process look at the database before it next uses anything it holds."""
    for held in _held:
        held.looked_at = 0.0


class Held(Generic[T]):
    """Something loaded once per process and loaded again when its version changes."""

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self.name = name
        self.load = load
        self.looked_at = 0.0
        self.mark: object = None
        self.value: T | None = None
        _held.append(self)  # type: ignore[arg-type]  # the list only forgets, it never reads the value

    def get(self) -> T:
        """What is held, at most a second older than the database."""
        now = time.monotonic()
        if self.value is None or now - self.looked_at > LOOK_AGAIN:
            mark = (
                connection.settings_dict["NAME"],
                Version.objects.filter(pk=self.name).values_list("mark", flat=True).first(),
            )
            if self.value is None or mark != self.mark:
                self.value, self.mark = self.load(), mark
            self.looked_at = now
        return self.value


class Kept(Generic[T]):
    """Answers kept by their key until the version under any of these names changes.

    What was not found is asked for again each time, so that guesses fill no memory.
    """

    def __init__(self, *names: str, most: int = 10_000) -> None:
        self.most = most
        self._marks = [Held(name, object) for name in names]
        self._seen: list[object] = []
        self._answers: dict[str, T] = {}

    def get(self, key: str, ask: Callable[[str], T | None]) -> T | None:
        """The answer for this key, at most a second older than the database."""
        seen = [mark.get() for mark in self._marks]
        if seen != self._seen:
            self._renew()
            self._seen, self._answers = seen, {}
        found = self._answers.get(key)
        if found is None:
            found = ask(key)
            if found is not None:
                if len(self._answers) >= self.most:
                    self._answers.clear()
                self._answers[key] = found
        return found

    def _renew(self) -> None:
        """Have all else that is held looked at again: no answer may be made from what it was before."""
        forget()
        for mark in self._marks:
            mark.looked_at = time.monotonic()
