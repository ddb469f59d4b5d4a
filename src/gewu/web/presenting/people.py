"""People on posts, as lines of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gewu.kernel.texts import Name, Text
from gewu.organisation import queries as organisation
from gewu.organisation.queries import Crew, Holder, PlaceSheet, Slot

#: A term is shown as ending soon within this time.
SOON = timedelta(days=60)


@dataclass(frozen=True)
class Person:
    """Someone, or some unit, on a post. ``unit`` is the code of the unit that holds it."""

    post: Name
    name: str
    contact: str
    hours: str
    since: datetime
    until: datetime | None
    ending: bool
    unit: str = ""
    id: str = ""


@dataclass(frozen=True)
class CrewLine:
    """One slot of a crew with whoever stands there."""

    part: Name
    post: Name
    people: tuple[Person, ...]
    vacant: int
    any_number: bool


@dataclass(frozen=True)
class CrewTable:
    """A crew by its model; ``missing`` are the parts in which nobody stands."""

    name: Name
    lines: tuple[CrewLine, ...]
    missing: tuple[Name, ...]


@dataclass(frozen=True)
class Kindred:
    """Everyone on one kind of post."""

    post: Name
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Contact:
    """One level with its contact at the police."""

    place: str
    level: Text
    person: Person | None


def person(one: Holder, now: datetime) -> Person:
    """A holder with the code of the unit that holds the post, where one does."""
    holder = organisation.unit(one.holder_unit) if one.holder_unit else None
    ending = one.until is not None and one.until - now < SOON
    return Person(
        one.kind_name, one.name, one.contact, one.hours, one.since, one.until, ending,
        holder.code if holder else "", str(one.post),
    )  # fmt: skip


def crew_tables(crews: Iterable[Crew], now: datetime) -> tuple[CrewTable, ...]:
    """Crews with their people."""
    return tuple(_table(one, now) for one in crews)


def _table(crew: Crew, now: datetime) -> CrewTable:
    parts = {slot.part.zh: slot.part for slot in crew.slots}
    lines = tuple(_line(slot, now) for slot in crew.slots)
    return CrewTable(crew.model.name, lines, tuple(parts[name] for name in crew.missing))


def _line(slot: Slot, now: datetime) -> CrewLine:
    people = tuple(person(one, now) for one in slot.holders)
    return CrewLine(slot.part, slot.name, people, slot.vacant, not slot.wanted)


def others(sheet: PlaceSheet, now: datetime) -> tuple[Kindred, ...]:
    """Those at a place who stand in none of its crews shown, by their kind of post."""
    shown = {slot.post_kind for crew in sheet.crews for slot in crew.slots}
    kinds: dict[str, list[Holder]] = {}
    for one in sheet.holders:
        if one.kind not in shown:
            kinds.setdefault(one.kind, []).append(one)
    return tuple(
        Kindred(some[0].kind_name, tuple(person(one, now) for one in some)) for some in kinds.values()
    )


def contacts(found: Iterable[organisation.Counterpart], now: datetime) -> tuple[Contact, ...]:
    """The contacts at the police, level by level."""
    return tuple(
        Contact(one.place, one.level.label, person(one.holder, now) if one.holder else None) for one in found
    )
