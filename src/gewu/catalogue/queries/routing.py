"""Who leads and who assists on a matter in a place; what a draft rule would change. No query when warm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gewu.catalogue import rules
from gewu.catalogue.queries.classes import HELD, all_matters, departments, held, matter
from gewu.catalogue.queries.lists import HELD_LISTS, barred, list_at
from gewu.catalogue.rules import Matter, RouteFacts
from gewu.infra.versions import Kept
from gewu.kernel.places import is_within
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import UnitFacts

#: The kind of list that says who leads.
DUTIES = "duty"


@dataclass(frozen=True)
class Routing:
    """Who leads and who assists, and which row said so. ``unit`` is None when a person must decide.

    ``reason_zh`` and ``reason_en`` are what is stored with the decision; ``why`` names the row for
    screens. ``missing`` are assistants that stand nowhere on the way up.
    """

    unit: UnitFacts | None
    assists: tuple[UnitFacts, ...]
    row: str
    reason_zh: str
    reason_en: str
    why: Text
    missing: tuple[str, ...] = ()
    #: The list by which the work has nowhere to go: the one that bars it, or the duty list that does not
    #: name it. Empty when a lead was found, and when the rules merely contradict each other.
    refused_by: str = ""
    item: str = ""
    number: int = 0


#: The same question is asked for every case; its answer follows from rules, lists and units alone.
_decided: Kept[Routing] = Kept(HELD, HELD_LISTS, organisation.HELD, most=50_000)


def route(matter_code: str, place: str, on: date) -> Routing:
    """Who leads a matter in a place on a day. No query when warm; an unknown matter is refused.

    When no row speaks, rows conflict or the target does not exist, there is no unit, only the reason.
    """

    def routed(key: str) -> Routing:
        return _routed(_candidates(matter_code), matter(matter_code, on), place, on)

    found = _decided.get(f"{matter_code}|{place}|{on}", routed)
    assert found is not None
    return found


def _candidates(matter_code: str) -> tuple[RouteFacts, ...]:
    routes = held.get().routes
    return tuple(row for n in range(len(matter_code) + 1) for row in routes.get(matter_code[:n], ()))


def _routed(rows: Iterable[RouteFacts], about: Matter, place: str, on: date) -> Routing:
    choice = rules.choose_route(rows, about.code, place, on)
    row = choice.row
    if row is None:
        english = (
            f"{len(choice.rivals)} equally specific routing rules contradict each other"
            if choice.rivals
            else f"No routing rule for matter {about.code} in {place}"
        )
        if choice.rivals:
            return Routing(None, (), "", str(choice.why), english, choice.why)
        edition, _ = list_at(DUTIES, place, on)
        number = edition.number if edition else 0
        return Routing(None, (), "", str(choice.why), english, choice.why, refused_by=DUTIES, number=number)
    seat = rules.reach(place, about.level)
    lead = _target(row, seat)
    if lead is None:
        return _nowhere(row, seat)
    against = barred(about.code, place, lead.kind, on)
    if against is not None:
        return Routing(
            None,
            (),
            row.id,
            str(against.text),
            _english(against.text),
            against.text,
            refused_by=against.kind.code,
            item=against.item.code if against.item else "",
            number=against.number,
        )
    assists = {code: _helper(code, seat, about.code, place, on) for code in row.assists}
    helping = tuple(unit for unit in assists.values() if unit and unit.id != lead.id)
    missing = tuple(code for code, unit in assists.items() if unit is None)
    return Routing(lead, helping, row.id, row.reason_zh, row.reason_en, choice.why, missing)


def _target(row: RouteFacts, seat: str) -> UnitFacts | None:
    if row.department:
        return organisation.unit_for(row.department, seat)
    unit = organisation.unit(UUID(row.unit))
    return None if unit is None or unit.closed else unit


def _named(code: str, seat: str) -> UnitFacts | None:
    if code in departments():
        return organisation.unit_for(code, seat)
    unit = organisation.unit(code)
    return None if unit is None or unit.closed else unit


def _helper(code: str, seat: str, matter_code: str, place: str, on: date) -> UnitFacts | None:
    """An assistant; one that the lists keep from this class stands nowhere."""
    unit = _named(code, seat)
    return None if unit and barred(matter_code, place, unit.kind, on) else unit


def _english(text: Text) -> str:
    """What is stored for English readers, from the same values."""
    names = {name: one.en or one.zh for name, one in text.values.items() if isinstance(one, Name)}
    return (
        f"The list “{names.get('list', '')}” does not allow giving “{names.get('matter', '')}” to this unit"
    )


def _nowhere(row: RouteFacts, seat: str) -> Routing:
    department = departments().get(row.department)
    name = department.name_zh if department else row.department
    if row.department:
        why = say("派遣规则指向“{department}”，但 {place} 没有这个单位", department=name, place=seat)
        english = (
            f"The rule points to {department.name_en if department else name}, which has no unit in {seat}"
        )
    else:
        why = say("派遣规则指向的单位已撤销")
        english = "The unit to which the rule points has been closed"
    return Routing(None, (), row.id, str(why), english, why)


@dataclass(frozen=True)
class Uncovered:
    """A class for which nobody is found in a place, or in so many communities of it."""

    matter: Matter
    why: Text
    communities: int = 0


def uncovered(place: str, on: date) -> tuple[Uncovered, ...]:
    """The classes that have no lead in a place on a day, each with the reason."""
    routed = ((one, route(one.code, place, on)) for one in all_matters(on))
    return tuple(Uncovered(one, routing.why) for one, routing in routed if routing.unit is None)


@dataclass(frozen=True)
class Change:
    """What a draft rule would change for one case."""

    key: str
    matter: str
    place: str
    before: Routing
    after: Routing

    @property
    def moves(self) -> bool:
        """Whether someone else would get it."""
        return (self.before.unit, self.before.assists) != (self.after.unit, self.after.assists)


def preview(
    cases: Iterable[tuple[str, str, str]],
    on: date,
    *,
    draft: RouteFacts | None = None,
    without: str = "",
) -> tuple[Change, ...]:
    """Who would get these cases (key, matter, place) with a draft rule, or without the rule of that id."""
    changes = []
    for key, code, place in cases:
        about, rows = matter(code, on), _candidates(code)
        then = [row for row in rows if row.id != without] + ([draft] if draft else [])
        changes.append(
            Change(key, code, place, _routed(rows, about, place, on), _routed(then, about, place, on))
        )
    return tuple(changes)


def routes_of(place: str, on: date) -> tuple[RouteFacts, ...]:
    """The rules in force that speak of a place or of one in it, the most specific first."""
    rows = (row for held in held.get().routes.values() for row in held)
    found = (
        row
        for row in rows
        if row.covers(row.matter_prefix, row.place_prefix, on)
        and (is_within(place, row.place_prefix) or is_within(row.place_prefix, place))
    )
    return tuple(sorted(found, key=lambda row: row.rank, reverse=True))
