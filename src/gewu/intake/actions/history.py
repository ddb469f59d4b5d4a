"""Taking in one past report with its history, by the ordinary actions at their times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from gewu.cases import actions as cases
from gewu.catalogue import queries as catalogue
from gewu.infra import store
from gewu.intake import rules
from gewu.intake.actions.receiving import Arrival, ReportDraft, receive, receive_all
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal, tried
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor, Relation, Standing

#: Words of steps that the source does not tell of; they stand in the timeline, so that nobody is misled.
SENT = "按来源记录的承办单位派遣"
ELSEWHERE = "来源记录由另一单位承办"
DONE = "来源记录为已办结；办理经过未随数据提供"
ANSWERED = "来源记录为已办结；答复内容未随数据提供"


class Outcome(Enum):
    """How a past report ended, as its source says. ``closed`` goes by the recorded time alone."""

    OPEN = "open"
    IN_TIME = "in_time"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True)
class PastReport:
    """A report with what is known of its history. ``unit`` is the code of the unit that handled it.

    ``closed_at`` is derived by `derived_end` when the source kept only whether it was in time.
    """

    draft: ReportDraft
    unit: str = ""
    outcome: Outcome = Outcome.OPEN
    closed_at: datetime | None = None
    result: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Taken:
    """What a past report became. ``overdue`` is what the platform itself says, None while it is open."""

    report: Report
    number: str = ""
    overdue: bool | None = None


def take_in_all(
    pasts: Sequence[PastReport], *, name: str, county: str, now: datetime
) -> list[Taken | Refusal]:
    """Take in many, in the open write transaction; in the place of a refused one stands its refusal.

    Those with a history go one by one, for each step looks at what the one before it wrote.
    """
    fresh = [one for one in pasts if not one.unit]
    received = iter(_receive_all(fresh, name=name, county=county, now=now))
    return [
        tried(_take_in_alone, one, name=name, county=county, now=now) if one.unit else next(received)
        for one in pasts
    ]


def _receive_all(
    pasts: Sequence[PastReport], *, name: str, county: str, now: datetime
) -> list[Taken | Refusal]:
    arrivals = [tried(_arrival, one, now) for one in pasts]
    sound = [one for one in arrivals if isinstance(one, Arrival)]
    received = iter(receive_all(sound, actor=_Crew(name, county).desk, accept=True))
    return [_taken(one if isinstance(one, Refusal) else next(received)) for one in arrivals]


def _arrival(past: PastReport, now: datetime) -> Arrival:
    """A report without a unit, to be received at its time."""
    if past.outcome is not Outcome.OPEN:
        raise _nobody("unit" if past.draft.matter else "matter")
    return Arrival(past.draft, rules.checked_time(past.draft.received_at, now=now))


def _taken(received: Report | Refusal) -> Taken | Refusal:
    if isinstance(received, Refusal):
        return received
    return Taken(received, received.case.number if received.case else "")


def _take_in_alone(past: PastReport, *, name: str, county: str, now: datetime) -> Taken:
    with store.attempt():
        return take_in(past, name=name, county=county, now=now)


def take_in(past: PastReport, *, name: str, county: str, now: datetime) -> Taken:
    """Receive, accept, send to the unit on record, sign for, report done, check and close a past report.

    Everything up to the signing happens at the recorded time of receipt, the rest at its end; the check
    is another actor's than the work. Refused is whatever the ordinary actions refuse, a time of receipt
    that cannot be, an end before it or ahead of ``now``, and a case without the unit that ended it.
    Undo it whole when it is refused (`store.attempt`).
    """
    crew = _Crew(name, county)
    received = rules.checked_time(past.draft.received_at, now=now)
    with store.writing():
        report = receive(past.draft, actor=crew.desk, now=received, accept=True)
        case = report.case
        if case is None or not past.unit:
            return _unassigned(report, past)
        unit = organisation.known_unit(past.unit)
        _send(case.number, case.lead_id, case.lead_path, unit, crew, received)
        if past.outcome is Outcome.OPEN:
            return Taken(report, case.number)
        end = past.closed_at or derived_end(received, case.due_at, past.outcome)
        _check_end(end, received, now)
        return Taken(report, case.number, _finish(case.number, past, crew, unit.path, end))


def check(past: PastReport, *, now: datetime) -> None:
    """Refuse what can be told of a past report without taking it in."""
    received = rules.checked_time(past.draft.received_at, now=now)
    rules.checked_text(past.draft.text)
    rules.checked_address(past.draft.address)
    if past.draft.matter:
        catalogue.matter(past.draft.matter, on=catalogue.day_of(received))
    if past.unit:
        organisation.known_unit(past.unit)
    if past.outcome is not Outcome.OPEN and not (past.unit and past.draft.matter):
        raise _nobody("unit" if past.draft.matter else "matter")
    if past.closed_at:
        _check_end(past.closed_at, received, now)


def derived_end(received: datetime, due: datetime, outcome: Outcome) -> datetime:
    """When a past case ended, where its source kept only whether it was in time.

    In time: after a quarter of the span from receipt to promise, so that a holiday in it does not make the
    office's own clock late. Overdue: later than the promise by such a quarter. A rule of ours, no record.
    """
    quarter = (due - received) / 4
    return (received + quarter if outcome is Outcome.IN_TIME else due + quarter).replace(microsecond=0)


def _unassigned(report: Report, past: PastReport) -> Taken:
    if past.outcome is not Outcome.OPEN:
        raise _nobody("unit" if report.case else "matter")
    return Taken(report, report.case.number if report.case else "")


def _nobody(field: str) -> Refusal:
    return Refusal(
        say("来源记录为已办结，但没有事项或承办单位"),
        field=field,
        advice=say("请在表中补上，或在映射中指定代替的单位"),
    )


def _send(
    number: str,
    lead: UUID | None,
    lead_path: str,
    unit: organisation.UnitFacts,
    crew: _Crew,
    at: datetime,
) -> None:
    """Put the case on the recorded unit's desk, away from the one that the rules chose if need be."""
    if lead is not None and lead != unit.id:
        cases.take(
            number, "return", actor=crew.office(lead_path), now=at, reason=ELSEWHERE, proposed=unit.code
        )
    if lead != unit.id:
        cases.take(number, "dispatch", actor=crew.desk, now=at, unit=unit.code, reason=SENT)
    cases.take(number, "sign_for", actor=crew.office(unit.path), now=at)


