"""The units of a district, from the departments of the catalogue and the names of its places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gewu.catalogue import queries
from gewu.catalogue.actions import naming
from gewu.catalogue.queries import DepartmentFacts
from gewu.kernel.places import Level, level_of, parent_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: Departments of a sub-district that belong to a department of the district.
_BRANCH_OF = {"police_station": "police", "justice_office": "justice"}
#: Departments of a community that stand in the sub-district too, because classes are settled there.
_ALSO_IN_STREETS = ("mediation_committee", "social_organisation")
#: Departments that have a tree of their own at three levels.
_GRID = ("grid_centre", "grid_worker")


def load_district(
    county: str, *, actor: Actor, now: datetime, places: Iterable[tuple[str, str]] | None = None
) -> int:
    """Set up the units of a county, its streets and its communities; returns how many are new.

    ``places`` are (code, name) of the county and what lies in it; without them territory is asked.
    Units that stand already are left as they are. Refuses when the catalogue has no departments yet.
    """
    if not queries.departments():
        raise Refusal(say("请先载入事项目录，再设立单位"), Kind.CONFLICT)
    named = sorted(places if places is not None else _places_of(county), key=lambda pair: len(pair[0]))
    specs = [spec for code, name in named for spec in _units_at(code, name)]
    return len(organisation.add_units(specs, actor=actor, now=now))


def _places_of(county: str) -> list[tuple[str, str]]:
    """The county, its streets and its communities; entries of the statistics without people are left out."""
    streets = territory.children_of(county)
    communities = [place for street in streets for place in territory.children_of(street.code)]
    named = [(place.code, place.name) for place in (territory.place(county), *streets, *communities)]
    return [(code, name) for code, name in named if "虚拟" not in name]


def _units_at(code: str, name: str) -> list[UnitSpec]:
    level = level_of(code)
    if level is Level.COUNTY:
        return _of_county(code, name)
    if level is Level.STREET:
        return _of_street(code, name)
    return _of_community(code, name) if level is Level.COMMUNITY else []


def _of_county(code: str, name: str) -> list[UnitSpec]:
    specs = [
        _spec("service_company" if one.level == "city" else "department", one, code, name)
        for one in queries.departments().values()
        if one.level in ("city", "county") and one.code not in _GRID
    ]
    return [*specs, *_centre("grid_centre_county", code, name)]


def _of_street(code: str, name: str) -> list[UnitSpec]:
    county, office = parent_of(code), f"{code}-street_office"
    specs: list[UnitSpec] = []
    for one in queries.departments().values():
        if one.code == "street_office":
            specs.insert(0, _spec("street_office", one, code, name))
        elif one.code in _BRANCH_OF:
            above = f"{county}-{_BRANCH_OF[one.code]}"
            specs.append(_spec("department_station", one, code, name, above))
        elif one.level == "street" or one.code in _ALSO_IN_STREETS:
            specs.append(_spec("street_body", one, code, name, office))
    return [*specs, *_centre("grid_centre_street", code, name, f"{county}-grid_centre")]


def _of_community(code: str, name: str) -> list[UnitSpec]:
    street, committee = parent_of(code), f"{code}-community_committee"
    specs: list[UnitSpec] = []
    for one in queries.departments().values():
        if one.code == "community_committee":
            specs.insert(0, _spec("community_committee", one, code, name, f"{street}-street_office"))
        elif one.code == "mediation_committee":
            specs.append(_spec("community_body", one, code, name, committee))
        elif one.level == "community":
            specs.append(_spec("community_service", one, code, name))
    team = [
        _spec("grid_team", one, code, name, f"{code}-grid_centre")
        for one in queries.departments().values()
        if one.code == "grid_worker"
    ]
    return [*specs, *_centre("grid_centre_community", code, name, f"{street}-grid_centre"), *team]


def _centre(kind: str, code: str, name: str, parent: str = "") -> list[UnitSpec]:
    centre = queries.departments().get("grid_centre")
    return [_spec(kind, centre, code, name, parent)] if centre else []


def _spec(kind: str, department: DepartmentFacts, place: str, name: str, parent: str = "") -> UnitSpec:
    return UnitSpec(
        kind=kind,
        code=f"{place}-{department.code}",
        name_zh=naming.unit_name(department.code, department.name_zh, name),
        name_en=f"{department.name_en}, {naming.short(name)}",
        place=place,
        parent=parent,
        department=department.code,
    )
