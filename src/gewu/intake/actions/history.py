"""Taking in one past report with its history, by the ordinary actions at their times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gewu.cases import actions as cases
from gewu.infra import store
from gewu.intake import rules
from gewu.intake.actions.receiving import ReportDraft, receive
from gewu.intake.actions.steps import take
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
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
        report = receive(past.draft, actor=crew.desk, now=received)
        if report.case is None and past.draft.matter:
            report = take(report.pk, "accept", actor=crew.desk, now=received, matter=past.draft.matter)
        if report.case is None or not past.unit:
            return _unassigned(report, past)
        _send(report, past, crew, received)
        if past.outcome is Outcome.OPEN:
            return Taken(report, report.case.number)
        return _end(report, past, crew, now)


def derived_end(received: datetime, due: datetime, outcome: Outcome) -> datetime:
    """When a past case ended, where its source kept only whether it was in time.

    In time: half-way between receipt and promise. Overdue: later than the promise by half of that span.
    A rule of ours, not a record.
    """
    half = (due - received) / 2
    return (received + half if outcome is Outcome.IN_TIME else due + half).replace(microsecond=0)


def _unassigned(report: Report, past: PastReport) -> Taken:
    if past.outcome is not Outcome.OPEN:
        raise Refusal(
            say("来源记录为已办结，但没有事项或承办单位"),
            field="unit" if report.case else "matter",
            advice=say("请在表中补上，或在映射中指定代替的单位"),
        )
    return Taken(report, report.case.number if report.case else "")


def _send(report: Report, past: PastReport, crew: _Crew, at: datetime) -> None:
    """Put the case on the recorded unit's desk, away from the one that the rules chose if need be."""
    case, unit = report.case, organisation.known_unit(past.unit)
    if case is None:
        return
    if case.lead_id not in (None, unit.id):
        case = cases.take(case.number, "return", actor=crew.office(case.lead_path), now=at, reason=ELSEWHERE)
    if case.lead_id is None:
        cases.take(case.number, "dispatch", actor=crew.desk, now=at, unit=unit.code, reason=SENT)
    report.case = cases.take(case.number, "sign_for", actor=crew.office(unit.path), now=at)


def _end(report: Report, past: PastReport, crew: _Crew, now: datetime) -> Taken:
    case = report.case
    if case is None:
        raise _unassigned(report, past)
    end = _checked_end(past, report.received_at, case.due_at, now)
    steps: tuple[tuple[str, Actor, Mapping[str, str]], ...] = (
        ("report_done", crew.office(case.lead_path), {"result": past.result or DONE}),
        ("begin_check", crew.checker, {}),
        ("close", crew.checker, {"answer": past.answer or ANSWERED}),
    )
    for event, actor, given in steps:
        case = cases.take(case.number, event, actor=actor, now=end, **given)
    return Taken(report, case.number, end > case.due_at)


def _checked_end(past: PastReport, received: datetime, due: datetime, now: datetime) -> datetime:
    end = past.closed_at or derived_end(received, due, past.outcome)
    if end < received:
        raise Refusal(say("办结时间早于接收时间"), field="closed_at")
    if end > now:
        raise Refusal(say("办结时间在将来，与来源记录的办理结果不符"), field="closed_at")
    return end


@dataclass(frozen=True)
class _Crew:
    """Those who act for a file: they appear in the timeline as the import, each with the rights of one post."""

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
