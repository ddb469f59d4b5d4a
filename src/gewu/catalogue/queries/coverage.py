"""What the rules leave open: classes without a lead, rules that contradict each other, unheld duties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gewu.catalogue.queries.classes import all_matters, departments, held
from gewu.catalogue.queries.lists import held as lists_held
from gewu.catalogue.queries.lists import list_at
from gewu.catalogue.queries.routing import Uncovered, route
from gewu.catalogue.rules import Item, Matter, RouteFacts, reach
from gewu.kernel.places import Level, is_within
from gewu.organisation import queries as organisation
from gewu.territory import queries as territory


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
    """Classes that lack a lead in a community of the place, with how many communities lack it.

    Every community of the net is asked, also one where no unit stands. A class that street offices handle
    has no lead in the county as a whole, and none is missing; in a community the community itself is asked.
    """
    communities, marks = _communities(place), _marks()
    for about in all_matters(on):
        alike: dict[tuple[str, ...], list[str]] = {}
        for one in communities or (place,):
            alike.setdefault(_asked_alike(one, about, marks), []).append(one)
        routed = [(route(about.code, some[0], on), len(some)) for some in alike.values()]
        lacking = [(one.why, count) for one, count in routed if one.unit is None]
        if lacking:
            yield Uncovered(about, lacking[0][0], sum(count for _, count in lacking) if communities else 0)


def _communities(place: str) -> tuple[str, ...]:
    """The communities in a wider place, by the net of grids and by the units that stand there."""
    digits = Level.COMMUNITY.digits
    inside = (*territory.grids_in(place), *(one.place for one in organisation.units() if not one.closed))
    found = {code[:digits] for code in inside if len(code) >= digits and is_within(code, place)}
    return tuple(sorted(found - {place[:digits]}))


def _marks() -> tuple[str, ...]:
    """The places that rules and lists tell apart."""
    routes = {row.place_prefix for found in held.get().routes.values() for row in found}
    known = lists_held.get()
    listed = {one.place for one in known.editions} | {
        one.place for items in known.items.values() for one in items
    }
    return tuple(sorted(routes | listed))


def _asked_alike(community: str, about: Matter, marks: Iterable[str]) -> tuple[str, ...]:
    """What tells a community apart from others for a class: the seat it looks to, and its own rules.

    A class of the county is asked once and not three hundred times.
    """
    seat = reach(community, about.level)
    own = (one for one in marks if len(one) > len(seat) and is_within(community, one))
    return seat, *own


def _contested(rows: Iterable[RouteFacts]) -> Iterable[Contested]:
    alike: dict[tuple[str, str, date], list[RouteFacts]] = {}
    for row in rows:
        alike.setdefault((row.matter_prefix, row.place_prefix, row.since), []).append(row)
    for (matter, place, _), found in sorted(alike.items()):
        if len({(row.department, row.unit, row.assists) for row in found}) > 1:
            yield Contested(matter, place, tuple(found))


def _unheld(place: str, on: date) -> Iterable[Unheld]:
    """Duties in force here of which an office stands neither in the place, nor above, nor below it."""
    inside = {one.place for one in lists_held.get().editions if is_within(one.place, place)}
    found = {
        (one.edition, one.code): one
        for where in (place, *sorted(inside - {place}))
        for one in list_at("duty", where, on)[1]
    }
    for item in found.values():
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
