"""Door for reading: matter classes, limits, routes and the working calendar. All held in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from gewu.catalogue import rules
from gewu.catalogue.models import Criterion, Department, MatterClass, Route, WorkdayRow
from gewu.catalogue.rules import CriterionFacts, RouteFacts
from gewu.catalogue.rules import Limit as Limit
from gewu.catalogue.rules import Matter as Matter
from gewu.infra.versions import Held
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.kernel.worktime import Calendar, DayKind, Unit, calendar_from_rows
from gewu.organisation import queries as organisation
from gewu.organisation.queries import UnitFacts as UnitFacts

#: The name under which the catalogue is held in memory.
HELD = "catalogue"
#: The notice for a year comes in the November before; limits reach about this far ahead.
CALENDAR_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class MatterGroup:
    """A header with the matters below it, for pickers."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    matters: tuple[Matter, ...]


@dataclass(frozen=True)
class DepartmentFacts:
    """A line of work."""

    code: str
    name_zh: str
    name_en: str
    level: str


@dataclass(frozen=True)
class _Dated:
    """A matter class or a header with the days in which it is in force."""

    facts: Matter | MatterGroup
    since: date
    until: date | None

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class _Catalogue:
    classes: Mapping[str, tuple[_Dated, ...]]
    departments: Mapping[str, DepartmentFacts]
    routes: Mapping[str, tuple[RouteFacts, ...]]
    calendar: Calendar


def _load() -> _Catalogue:
    departments = [
        DepartmentFacts(row.code, row.name_zh, row.name_en, row.level) for row in Department.objects.all()
    ]
    return _Catalogue(
        _load_classes(), {one.code: one for one in departments}, _load_routes(), _load_calendar()
    )


def _load_classes() -> Mapping[str, tuple[_Dated, ...]]:
    criteria: dict[UUID, list[CriterionFacts]] = {}
    for row in Criterion.objects.order_by("matter_id", "seq"):
        criteria.setdefault(row.matter_id, []).append(_criterion(row))
    classes: dict[str, tuple[_Dated, ...]] = {}
    for one in MatterClass.objects.order_by("code", "-since"):
        dated = _Dated(_facts(one, criteria.get(one.pk, [])), one.since, one.until)
        classes[one.code] = (*classes.get(one.code, ()), dated)
    return classes


def _criterion(row: Criterion) -> CriterionFacts:
    limit = _limit(row.limit_amount, row.limit_unit)
    return CriterionFacts(row.seq, row.filing_zh, row.filing_en, limit, row.closing_zh, row.closing_en)


def _limit(amount: Decimal | None, unit: str) -> Limit:
    """A limit from its columns; every class that is no header is loaded with both."""
    return Limit(rules.plain(amount or Decimal(0)), Unit(unit))


def _facts(row: MatterClass, criteria: Iterable[CriterionFacts]) -> Matter | MatterGroup:
    if not row.parent:
        return MatterGroup(row.code, row.name_zh, row.name_en, row.kind, ())
    return Matter(
        code=row.code,
        parent_code=row.parent,
        name_zh=row.name_zh,
        name_en=row.name_en,
        kind=row.kind,
        department=row.default_department,
        level=row.level,
        priority=row.priority or 0,
        accept=_limit(row.accept_amount, row.accept_unit),
        handle=_limit(row.handle_amount, row.handle_unit),
        evidence=tuple(row.evidence),
        public=row.public,
        criteria=tuple(criteria),
    )


def _load_routes() -> Mapping[str, tuple[RouteFacts, ...]]:
    routes: dict[str, tuple[RouteFacts, ...]] = {}
    for row in Route.objects.order_by("since", "id"):
        routes[row.matter_prefix] = (*routes.get(row.matter_prefix, ()), route_facts(row))
    return routes


def route_facts(row: Route) -> RouteFacts:
    """A stored route as the rules see it."""
    return RouteFacts(
        id=row.pk.hex,
        matter_prefix=row.matter_prefix,
        place_prefix=row.place_prefix,
        department=row.department,
        unit=row.unit_id.hex if row.unit_id else "",
        assists=tuple(row.assists),
        reason_zh=row.reason_zh,
        reason_en=row.reason_en,
        since=row.since,
        until=row.until,
    )


def _load_calendar() -> Calendar:
    rows = [
        {"date": day.isoformat(), "day_type": kind}
        for day, kind in WorkdayRow.objects.order_by("date").values_list("date", "kind")
    ]
    written = "\n".join(f"{row['date']} {row['day_type']}" for row in rows)
    return calendar_from_rows(rows, hashlib.sha256(written.encode()).hexdigest()[:12])


