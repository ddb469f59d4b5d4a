"""What a stream is told of an event, and what decides who hears it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gewu.cases import events as case
from gewu.cases.queries import desks
from gewu.infra import stream
from gewu.intake import queries as reports
from gewu.organisation import queries as organisation
from gewu.security import events as accounts
from gewu.security.actors import Actor, Relation

#: The right that a subject's readers hold. Other subjects are on no live screen.
RIGHTS = {"case": "cases.read", "report": "reports.read", "alarm": "alarms.read"}
#: Someone who left is told of this many events; after a longer absence, only to look again.
MOST_MISSED = 1000
#: Events of an account that change nothing in what it may see.
HARMLESS = {one.__name__ for one in (accounts.SignedIn, accounts.SignInFailed)}
#: With these a record leaves screens whose people may not hear of it any more.
PARTING = {case.ConcernNamed.__name__}


@dataclass(frozen=True)
class Change:
    """One event as a stream tells it, and what decides who hears it."""

    position: int
    type: str
    subject: str
    places: tuple[str, ...]
    unit_paths: tuple[str, ...]
    #: The officials who are called to it in person.
    people: tuple[UUID, ...]
    #: The record as screens name it: ``case:`` and its number, ``report:`` and its key.
    record: str
    message: bytes
    about_path: str = ""

    def heard_by(self, actor: Actor) -> bool:
        """Whether the record stands in a place of this actor or on its unit's desk, as in its lists."""
        return not actor.sits_in(self.about_path) and self._in_scope(actor)

    def told_to(self, actor: Actor) -> bytes:
        """What this actor is told: the event, nothing, or only to look again where a record has left it."""
        if self.heard_by(actor):
            return self.message
        return look_again(self.position) if self.type in PARTING and self._in_scope(actor) else b""

    def _in_scope(self, actor: Actor) -> bool:
        right = RIGHTS[self.subject]
        if any(actor.holds_at(right, place) for place in self.places):
            return True
        if self.unit_paths and actor.holds_for(right, self.unit_paths):
            return True
        return actor.account_id in self.people and any(
            one.relation is Relation.PERSON for one in actor.scopes(right)
        )


def changes(told: Iterable[stream.Told]) -> list[Change]:
    """The events that screens show, with their scope: three queries for a batch."""
    shown = [one for one in told if one.subject in RIGHTS]
    cases = desks.desks_of(one.subject_id for one in shown if one.subject == "case")
    about = reports.concerns_of(one.subject_id for one in shown if one.subject == "report")
    return [_change(one, cases.get(one.subject_id), about.get(one.subject_id, "")) for one in shown]


def _change(told: stream.Told, desk: desks.Desks | None, about: str) -> Change:
    data = {"position": told.position, "subject": told.subject, "type": told.type, "id": str(told.subject_id)}
    if told.actor.startswith("account:"):
        data["by"] = told.actor  # a colleague; who raised a matter is named to no screen
    if desk:
        data["number"] = desk.number
    return Change(
        told.position,
        told.type,
        told.subject,
        _places(told, desk),
        (*_own_units(told), *(desk.unit_paths if desk else ())),
        (*_own_party(told, desk), *desk.people) if desk else (),
        f"{told.subject}:{data.get('number', told.subject_id)}",
        _message(told.position, data),
        desk.about_path if desk else about,
    )


def _places(told: stream.Told, desk: desks.Desks | None) -> tuple[str, ...]:
    """Where the record lies, and where it lay before this event."""
    before = str(told.data.get("moved_from", ""))
    found = (str(told.data.get("place", "")), *([desk.place] if desk else []), *([before] if before else []))
    return tuple(dict.fromkeys(found))


def _own_units(told: stream.Told) -> tuple[str, ...]:
    """The units that had or have the case by this event: an office hears that its case is gone."""
    if told.subject != "case" or told.type in PARTING:
        return ()
    named = (told.data.get(name) for name in ("unit", "before"))
    found = (organisation.unit(UUID(str(one))) for one in named if one)
    return tuple(one.path for one in found if one)


def _own_party(told: stream.Told, desk: desks.Desks) -> tuple[UUID, ...]:
    """The official that the event itself is about: whoever was sent home is told so."""
    named = desk.called.get(str(UUID(str(told.data["assignment"])))) if told.data.get("assignment") else None
    return (named,) if named else ()


def _message(position: int, data: Mapping[str, Any]) -> bytes:
    return f"id: {position}\ndata: {json.dumps(data)}\n\n".encode()


def look_again(position: int) -> bytes:
    """The word to draw the screen anew, which says nothing of what has changed."""
    return _message(position, {"position": position, "subject": "", "type": "Missed"})


def accounts_in(told: Iterable[stream.Told]) -> frozenset[UUID]:
    """The accounts that may see other records after these events than before."""
    return frozenset(one.subject_id for one in told if one.subject == "account" and one.type not in HARMLESS)


def missed(actor: Actor, last: int, until: int) -> bytes:
    """What someone at a position has not heard; too much of it is one word to look again."""
    if until - last > MOST_MISSED:
        return look_again(until)
    if last >= until:
        return b""
    told = [one for one in stream.after(last, limit=until - last) if one.position <= until]
    own = look_again(until) if actor.account_id in accounts_in(told) else b""
    return b"".join(change.told_to(actor) for change in changes(told)) + own
