"""Who has a record open: kept in memory, from the open streams, and told to those at the same record."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

from gewu.cases import queries as cases
from gewu.intake import queries as reports
from gewu.security.actors import Actor
from gewu.web.live.listener import Listener

#: A burst of comings and goings is told once, after so many seconds.
GATHER = 0.2
#: As many names are told; the rest is a number.
MOST_NAMED = 12

Later = Callable[[float, Callable[[str], None], str], object]


class Presence:
    """The listeners at each record. No row is written: whoever closes the page is gone."""

    def __init__(self) -> None:
        self.at: dict[str, set[Listener]] = {}
        self._due: set[str] = set()

    def come(self, listener: Listener, later: Later) -> None:
        """Have a listener stand at its record."""
        if listener.record:
            self.at.setdefault(listener.record, set()).add(listener)
            self._tell_soon(listener.record, later)

    def leave(self, listener: Listener, later: Later) -> None:
        """Have a listener stand there no longer."""
        standing = self.at.get(listener.record)
        if standing is None or listener not in standing:
            return
        standing.discard(listener)
        if standing:
            self._tell_soon(listener.record, later)
        else:
            del self.at[listener.record]

    def _tell_soon(self, record: str, later: Later) -> None:
        if record not in self._due:
            self._due.add(record)
            later(GATHER, self._tell, record)

    def _tell(self, record: str) -> None:
        self._due.discard(record)
        standing = self.at.get(record, set())
        names = {one.actor.ref: one.actor.name for one in standing}
        for one in standing:
            one.offer(_said(record, one.actor.ref, names))


def _said(record: str, you: str, names: dict[str, str]) -> bytes:
    others = sorted((name, ref) for ref, name in names.items() if ref != you)
    told = [{"ref": ref, "name": name} for name, ref in others[:MOST_NAMED]]
    data = {"record": record, "you": you, "who": told, "more": len(others) - len(told)}
    return f"event: presence\ndata: {json.dumps(data)}\n\n".encode()


def may_stand_at(actor: Actor, record: str) -> bool:
    """Whether this record is one that the actor may open; who is there is nobody else's to know."""
    kind, _, key = record.partition(":")
    if kind == "case":
        return cases.visible_to(actor).filter(number=key).exists()
    try:
        return kind == "report" and reports.visible_to(actor).filter(pk=UUID(key)).exists()
    except ValueError:
        return False
