"""Answers to what happens to reports and their cases: every reporter is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gewu.infra.stream import Told
from gewu.intake.actions import suggesting as actions
from gewu.intake.models import Report
from gewu.notifications import actions as notifications
from gewu.organisation import queries as organisation
from gewu.security import queries as security


def tell_reporter(told: Told, *, now: datetime) -> None:
    """The one who raised this report."""
    _tell(told, list(Report.objects.filter(pk=told.subject_id).select_related("case")), now=now)


def tell_reporters_of_case(told: Told, *, now: datetime) -> None:
    """Everyone whose report stands behind this case."""
    _tell(told, list(Report.objects.filter(case_id=told.subject_id).select_related("case")), now=now)


def propose(told: Told, *, now: datetime) -> None:
    """Have the assistants look at a report that has come; of one that was decided at once it is noted how."""
    actions.propose(told.subject_id, now=now)
    report = Report.objects.select_related("case").get(pk=told.subject_id)
    if report.case is not None and report.decided_at is not None:
        number = report.case.number if report.state == "clustered" else ""
        _settle(report, number, by=told.actor, at=report.decided_at)
        if report.case.lead_id:
            actions.settle(
                [report.pk], "route", str(report.case.lead_id), by=told.actor, at=report.decided_at
            )


def note_decision(told: Told, *, now: datetime) -> None:
    """What a person made of the proposals for a report: the class, and whether it is the same thing."""
    report = Report.objects.get(pk=told.subject_id)
    number = str(told.data["number"]) if told.type != "ReportAccepted" else ""
    _settle(report, number, by=told.actor, at=told.at)


def _settle(report: Report, joined: str, *, by: str, at: datetime) -> None:
    if not joined:
        actions.settle([report.pk], "matter", report.matter, by=by, at=at)
    actions.settle([report.pk], "duplicate", joined, by=by, at=at)


def note_office(told: Told, *, now: datetime) -> None:
    """Which office the case of a report went to first."""
    reports = list(
        Report.objects.filter(case_id=told.subject_id, state="accepted").values_list("pk", flat=True)
    )
    actions.settle(reports, "route", str(UUID(str(told.data["unit"]))), by=told.actor, at=told.at)


def tell_verifiers(told: Told, *, now: datetime) -> None:
    """The grid workers who can go and look."""
    report = Report.objects.get(pk=told.subject_id)
    values = {"title": report.text[:30], "reason": told.words.get("reason", "")}
    workers = security.accounts_with("reports.verify", place=report.place, now=now)
    notifications.tell_accounts(
        told, "verifier", workers, about=f"report:{report.pk}", values=values, now=now
    )


def _tell(told: Told, reports: list[Report], *, now: datetime) -> None:
    unit = told.data.get("unit")
    for report in reports:
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
