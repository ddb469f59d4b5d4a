"""Answers to what happens to reports and their cases: every reporter is told."""

from __future__ import annotations

from datetime import datetime

from gewu.infra.stream import Told
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
