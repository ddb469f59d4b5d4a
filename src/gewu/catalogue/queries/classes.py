"""Matter classes, limits, departments and the working calendar. All held in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from gewu.catalogue import rules
from gewu.catalogue.models import Criterion, Department, MatterClass, Route, WorkdayRow
from gewu.catalogue.rules import CriterionFacts, RouteFacts
from gewu.catalogue.rules import Limit as Limit
from gewu.catalogue.rules import Matter as Matter
from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.kernel.worktime import Calendar, DayKind, Unit, calendar_from_rows

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


held: Held[_Catalogue] = Held(HELD, _load)


def matter(code: str, on: date) -> Matter:
    """The class in force on a day. A header, an unknown code and an ended class are refused."""
    for one in held.get().classes.get(code, ()):
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
    for versions in held.get().classes.values():
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


def begins_a_class(prefix: str) -> bool:
    """Whether some class, past ones too, has a code that begins like this."""
    return any(code.startswith(prefix) for code in held.get().classes)


def departments() -> Mapping[str, DepartmentFacts]:
    """The departments by code."""
    return held.get().departments


def calendar() -> Calendar:
    """The working calendar; its version changes whenever a day does."""
    return held.get().calendar


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
    return _day(calendar(), moment)


@lru_cache(maxsize=1024)
def _day(kept: Calendar, moment: datetime) -> date:
    """It is asked again and again of the moments of one report, and of one table."""
    return kept.local(moment).date()


def matter_name(code: str) -> str:
    """What a class is called, as last known; its code when nothing is known of it."""
    dated = held.get().classes.get(code)
    return dated[0].facts.name_zh if dated else code


def name_of(code: str) -> Name:
    """What a class is called in both languages, as last known; its code when nothing is known of it."""
    dated = held.get().classes.get(code)
    return Name(dated[0].facts.name_zh, dated[0].facts.name_en) if dated else Name(code)


@dataclass(frozen=True)
class MatterVersion:
    """A class with the days in which this version of it is in force."""

    matter: Matter
    since: date
    until: date | None


def matter_versions(code: str) -> tuple[MatterVersion, ...]:
    """Every version of a class, the newest first; an unknown one is refused."""
    dated = held.get().classes.get(code, ())
    found = [MatterVersion(one.facts, one.since, one.until) for one in dated if isinstance(one.facts, Matter)]
    if not found:
        raise Refusal(say("目录中没有事项 {code}", code=code), Kind.MISSING, field="matter")
    return tuple(found)
