"""The figures of the board, from the district down to the grid cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.insight.queries import figures
from gewu.insight.queries.analysis import Call, calls
from gewu.kernel.places import Level, ancestors, is_within, level_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor
from gewu.territory import queries as territory


@dataclass(frozen=True)
class PlaceFigures:
    """The figures of one place on the map and in the table."""

    code: str
    name: str
    open: int
    overdue: int
    due_soon: int
    filed_today: int
    closed_today: int


@dataclass(frozen=True)
class Board:
    """A place, the places below it, and how things stand there as of a moment."""

    code: str
    name: str
    level: Text
    path: tuple[tuple[str, str], ...]
    as_of: datetime
    whole: PlaceFigures
    children: tuple[PlaceFigures, ...]
    #: Cases of this place that name no place below it.
    unplaced: int
    by_state: tuple[cases.StateCount, ...]
    by_matter: tuple[tuple[str, str, int], ...]
    #: What needs a leader now.
    calls: tuple[Call, ...]


#: What comes below each level of the board; nothing is drawn below a grid.
_BELOW = {
    Level.PROVINCE: Level.CITY,
    Level.CITY: Level.COUNTY,
    Level.COUNTY: Level.STREET,
    Level.STREET: Level.COMMUNITY,
    Level.COMMUNITY: Level.GRID,
}


def home_of(actor: Actor) -> str:
    """Where an actor's board opens: the widest place in which it may read figures."""
    places = [one.place for one in actor.scopes("figures.read")]
    if not places:
        raise Refusal(say("您没有查看统计的权限"), Kind.FORBIDDEN)
    return min(places, key=len)


def board(actor: Actor, code: str, *, now: datetime) -> Board:
    """The board of a place. Refused outside the places in which the actor may read figures."""
    if not actor.holds_at("figures.read", code):
        raise Refusal(say("您没有查看此地统计的权限"), Kind.FORBIDDEN)
    here = territory.place(code)
    below = _BELOW.get(level_of(code))
    stands = _standing(actor, code, below.digits if below else len(code), now)
    counts = {one.place: one for one in stands.places}
    children = tuple(
        _figures(one.code, one.name, counts.get(one.code))
        for one in (territory.children_of(code) if below else ())
    )
    own = _figures(code, here.name, counts.get(code))
    return Board(
        code=code,
        name=here.name,
        level=level_of(code).label,
        path=path_of(actor, code),
        as_of=now,
        whole=_sum(own, children),
        children=children,
        unplaced=own.open if below else 0,
        by_state=tuple(cases.open_by_state(list(counts.values()))),
        by_matter=tuple(_named(*one) for one in _most(stands.matters)),
        calls=calls(actor, code, late=stands.late or None, now=now),
    )


def _standing(actor: Actor, code: str, digits: int, now: datetime) -> figures.Standing:
    """From the figures that are kept; counted anew for those who see only part of the place."""
    if figures.are_kept(actor, code):
        return figures.standing(actor, code, digits, now=now)
    local = catalogue.calendar().local(now)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    places = cases.by_place(actor, code, digits, now=now, today=today)
    matters = Counter({one.matter: one.count for one in cases.by_matter(actor, code)})
    return figures.Standing(places, matters, {})


#: So many classes have a bar of their own.
MOST_CLASSES = 8


def _most(matters: Counter[str]) -> list[tuple[str, int]]:
    """The classes with the most open cases."""
    return sorted((+matters).items(), key=lambda one: (-one[1], one[0]))[:MOST_CLASSES]


def _figures(code: str, name: str, one: cases.PlaceCount | None) -> PlaceFigures:
    if one is None:
        return PlaceFigures(code, name, 0, 0, 0, 0, 0)
    return PlaceFigures(code, name, one.open, one.overdue, one.due_soon, one.filed_today, one.closed_today)


def _sum(own: PlaceFigures, children: tuple[PlaceFigures, ...]) -> PlaceFigures:
    parts = (own, *children)
    return PlaceFigures(
        own.code,
        own.name,
        sum(one.open for one in parts),
        sum(one.overdue for one in parts),
        sum(one.due_soon for one in parts),
        sum(one.filed_today for one in parts),
        sum(one.closed_today for one in parts),
    )


def path_of(actor: Actor, code: str) -> tuple[tuple[str, str], ...]:
    """The way down to a place, from the widest one in which the actor may read figures."""
    top = home_of(actor)
    seen = [one for one in (*ancestors(code), code) if is_within(one, top)]
    return tuple((one, territory.place(one).name) for one in seen)


def _named(matter: str, count: int) -> tuple[str, str, int]:
    return matter, catalogue.matter_name(matter), count


@dataclass(frozen=True)
class PeriodFigures:
    """What was filed and closed in a period, at one place of those below or as a whole."""

    code: str
    name: str
    filed: int
    closed: int


@dataclass(frozen=True)
class Period:
    """A place and its parts over a period; ``unplaced`` are the matters that name no part."""

    whole: PeriodFigures
    unplaced: PeriodFigures
    parts: tuple[PeriodFigures, ...]


def period(here: territory.Place, actor: Actor, *, since: datetime, until: datetime) -> Period:
    """What was filed and closed in a period: the parts and the unplaced make the whole. Two queries.

    Refused outside the places in which the actor may read figures.
    """
    if not actor.holds_at("figures.read", here.code):
        raise Refusal(say("您没有查看此地统计的权限"), Kind.FORBIDDEN)
    below = _BELOW.get(here.level)
    digits = below.digits if below else len(here.code)
    counts = {one.place: one for one in _in_days(actor, here.code, digits, since, until)}
    children = territory.children_of(here.code) if below else ()
    own = _in_period(here.code, here.name, counts)
    parts = tuple(_in_period(one.code, one.name, counts) for one in children)
    filed, closed = (sum(getattr(one, name) for one in (own, *parts)) for name in ("filed", "closed"))
    return Period(PeriodFigures(here.code, here.name, filed, closed), own, parts)


def _in_days(
    actor: Actor, code: str, digits: int, since: datetime, until: datetime
) -> list[cases.PeriodCount]:
    """From the figures that are kept, where the period is made of whole days."""
    days = figures.whole_days(since, until)
    if days and figures.are_kept(actor, code):
        return figures.in_period(actor, code, digits, *days)
    return cases.by_period(actor, code, digits, since=since, until=until)


def _in_period(code: str, name: str, counts: Mapping[str, cases.PeriodCount]) -> PeriodFigures:
    found = counts.get(code)
    return PeriodFigures(code, name, found.filed if found else 0, found.closed if found else 0)
