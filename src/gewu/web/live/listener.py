"""One open stream: who listens, at which record, and what waits to be sent."""

from __future__ import annotations

import asyncio

from gewu.security.actors import Actor

#: A stream with more than this unsent is closed.
MOST_WAITING = 256


class Listener:
    """One open stream: who listens, and what is waiting to be sent."""

    __slots__ = ("actor", "asked_at", "cookie", "over", "record", "something", "waiting")

    def __init__(self, actor: Actor, cookie: str, at: float, record: str = "") -> None:
        self.actor = actor
        #: The record on its screen, empty for a list.
        self.record = record
        self.cookie = cookie
        self.asked_at = at
        self.waiting: list[bytes] = []
        self.something = asyncio.Event()
        self.over = False

    def offer(self, message: bytes) -> None:
        """Put a message in line; a listener that is too far behind is let go and may come back."""
        if len(self.waiting) >= MOST_WAITING:
            self.end()
        else:
            self.waiting.append(message)
            self.something.set()

    def end(self) -> None:
        self.over = True
        self.waiting = []
        self.something.set()

    def take(self) -> bytes:
        self.something.clear()
        whole, self.waiting = b"".join(self.waiting), []
        return whole
