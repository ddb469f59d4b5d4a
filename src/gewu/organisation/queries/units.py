"""Units by id, code, name, place and department, held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.organisation import rules
from gewu.organisation.models import Unit, UnitAlias
from gewu.organisation.queries.kinds import HELD


@dataclass(frozen=True)
class UnitFacts:
    """A unit as other subjects see it."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    kind: str
    place: str
    path: str
    department: str
    contact: str = ""
    since: date = date.min
    closed: bool = False
    kind_zh: str = ""
    kind_en: str = ""

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)

    @property
    def above(self) -> str:
        """The path of the unit above; empty at the top."""
        return self.path[: -len(self.code) - 1]

    @property
    def kind_name(self) -> Name:
        return Name(self.kind_zh, self.kind_en)


@dataclass(frozen=True)
class _Units:
    by_id: Mapping[UUID, UnitFacts]
    by_code: Mapping[str, UnitFacts]
    by_name: Mapping[str, tuple[UnitFacts, ...]]
    seated: Mapping[tuple[str, str], UnitFacts]
    at: Mapping[str, tuple[UnitFacts, ...]]
    below: Mapping[str, tuple[UnitFacts, ...]]


def _load_units() -> _Units:
    rows = [_unit_facts(row) for row in Unit.objects.select_related("kind").order_by("since", "id")]
    by_id = {unit.id: unit for unit in rows}
    by_name: dict[str, tuple[UnitFacts, ...]] = {}
    seated: dict[tuple[str, str], UnitFacts] = {}
    at: dict[str, list[UnitFacts]] = {}
    below: dict[str, list[UnitFacts]] = {}
    for unit in rows:
        if not unit.closed:
            by_name[unit.name_zh] = (*by_name.get(unit.name_zh, ()), unit)
            seated.setdefault((unit.department, unit.place), unit)
            at.setdefault(unit.place, []).append(unit)
            below.setdefault(unit.above, []).append(unit)
    for name, unit_id in UnitAlias.objects.values_list("name", "unit_id"):
        if name not in by_name:
            by_name[name] = (by_id[unit_id],)
    return _Units(
        by_id,
        {unit.code: unit for unit in rows},
        by_name,
        seated,
        {place: tuple(some) for place, some in at.items()},
        {path: tuple(some) for path, some in below.items()},
    )


def _unit_facts(row: Unit) -> UnitFacts:
    return UnitFacts(
        row.id,
        row.code,
        row.name_zh,
        row.name_en or row.name_zh,
        row.kind_id,
        row.place,
        row.path,
        row.department,
        row.contact,
        row.since,
        row.until is not None,
        row.kind.name_zh,
        row.kind.name_en,
    )  # fmt: skip -- one line per kind of field reads better than fourteen


_units: Held[_Units] = Held(HELD, _load_units)


def units() -> tuple[UnitFacts, ...]:
    """All open units, the oldest first. Held in memory, no query when warm."""
    return tuple(unit for unit in _units.get().by_id.values() if not unit.closed)


def unit(key: UUID | str) -> UnitFacts | None:
    """A unit by its id or its code, closed ones too."""
    held = _units.get()
    return held.by_id.get(key) if isinstance(key, UUID) else held.by_code.get(key)


def known_unit(key: UUID | str) -> UnitFacts:
    """One unit by its id, in whatever form, or by its code; an unknown one is refused."""
    found = unit(key)
    if found is None and isinstance(key, str) and len(key) in (32, 36):
        with suppress(ValueError):
            found = unit(UUID(key))
    if found is None:
        raise Refusal(say("没有这个单位：{key}", key=key), Kind.MISSING, field="unit")
    return found


def units_at(place: str) -> tuple[UnitFacts, ...]:
    """The open units seated exactly at a place, the oldest first."""
    return _units.get().at.get(place, ())


def units_within(path: str) -> tuple[UnitFacts, ...]:
    """The units at this path and below it, closed ones too."""
    return tuple(one for one in _units.get().by_id.values() if one.path.startswith(path))


def parts_of(unit: UnitFacts) -> tuple[UnitFacts, ...]:
    """The open units directly below one."""
    return _units.get().below.get(unit.path, ())


def units_above(unit: UnitFacts) -> tuple[UnitFacts, ...]:
    """The units above one, the highest first."""
    held = _units.get().by_code
    return tuple(held[code] for code in unit.path.split("/")[:-2])


def unit_named(name: str, *, place: str = "") -> UnitFacts | None:
    """The open unit of this name or alias within a place; None when there is none or more than one."""
    found = [one for one in _units.get().by_name.get(name.strip(), ()) if one.place.startswith(place)]
    return found[0] if len(found) == 1 else None


def unit_for(department: str, place: str) -> UnitFacts | None:
    """The unit of a department that is nearest to a place: in it, else in the places that hold it.

    Among several in one place the oldest. None when the department stands nowhere on the way up.
    """
    seated = _units.get().seated
    for length in range(len(place), 1, -1):
        found = seated.get((department, place[:length]))
        if found:
            return found
    return None


@dataclass(frozen=True)
class Branch:
    """A unit with the units below it."""

    unit: UnitFacts
    parts: tuple[Branch, ...]


def unit_tree(place: str) -> tuple[Branch, ...]:
    """The open units seated at a place or in it, as trees. What stands above the place is left out."""
    inside = [one for one in units() if one.place.startswith(place)]
    paths = {one.path for one in inside}
    below: dict[str, list[UnitFacts]] = {}
    for one in inside:
        below.setdefault(one.above if one.above in paths else "", []).append(one)
    return _branches("", below)


def _branches(path: str, below: Mapping[str, list[UnitFacts]]) -> tuple[Branch, ...]:
    found = sorted(below.get(path, ()), key=lambda one: (one.place, one.code))
    return tuple(Branch(one, _branches(one.path, below)) for one in found)


def units_of(kind: str, prefix: str) -> tuple[UnitFacts, ...]:
    """The open units of a kind at a place or in it."""
    return tuple(one for one in units() if one.kind == kind and one.place.startswith(prefix))


def places_without(kind: str, places: Iterable[str]) -> tuple[str, ...]:
    """Of the given places those that have no unit of this kind: grids without a Party group, say."""
    return rules.uncovered(places, {one.place for one in units() if one.kind == kind})


def open_unit(code: str) -> UnitFacts:
    """An open unit by its code; an unknown or closed one is refused."""
    found = unit(code.strip())
    if found is None or found.closed:
        raise Refusal(say("没有单位“{code}”，或它已撤销", code=code), Kind.MISSING, field="unit")
    return found
