"""Answers to what happens to reports and their cases: every reporter is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gewu.cases import actions as cases
from gewu.infra import rows, store
from gewu.infra.stream import Told
from gewu.infra.successors import moved
from gewu.intake.actions import suggesting as actions
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report, VerificationTask
from gewu.intake.queries import record
from gewu.notifications import actions as notifications
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.territory import queries as territory


def tell_reporter(told: Told, *, now: datetime) -> None:
    """The one who raised this report."""
    _tell(told, rows.read(Report, id=told.subject_id), now=now)


def tell_reporters_of_case(told: Told, *, now: datetime) -> None:
    """Everyone whose report stands behind this case."""
    _tell(told, rows.read(Report, case_id=told.subject_id), now=now)


def follow_succession(told: Told, *, now: datetime) -> None:
    """Open reports, and the looks at the spot that wait, lie in the successors of their places."""
    moves = territory.succession(told.subject_id).moves
    with store.writing():
        moved(Report.objects.filter(state__in=REPORT.names(open=True)), moves)
        moved(VerificationTask.objects.filter(done_at=None, dropped_at=None), moves)


def propose(told: Told, *, now: datetime) -> None:
    """Have the assistants look at a report that has come; of one that was decided at once it is noted how."""
    actions.propose(told.subject_id, by=told.actor, now=now)


def note_decision(told: Told, *, now: datetime) -> None:
    """What a person made of the proposals for a report: the class, and whether it is the same thing."""
    (report,) = rows.read(Report, id=told.subject_id)
    number = str(told.data["number"]) if told.type != "ReportAccepted" else ""
    chosen = {"place": report.place, **actions.decision(report.matter, number)}
    actions.settle([told.subject_id], chosen, by=told.actor, at=told.at)


def whistle_for_many(told: Told, *, now: datetime) -> None:
    """The residents' whistle, once enough different people stand behind the case that this report joined."""
    report = Report.objects.get(pk=told.subject_id)
    if report.case_id is not None and report.state == "clustered":
        cases.blow_for_residents(report.case_id, record.people_known(report.case_id), now=now)


def note_office(told: Told, *, now: datetime) -> None:
    """Which office the case of a report went to first."""
    reports = list(
        Report.objects.filter(case_id=told.subject_id, state="accepted").values_list("pk", flat=True)
    )
    actions.settle(reports, {"route": str(UUID(str(told.data["unit"])))}, by=told.actor, at=told.at)


def tell_verifiers(told: Told, *, now: datetime) -> None:
    """The grid workers who can go and look."""
    report = Report.objects.get(pk=told.subject_id)
    values = {"title": report.text[:30], "reason": told.words.get("reason", "")}
    workers = security.accounts_with("reports.verify", place=report.place, now=now)
    notifications.tell_accounts(
        told, "verifier", workers, about=f"report:{report.pk}", values=values, now=now
    )


def tell_desk(told: Told, *, now: datetime) -> None:
    """The desk where it lies now: the office of its case, or those who screen it."""
    report = Report.objects.select_related("case").get(pk=told.subject_id)
    case = report.case
    if case is not None and case.lead_path:
        able = security.accounts_with("cases.handle", place=case.place, now=now, unit_path=case.lead_path)
    else:
        able = security.accounts_with("reports.screen", place=report.place, now=now)
    about = f"case:{case.number}" if case else f"report:{report.pk}"
    values = {"title": report.text[:30], "reason": told.words.get("reason", "")}
    notifications.tell_accounts(told, "desk", able, about=about, values=values, now=now)


def _tell(told: Told, reports: Iterable[Report], *, now: datetime) -> None:
    """Most reports name nobody who could be told; only of the others is the case read."""
    named = [report.pk for report in reports if report.identity]
    if not named:
        return
    unit = told.data.get("unit")
    for report in Report.objects.filter(pk__in=named).select_related("case"):
        if report.identity is None:
            continue
        values = {
            "code": report.progress_code,
            "number": told.data.get("number") or (report.case.number if report.case else ""),
            "unit": organisation.known_unit(str(unit)).name if unit else "",
            "reason": told.words.get("reason", ""),
            "answer": told.words.get("answer", ""),
        }
        notifications.tell_reporter(
            told,
            report.identity,
            about=f"report:{report.pk}",
            values=values,
            now=now,
            language=report.language,
        )