_held: Held[_Catalogue] = Held(HELD, _load)


def matter(code: str, on: date) -> Matter:
    """The class in force on a day. A header, an unknown code and an ended class are refused."""
    for one in _held.get().classes.get(code, ()):
        if one.covers(on) and isinstance(one.facts, Matter):
            return one.facts
    raise Refusal(say("目录中没有事项 {code}", code=code), Kind.MISSING, field="matter")


def matters(on: date) -> tuple[MatterGroup, ...]:
    """The tree of classes in force on a day, for pickers; headers without a class are left out."""
    below: dict[str, list[Matter]] = {}
    headers: list[MatterGroup] = []
    for facts in _in_force(on):
        if isinstance(facts, Matter):
            below.setdefault(facts.parent_code, []).append(facts)
        else:
            headers.append(facts)
    return tuple(
        MatterGroup(head.code, head.name_zh, head.name_en, head.kind, tuple(below[head.code]))
        for head in headers
        if head.code in below
    )


def _in_force(on: date) -> Iterable[Matter | MatterGroup]:
    for versions in _held.get().classes.values():
        current = next((one.facts for one in versions if one.covers(on)), None)
        if current is not None:
            yield current


def all_matters(on: date) -> tuple[Matter, ...]:
    """Every class in force on a day without the headers, by code."""
    return tuple(facts for facts in _in_force(on) if isinstance(facts, Matter))


def search_matters(text: str, on: date) -> tuple[Matter, ...]:
    """Classes whose code or name holds every word of the text; those that begin with it come first."""
    words = text.casefold().split()
    found = [one for one in all_matters(on) if all(word in _searched(one) for word in words)]
    first = words[0] if words else ""
    return tuple(sorted(found, key=lambda one: (not _begins(one, first), one.code)))


def _searched(one: Matter) -> str:
    return f"{one.code} {one.name_zh} {one.name_en}".casefold()


def _begins(one: Matter, word: str) -> bool:
    return any(text.casefold().startswith(word) for text in (one.code, one.name_zh, one.name_en))


def departments() -> Mapping[str, DepartmentFacts]:
    """The departments by code."""
    return _held.get().departments


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


def route(matter_code: str, place: str, on: date) -> Routing:
    """Who leads a matter in a place on a day. No query when warm; an unknown matter is refused.

    When no row speaks, rows conflict or the target does not exist, there is no unit, only the reason.
    """
    return _routed(_candidates(matter_code), matter(matter_code, on), place, on)


def _candidates(matter_code: str) -> tuple[RouteFacts, ...]:
    routes = _held.get().routes
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
        return Routing(None, (), "", str(choice.why), english, choice.why)
    seat = rules.reach(place, about.level)
    lead = _target(row, seat)
    if lead is None:
        return _nowhere(row, seat)
    assists = {code: _named(code, seat) for code in row.assists}
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
    """A class for which nobody is found in a place."""

    matter: Matter
    why: Text


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
    rows = (row for held in _held.get().routes.values() for row in held)
    found = (
        row
        for row in rows
        if row.covers(row.matter_prefix, row.place_prefix, on)
        and (is_within(place, row.place_prefix) or is_within(row.place_prefix, place))
    )
    return tuple(sorted(found, key=lambda row: row.rank, reverse=True))


def calendar() -> Calendar:
    """The working calendar; its version changes whenever a day does."""
    return _held.get().calendar


def missing_calendar_years(on: date) -> tuple[int, ...]:
    """The years near this day for which no notice has been entered: there only weekends are known."""
    known = calendar().years
    return tuple(year for year in sorted({on.year, (on + CALENDAR_AHEAD).year}) if year not in known)


def calendar_years() -> tuple[int, ...]:
    """The years whose notice of days off has been entered."""
    return tuple(sorted(calendar().years))


@dataclass(frozen=True)
class NoticedDay:
    """A day that a yearly notice takes off or makes up for."""

    date: date
    off: bool
    name: str
    notice_url: str


def days_of(year: int) -> tuple[NoticedDay, ...]:
    """The days that the notice for a year speaks of: one query."""
    rows = WorkdayRow.objects.filter(date__year=year).order_by("date")
    return tuple(
        NoticedDay(row.date, row.kind == DayKind.OFF.value, row.name, row.notice_url) for row in rows
    )


def day_of(moment: datetime) -> date:
    """The day that a moment falls on, where the calendar is kept."""
    return calendar().local(moment).date()


def matter_name(code: str) -> str:
    """What a class is called, as last known; its code when nothing is known of it."""
    dated = _held.get().classes.get(code)
    return dated[0].facts.name_zh if dated else code
