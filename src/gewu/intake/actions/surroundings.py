"""What the rows of a table speak of: places found, channels, classes and units found or made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from collections.abc import Mapping as Names
from dataclasses import dataclass
from datetime import datetime

from gewu.catalogue import actions as catalogue
from gewu.infra import store, versions
from gewu.intake.actions.grouping import Ground, Group, Spelling, grouped, stem
from gewu.intake.actions.history import Outcome, PastReport
from gewu.intake.actions.mapping import Mapping, Reading, limit_of
from gewu.intake.actions.receiving import ReportDraft
from gewu.intake.models import Channel
from gewu.kernel.places import Level, level_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import actions as organisation_actions
from gewu.organisation import queries as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security.actors import Actor
from gewu.security.vault import Contact
from gewu.territory import queries as territory

#: Which kind of unit stands at a place of each level, when a table brings units along.
_KINDS = {Level.COUNTY: "department", Level.STREET: "street_body", Level.COMMUNITY: "community_service"}


@dataclass(frozen=True)
class Surroundings:
    """Where the names of a table lead. ``units`` gives the code of the unit behind each spelling."""

    mapping: Mapping
    ground: Ground
    groups: tuple[Group, ...]
    units: dict[Spelling, str]
    #: How many units and classes were new.
    units_made: int = 0
    classes_made: int = 0

    def past_report(self, reading: Reading) -> PastReport:
        """A row with every name resolved; a place or unit that nobody knows is refused."""
        outcome = self.mapping.outcome
        draft = ReportDraft(
            channel=reading.channel,
            text=reading.text,
            lon=reading.lon,
            lat=reading.lat,
            datum=self.mapping.report.datum,
            place=self._place(reading),
            address=reading.address,
            matter=reading.matter,
            contact=Contact(reading.contact_name, reading.contact_phone),
            outside_id=reading.outside_id,
            received_at=reading.received_at,
        )
        return PastReport(
            draft, self._unit(reading), reading.outcome, reading.closed_at, outcome.result, outcome.answer
        )

    def _place(self, reading: Reading) -> str:
        if reading.place or reading.lon is not None:
            return reading.place
        street, community, grid = (stem(name) for name in reading.place_names)
        found = _named(self.ground.streets, street, self.ground.county)
        found = _named(self.ground.communities, community, found)
        if not grid:
            return found if street or community or not reading.address else ""
        return _named({one.code: one.name for one in territory.children_of(found)}, grid, found)

    def _unit(self, reading: Reading) -> str:
        spelling = reading.unit
        if spelling is None and reading.outcome is not Outcome.OPEN and self.mapping.unit.stand_in:
            spelling = Spelling(self.mapping.unit.stand_in)
        if spelling is None:
            return ""
        code = self.units.get(spelling)
        if code is None:
            raise Refusal(say("没有名为“{name}”的单位", name=spelling.name), Kind.MISSING, field="unit")
        return code


def _named(places: Names[str, str], name: str, inside: str) -> str:
    """The one place of this name within another; without a name that other place itself."""
    if not name:
        return inside
    found = [code for code, one in places.items() if one == name and code.startswith(inside)]
    if len(found) != 1:
        raise Refusal(
            say("{place} 没有名为“{name}”的地方", place=inside, name=name), Kind.MISSING, field="place"
        )
    return found[0]


def ground_of(county: str) -> Ground:
    """The streets and communities of a county as they are spoken of; one that nobody knows is refused."""
    streets = territory.children_of(territory.place(county).code)
    communities = [one for street in streets for one in territory.children_of(street.code)]
    return Ground(
        county,
        {one.code: one.name for one in streets},
        {one.code: stem(one.name) for one in communities if "虚拟" not in one.name},
    )


def lay_out(mapping: Mapping, readings: Iterable[Reading], *, actor: Actor, now: datetime) -> Surroundings:
    """Find, and where the mapping says so make, the channels, classes and units that the rows speak of."""
    known = list(readings)
    ground = ground_of(mapping.county)
    with store.writing():
        _add_channels(mapping)
        classes = units_made = 0
        if mapping.matter.create:
            classes = catalogue.add_classes(
                _classes(mapping, known), place=mapping.county, actor=actor, now=now
            )
        groups = grouped(_spellings(mapping, known), ground)
        units = {
            one: code for group in groups if (code := _known_unit(group, mapping)) for one in group.spellings
        }
        if mapping.unit.create:
            fresh = [group for group in groups if group.spellings[0] not in units]
            units_made = len(fresh)
            units |= _add_units(fresh, mapping, ground, actor=actor, now=now)
    return Surroundings(mapping, ground, groups, units, units_made, classes)


def _add_channels(mapping: Mapping) -> None:
    rows = [
        Channel(
            code=one.code,
            name_zh=one.name_zh,
            name_en=one.name_en,
            screening="rule",
            staffed=True,
            brought_by=["reports.screen"],
        )
        for one in mapping.channel.create
    ]
    if Channel.objects.filter(pk__in=[row.pk for row in rows]).count() < len(rows):
        Channel.objects.bulk_create(rows, ignore_conflicts=True)
        versions.changed("channels")


def _classes(mapping: Mapping, readings: Iterable[Reading]) -> Iterable[catalogue.ClassSpec]:
    """A class for each narrowest name; the wider ones are headers, whose codes its own code begins with."""
    limits = mapping.matter.limits
    for reading in readings:
        for name in reading.chain:
            last = name.code == reading.matter and len(reading.chain) == len(mapping.matter.levels)
            if not last or limits is None:
                yield catalogue.ClassSpec(name.code, name.name, mapping.name, kind=mapping.matter.kind)
                continue
            yield catalogue.ClassSpec(
                name.code,
                name.name,
                mapping.name,
                parent=name.above,
                kind=mapping.matter.kind,
                department=mapping.matter.department,
                priority=mapping.matter.priority,
                accept=limit_of(limits.accept),
                handle=limit_of(limits.handle),
                evidence=mapping.matter.evidence,
            )


def _spellings(mapping: Mapping, readings: Iterable[Reading]) -> list[Spelling]:
    found = [reading.unit for reading in readings if reading.unit]
    stand_in = mapping.unit.stand_in
    return [*found, Spelling(stand_in)] if stand_in else found


def _code(prefix: str, number: str, group: Group) -> str:
    """A code that the same unit gets again from another table of the same source."""
    return prefix + (number or hashlib.sha256(f"{group.place} {group.name}".encode()).hexdigest()[:8])


def _known_unit(group: Group, mapping: Mapping) -> str:
    """The unit that already stands for a group: by a number it was made from, or by one of its names."""
    numbers = [one.number for one in group.spellings if one.number]
    made = (organisation.unit(_code(mapping.unit.prefix, number, group)) for number in numbers or [""])
    named = (organisation.unit_named(name, place=group.place) for name in (group.name, *group.names))
    return next((one.code for one in (*made, *named) if one), "")


def _add_units(
    groups: list[Group], mapping: Mapping, ground: Ground, *, actor: Actor, now: datetime
) -> dict[Spelling, str]:
    """Make a unit for each group, its office above it, and note the other names as aliases."""
    offices = [_office(street, name) for street, name in ground.streets.items()]
    wanted = {one.place for one in groups}
    specs = [_spec(group, mapping) for group in groups]
    organisation_actions.add_units(
        [*(one for one in offices if one.place in wanted), *specs], actor=actor, now=now
    )
    spelled = [name for group in groups for name in group.names]
    for group, spec in zip(groups, specs, strict=True):
        for name in group.names:
            if name != spec.name_zh and spelled.count(name) == 1 and not organisation.unit_named(name):
                organisation_actions.add_alias(spec.code, name, actor=actor, now=now)
    return {one: spec.code for group, spec in zip(groups, specs, strict=True) for one in group.spellings}


def _spec(group: Group, mapping: Mapping) -> UnitSpec:
    level = level_of(group.place)
    parent = f"{group.place}-street_office" if level is Level.STREET else ""
    code = _code(mapping.unit.prefix, group.number, group)
    return UnitSpec(_KINDS[level], code, group.name, group.place, parent)


def _office(street: str, name: str) -> UnitSpec:
    """The office of a street as a district is set up with, so that both are one."""
    return UnitSpec(
        "street_office", f"{street}-street_office", f"{name}办事处", street, department="street_office"
    )
