"""A place and a unit with everyone who stands there, as staff see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gewu.kernel.places import Level, ancestors, checked, level_of
from gewu.kernel.texts import Name
from gewu.organisation import permissions
from gewu.organisation.queries.crews import Crew, crew_among
from gewu.organisation.queries.kinds import StructureFacts, crew_models, structures, unit_kinds
from gewu.organisation.queries.posts import HEAD, Holder, in_force, shown
from gewu.organisation.queries.units import (
    UnitFacts,
    known_unit,
    parts_of,
    units_above,
    units_at,
)
from gewu.security.actors import Actor

#: The kind of post that ties a level of the net to the police.
COUNTERPART = "police_counterpart"
#: The levels that have a counterpart with the police each.
COUNTERPART_LEVELS = (Level.COUNTY, Level.STREET, Level.COMMUNITY)


@dataclass(frozen=True)
class Counterpart:
    """One level with its contact at the police; nobody where there is none."""

    place: str
    level: Level
    holder: Holder | None


@dataclass(frozen=True)
class StructureLevel:
    """One level of a structure with the units that stand there on the way down to a place."""

    kind: Name
    units: tuple[UnitFacts, ...]


@dataclass(frozen=True)
class Structured:
    """A structure as it reaches a place, the highest level first."""

    structure: StructureFacts
    levels: tuple[StructureLevel, ...]


@dataclass(frozen=True)
class SeatedUnit:
    """A unit with its head, if it has one."""

    unit: UnitFacts
    head: Holder | None


@dataclass(frozen=True)
class PlaceSheet:
    """Who there is at one place: its own posts, its crews, its units, its contacts and structures."""

    place: str
    holders: tuple[Holder, ...]
    crews: tuple[Crew, ...]
    units: tuple[SeatedUnit, ...]
    counterparts: tuple[Counterpart, ...]
    structures: tuple[Structured, ...]


@dataclass(frozen=True)
class UnitSheet:
    """A unit with what stands above and below it, its members and its contacts."""

    unit: UnitFacts
    above: tuple[UnitFacts, ...]
    parts: tuple[SeatedUnit, ...]
    members: tuple[Holder, ...]
    counterparts: tuple[Counterpart, ...]


def place_sheet(actor: Actor, place: str, *, now: datetime) -> PlaceSheet:
    """Everyone at a place, for anyone who works here: one query. Strangers are refused."""
    permissions.require_staff(actor)
    found = _holders(Q(place=checked(place)) | _counterparts_of(place), now)
    here = tuple(one for one in found if one.place == place)
    own = tuple(one for one in here if one.unit is None)
    return PlaceSheet(
        place,
        own,
        _crews(place, own),
        _with_heads(units_at(place), here),
        _by_level(place, found),
        tuple(_structured(place)),
    )


def unit_sheet(actor: Actor, code: str, *, now: datetime) -> UnitSheet:
    """A unit and its members, for anyone who works here: one query. Strangers are refused."""
    permissions.require_staff(actor)
    unit = known_unit(code)
    parts = parts_of(unit)
    heads = Q(kind=HEAD, unit__in=[one.id for one in parts])
    found = _holders(Q(unit=unit.id) | heads | _counterparts_of(unit.place), now)
    counterparts = _by_level(unit.place, found)
    return UnitSheet(
        unit,
        units_above(unit),
        _with_heads(parts, found),
        tuple(one for one in found if one.unit == unit.id),
        counterparts if any(one.holder for one in counterparts) else (),
    )


def _holders(wanted: Q, now: datetime) -> tuple[Holder, ...]:
    return tuple(shown(row) for row in in_force(now).filter(wanted).order_by("kind_id", "since"))


def _counterparts_of(place: str) -> Q:
    return Q(kind=COUNTERPART, place__in=[*ancestors(place), place])


def _by_level(place: str, found: Iterable[Holder]) -> tuple[Counterpart, ...]:
    held = {one.place: one for one in found if one.kind == COUNTERPART}
    chain = [one for one in (*ancestors(place), place) if level_of(one) in COUNTERPART_LEVELS]
    return tuple(Counterpart(one, level_of(one), held.get(one)) for one in chain)


def _with_heads(units: Iterable[UnitFacts], found: Iterable[Holder]) -> tuple[SeatedUnit, ...]:
    heads: dict[UUID | None, Holder] = {one.unit: one for one in found if one.kind == HEAD}
    return tuple(SeatedUnit(one, heads.get(one.id)) for one in units)


def _crews(place: str, holders: tuple[Holder, ...]) -> tuple[Crew, ...]:
    """The crews of a grid by every model of which somebody stands here; by the first when nobody does."""
    if level_of(place) is not Level.GRID:
        return ()
    crews = [crew_among(place, model, holders) for model in crew_models().values()]
    manned = tuple(one for one in crews if any(slot.holders for slot in one.slots))
    return manned or tuple(crews[:1])


def _structured(place: str) -> Iterable[Structured]:
    """The structures that have a unit at this very place, with their levels on the way down to it."""
    chain = [unit for one in (*ancestors(place), place) for unit in units_at(one)]
    kinds = unit_kinds()
    for structure in structures().values():
        if any(unit.place == place and unit.kind in structure.levels for unit in chain):
            yield Structured(
                structure,
                tuple(
                    StructureLevel(
                        Name(kinds[kind].name_zh, kinds[kind].name_en),
                        tuple(unit for unit in chain if unit.kind == kind),
                    )
                    for kind in structure.levels
                ),
            )
