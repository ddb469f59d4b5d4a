"""What the rules leave open: classes without a lead, rules that contradict each other, unheld duties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gewu.catalogue.queries.classes import departments, held
from gewu.catalogue.queries.lists import list_at
from gewu.catalogue.queries.routing import Uncovered, route, uncovered
from gewu.catalogue.rules import Item, RouteFacts
from gewu.kernel.places import Level, is_within
from gewu.organisation import queries as organisation


@dataclass(frozen=True)
class Contested:
    """Rules that speak alike and name different leads: they decide nothing."""

    matter_prefix: str
    place_prefix: str
    rows: tuple[RouteFacts, ...]


@dataclass(frozen=True)
class Unheld:
    """A duty whose lead or assistant stands nowhere; ``who`` is the code."""

    item: Item
    who: str


@dataclass(frozen=True)
class Coverage:
    """What is left open in a place on a day."""

    place: str
    uncovered: tuple[Uncovered, ...]
    contested: tuple[Contested, ...]
    unheld: tuple[Unheld, ...]
    #: Rules that point to a unit that was closed.
    stale: tuple[RouteFacts, ...]

    @property
    def count(self) -> int:
        return len(self.uncovered) + len(self.contested) + len(self.unheld) + len(self.stale)


def coverage(place: str, on: date) -> Coverage:
    """Everything the rules leave open for a place on a day. No query."""
    rows = tuple(
        row
        for found in held.get().routes.values()
        for row in found
        if row.since <= on and (row.until is None or on < row.until)
        if is_within(place, row.place_prefix) or is_within(row.place_prefix, place)
    )
    return Coverage(
        place,
        tuple(_open(place, on)),
        tuple(_contested(rows)),
        tuple(_unheld(place, on)),
        tuple(row for row in rows if row.unit and not _stands(row.unit)),
    )


def _open(place: str, on: date) -> Iterable[Uncovered]:
    """Classes without a lead; above communities those that lack one in a community, with how many lack it.

    A class that street offices handle has no lead in the county as a whole, and none is missing.
    """
    units = (one.place for one in organisation.units() if not one.closed)
    communities = sorted(
        {
            one
            for one in units
            if len(one) == Level.COMMUNITY.digits and one != place and is_within(one, place)
        }
    )
    for found in uncovered(place, on):
        routed = [route(found.matter.code, one, on) for one in communities]
        whys = [one.why for one in routed if one.unit is None]
        if whys or not communities:
            yield Uncovered(found.matter, whys[0] if whys else found.why, len(whys))


def _contested(rows: Iterable[RouteFacts]) -> Iterable[Contested]:
    alike: dict[tuple[str, str, date], list[RouteFacts]] = {}
    for row in rows:
        alike.setdefault((row.matter_prefix, row.place_prefix, row.since), []).append(row)
    for (matter, place, _), found in sorted(alike.items()):
        if len({(row.department, row.unit, row.assists) for row in found}) > 1:
            yield Contested(matter, place, tuple(found))


def _unheld(place: str, on: date) -> Iterable[Unheld]:
    """Duties in force here of which an office stands neither in the place, nor above, nor below it."""
    _, items = list_at("duty", place, on)
    for item in items:
        for who in (*([item.lead] if item.lead else []), *(one.who for one in item.assistants)):
            if not _held(who, place):
                yield Unheld(item, who)


def _held(who: str, place: str) -> bool:
    if who not in departments():
        unit = organisation.unit(who)
        return unit is not None and not unit.closed
    if organisation.unit_for(who, place):
        return True
    return any(one.department == who and is_within(one.place, place) for one in organisation.units())


def _stands(unit: str) -> bool:
    found = next((one for one in organisation.units() if one.id.hex == unit), None)
    return found is not None
