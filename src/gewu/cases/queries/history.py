"""The history of a case: who held it, how far it has come, what was asked for, who answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gewu.cases.models import Application, Case, CaseTag
from gewu.cases.queries.timeline import Line
from gewu.cases.rules import turns
from gewu.cases.rules.custody import Holding, Side, Turn, age, holdings
from gewu.cases.rules.trace import Happening, Reached, reached
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import terms
from gewu.infra import stream
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation

#: Kinds of units that belong to a line of departments; all others belong to the territory.
LINE_KINDS = frozenset({"department", "service_company", "department_station"})


#: A stage of a map, named, with what reached it first.
ReachedStage = Reached[Name]


@dataclass(frozen=True)
class HoldingLine:
    """One party's time with a case, named. ``line`` is None where it lay with no unit."""

    party: Text | Name
    line: bool | None
    since: datetime
    until: datetime
    signed_at: datetime | None
    span: timedelta


@dataclass(frozen=True)
class Custody:
    """Who held a case. The times of departments, territory and others add up to its age."""

    holdings: tuple[HoldingLine, ...]
    departments: timedelta
    territory: timedelta
    others: timedelta
    age: timedelta


@dataclass(frozen=True)
class ApplicationLine:
    """What was asked for and what became of it."""

    kind: Text
    state: Text
    unit: Name
    asked_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True)
class History:
    """What a case has been through, beside its timeline."""

    custody: Custody
    trace: tuple[Reached[Name], ...]
    loop: tuple[Reached[Name], ...]
    first_receiver: Name
    answerable: Name
    about: Name
    tags: tuple[Name, ...]
    was_late: bool
    appeal: Text | None
    shelved_until: datetime | None
    applications: tuple[ApplicationLine, ...]


def for_the_spot(on: date) -> tuple[catalogue.Matter, ...]:
    """The classes that a grid worker may settle on the spot."""
    return tuple(one for one in catalogue.all_matters(on) if turns.for_the_spot(one.kind, one.handle))


def history_of(case: Case, told: Sequence[stream.Told], lines: Sequence[Line], *, now: datetime) -> History:
    """Everything from the events and two short tables; ``lines`` are the same events in sentences."""
    happened = [Happening("ReportReceived", case.received_at, say("反映人"))]
    happened += [Happening(one.type, one.at, one.who) for one in lines]
    return History(
        custody=custody_of(told, now=now),
        trace=_reached("trace", happened),
        loop=_reached("loop", happened),
        first_receiver=_named(case.first_receiver_id),
        answerable=_named(case.answerable_id),
        about=_named(case.about_id),
        tags=tuple(terms.tag(code).name for code in _tags(case)),
        was_late=case.was_late,
        appeal=_APPEALS.get(case.appeal),
        shelved_until=case.shelved_until,
        applications=_applications(case),
    )


def custody_of(told: Sequence[stream.Told], *, now: datetime) -> Custody:
    """Who held a case, from its events alone."""
    turns = [Turn(one.type, one.at, str(one.data.get("unit", ""))) for one in told]
    lines = tuple(_holding(one) for one in holdings(turns, until=now))
    spans = {
        side: sum((one.span for one in lines if one.line is side), timedelta())
        for side in (True, False, None)
    }
    return Custody(lines, spans[True], spans[False], spans[None], age(holdings(turns, until=now)))


def _holding(one: Holding) -> HoldingLine:
    if one.side is not Side.UNIT:
        return HoldingLine(_PARTIES[one.side], None, one.since, one.until, one.signed_at, one.span)
    unit = organisation.known_unit(one.unit)
    return HoldingLine(unit.name, unit.kind in LINE_KINDS, one.since, one.until, one.signed_at, one.span)


def _reached(name: str, happened: Sequence[Happening]) -> tuple[Reached[Name], ...]:
    return reached(((one.name, one.events) for one in terms.stages(name)), happened)


def _named(unit: object) -> Name:
    return organisation.known_unit(str(unit)).name if unit else Name("")


def _tags(case: Case) -> list[str]:
    return list(CaseTag.objects.filter(case=case).order_by("set_at", "id").values_list("tag", flat=True))


def _applications(case: Case) -> tuple[ApplicationLine, ...]:
    rows = Application.objects.filter(case=case).order_by("asked_at", "id")
    return tuple(
        ApplicationLine(
            _KINDS[row.kind], _STATES[row.state], _named(row.unit_id), row.asked_at, row.decided_at
        )
        for row in rows
    )


_PARTIES = {Side.DESK: say("派遣台"), Side.CHECK: say("核查"), Side.REST: say("已结案，未在办理")}
_KINDS = {"extension": say("延期"), "shelving": say("挂账"), "appeal": say("超时申诉")}
_STATES = {
    "open": say("待答复"),
    "passed": say("初审同意，待复审"),
    "approved": say("已同意"),
    "refused": say("未同意"),
    "lapsed": say("未决作废"),
}
_APPEALS = {
    "asked": say("已申诉，待初审"),
    "passed": say("初审同意，待复审"),
    "granted": say("申诉已同意"),
    "refused": say("申诉未同意"),
}