def _finish(number: str, past: PastReport, crew: _Crew, unit_path: str, at: datetime) -> bool:
    """Work done, checked by another and closed; whether the platform finds it later than the promise."""
    cases.take(number, "report_done", actor=crew.office(unit_path), now=at, result=past.result or DONE)
    cases.take(number, "begin_check", actor=crew.checker, now=at)
    closed = cases.take(number, "close", actor=crew.checker, now=at, answer=past.answer or ANSWERED)
    return closed.closed_at is not None and closed.closed_at > closed.due_at


def _check_end(end: datetime, received: datetime, now: datetime) -> None:
    if end < received:
        raise Refusal(say("办结时间早于接收时间"), field="closed_at")
    if end > now:
        raise Refusal(say("办结时间在将来，与来源记录的办理结果不符"), field="closed_at")


@dataclass(frozen=True)
class _Crew:
    """Those who act for a file: the timeline shows them as the import; each has the rights of one post."""

    name: str
    county: str

    @property
    def desk(self) -> Actor:
        return self._with("desk", "reports.screen", "cases.dispatch")

    @property
    def checker(self) -> Actor:
        return self._with("check", "cases.check")

    def office(self, unit_path: str) -> Actor:
        standing = Standing("import", frozenset({"cases.handle"}), Relation.UNIT, "", unit_path)
        return Actor(f"import:{self.name}:office", self.name, (standing,))

    def _with(self, part: str, *rights: str) -> Actor:
        standing = Standing("import", frozenset(rights), Relation.TERRITORY, self.county)
        return Actor(f"import:{self.name}:{part}", self.name, (standing,))
