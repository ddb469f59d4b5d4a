"""Consoles: sets of panels as data, each over one community and no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.infra.versions import Held
from gewu.insight.models import Panel
from gewu.intake import queries as reports
from gewu.kernel.places import Level, is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.territory import queries as territory

HELD = "panels"
COMMUNITY = "community"
#: A panel shows so many lines; its list shows the rest.
MOST_LINES = 6
#: The list of services of a place, as the catalogue calls it.
SERVICES = "service"


@dataclass(frozen=True)
class PanelFacts:
    """A panel as it is set."""

    console: str
    seq: int
    title: Name
    source: str
    matter: str
    audience: str


@dataclass(frozen=True)
class PanelLine:
    """One line of a panel: ``kind`` and ``key`` name the record that it leads to."""

    text: str
    note: str
    kind: str = ""
    key: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """A panel with what it shows now: how many in all, and the first lines."""

    panel: PanelFacts
    count: int
    lines: tuple[PanelLine, ...]


@dataclass(frozen=True)
class Console:
    """A community's console."""

    place: str
    panels: tuple[Shown, ...]
    #: The communities whose console this reader may open, where there are several.
    others: tuple[str, ...]


def _load() -> tuple[PanelFacts, ...]:
    return tuple(
        PanelFacts(
            one.console, one.seq, Name(one.title_zh, one.title_en), one.source, one.matter, one.audience
        )
        for one in Panel.objects.order_by("console", "seq")
    )


_held: Held[tuple[PanelFacts, ...]] = Held(HELD, _load)


def panels(console: str = COMMUNITY) -> tuple[PanelFacts, ...]:
    """The panels of a console in their order. Held in memory."""
    return tuple(one for one in _held.get() if one.console == console)


def console(actor: Actor, *, now: datetime, place: str = "") -> Console:
    """The console of one's own community: the panels whose right one holds, with what each shows.

    Whoever is seated in no community, or asks for another one, is refused.
    """
    own = communities_of(actor)
    if not own:
        raise Refusal(say("您不在社区任职，没有社区工作台"), Kind.FORBIDDEN)
    chosen = place or own[0]
    if chosen not in own:
        raise Refusal(say("只能打开自己社区的工作台"), Kind.FORBIDDEN)
    seen = [one for one in panels() if not one.audience or actor.holds(one.audience)]
    return Console(
        chosen, tuple(Shown(one, *SOURCES[one.source].shows(actor, chosen, one, now)) for one in seen), own
    )


def communities_of(actor: Actor) -> tuple[str, ...]:
    """The communities in which someone is seated, at a grid of it or at the community itself."""
    digits = Level.COMMUNITY.digits
    seats = (one.place[:digits] for one in actor.standings if len(one.place) >= digits)
    return tuple(dict.fromkeys(sorted(seats)))


Content = tuple[int, tuple[PanelLine, ...]]


@dataclass(frozen=True)
class Source:
    """Where a panel takes its lines from."""

    label: Text
    shows: Callable[[Actor, str, PanelFacts, datetime], Content]


def _cases(actor: Actor, place: str, panel: PanelFacts, now: datetime) -> Content:
    wanted = cases.Filters(place=place, matter=panel.matter)
    counted = sum(one.count for one in cases.counters(actor, wanted, now=now) if one.open)
    page = cases.inbox(actor, wanted, size=MOST_LINES, now=now)
    lines = (PanelLine(one.title, one.unit.zh, "case", one.number, one.due_at) for one in page.rows)
    return counted, tuple(lines)


def _tasks(actor: Actor, place: str, panel: PanelFacts, now: datetime) -> Content:
    wanted = reports.Filters(state="verifying", place=place)
    counted = next(
        (one.count for one in reports.counters(actor, wanted, now=now) if one.state == wanted.state), 0
    )
    page = reports.queue(actor, wanted, size=MOST_LINES, now=now)
    return counted, tuple(PanelLine(one.text[:40], one.address, "report", str(one.id)) for one in page.rows)


def _places(actor: Actor, place: str, panel: PanelFacts, now: datetime) -> Content:
    grids = territory.grids_in(place)
    open_in = {one.place: one for one in cases.by_place(actor, place, Level.GRID.digits, now=now, today=now)}
    named = territory.paths_of(set(grids))
    lines = (
        PanelLine(
            named[grid].name if grid in named else grid,
            str(open_in[grid].open if grid in open_in else 0),
            "place",
            grid,
        )
        for grid in grids
    )
    return len(grids), tuple(lines)


def _on_duty(actor: Actor, place: str, panel: PanelFacts, now: datetime) -> Content:
    shifts = [
        one
        for force in organisation.on_duty(actor, place[: Level.STREET.digits], now=now)
        for one in force.shifts
        if is_within(place, one.place) or is_within(one.place, place)
    ]
    people = [PanelLine(who.name, one.kind.zh, "unit", one.unit.code) for one in shifts for who in one.people]
    return len(people), tuple(people[:MOST_LINES])


def _services(actor: Actor, place: str, panel: PanelFacts, now: datetime) -> Content:
    _, items = catalogue.list_at(SERVICES, place, catalogue.day_of(now))
    lines = (PanelLine(one.title.zh, one.category, "list", SERVICES) for one in items[:MOST_LINES])
    return len(items), tuple(lines)


#: Every source of panels. A console, for whatever place, is rows over these.
SOURCES: Mapping[str, Source] = {
    "cases": Source(say("在办工单"), _cases),
    "tasks": Source(say("待核实的反映"), _tasks),
    "places": Source(say("网格"), _places),
    "on_duty": Source(say("在岗人员"), _on_duty),
    "services": Source(say("服务事项"), _services),
}
