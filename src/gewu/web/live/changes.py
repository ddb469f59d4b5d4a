"""What a stream is told of an event, and what decides who hears it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gewu.cases.queries import desks
from gewu.infra import stream
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: The right that a subject's readers hold. Other subjects are on no live screen.
RIGHTS = {"case": "cases.read", "report": "reports.read"}
#: Someone who left is told of this many events; after a longer absence, only to look again.
MOST_MISSED = 1000


@dataclass(frozen=True)
class Change:
    """One event as a stream tells it, and what decides who hears it."""

    position: int
    subject: str
    places: tuple[str, ...]
    unit_paths: tuple[str, ...]
    #: The record as screens name it: ``case:`` and its number, ``report:`` and its key.
    record: str
    message: bytes
    about_path: str = ""

    def heard_by(self, actor: Actor) -> bool:
        """Whether the record stands in a place of this actor or on its unit's desk, as in its lists."""
        if actor.sits_in(self.about_path):
            return False
        right = RIGHTS[self.subject]
        if any(actor.holds_at(right, place) for place in self.places):
            return True
        return bool(self.unit_paths) and actor.holds_for(right, self.unit_paths)


def changes(told: Iterable[stream.Told]) -> list[Change]:
    """The events that screens show, with their scope: two queries for a batch."""
    shown = [one for one in told if one.subject in RIGHTS]
    cases = desks.desks_of(one.subject_id for one in shown if one.subject == "case")
    return [_change(one, cases.get(one.subject_id)) for one in shown]


def _change(told: stream.Told, case: desks.Desks | None) -> Change:
    data = {"position": told.position, "subject": told.subject, "type": told.type, "id": str(told.subject_id)}
    if told.actor.startswith("account:"):
        data["by"] = told.actor  # a colleague; who raised a matter is named to no screen
    places = {str(told.data.get("place", ""))}
    paths: tuple[str, ...] = ()
    if told.subject == "case":
        paths = _own_unit(told)
    if case:
        data["number"] = case.number
        places.add(case.place)
        paths += case.unit_paths
    record = f"{told.subject}:{data.get('number', told.subject_id)}"
    message, about = _message(told.position, data), case.about_path if case else ""
    return Change(told.position, told.subject, tuple(places), paths, record, message, about)


def _own_unit(told: stream.Told) -> tuple[str, ...]:
    """The unit that the event itself is about: an office that gave a case back is told that it is gone."""
    named = told.data.get("unit")
    found = organisation.unit(UUID(str(named))) if named else None
    return (found.path,) if found else ()


def _message(position: int, data: Mapping[str, Any]) -> bytes:
    return f"id: {position}\ndata: {json.dumps(data)}\n\n".encode()


def missed(actor: Actor, last: int, until: int) -> bytes:
    """What someone at a position has not heard; too much of it is one word to look again."""
    if until - last > MOST_MISSED:
        return _message(until, {"position": until, "subject": "", "type": "Missed"})
    if last >= until:
        return b""
    told = [one for one in stream.after(last, limit=until - last) if one.position <= until]
    return b"".join(change.message for change in changes(told) if change.heard_by(actor))
