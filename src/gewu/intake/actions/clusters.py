"""Reports of the same thing behind one case: joined, the join undone, split off again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gewu.cases import actions as cases
from gewu.cases import queries as case_queries
from gewu.catalogue import queries as catalogue
from gewu.intake.actions import verifying
from gewu.intake.models import Report
from gewu.intake.queries.limits import acceptance
from gewu.security.actors import Actor

Given = Mapping[str, Any]


def join(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    """Put a report behind a case that the actor sees and that is open."""
    case = case_queries.open_case(actor, str(given["case"]))
    return _stand_behind(report, case.pk, case.number)


def support(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    """Put a neighbour's report behind a case that is public and open."""
    case = case_queries.public_case(str(given["case"]), on=catalogue.day_of(now))
    return _stand_behind(report, case.id, case.number)


def _stand_behind(report: Report, case: Any, number: str) -> Given:
    report.case_id, report.joined_from = case, report.state
    cases.count_report(case, by=1)
    return {"case": case, "number": number}


def part(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    """Let a report stand for itself again, as it was; its clock did not run while it was joined."""
    case = report.case
    assert case is not None and report.decided_at is not None
    parted = max(report.decided_at, now)  # the clock may have been set back meanwhile
    report.pauses = [*report.pauses, [report.decided_at.isoformat(), parted.isoformat()]]
    report.due_at = acceptance(report)
    report.state, report.joined_from = report.joined_from or "received", ""
    report.case, report.decided_at = None, None
    if report.state == "verifying" and not report.finding:
        verifying.ask(report, now)  # nobody went while it was joined
    cases.count_report(case.pk, by=-1)
    return {"case": case.pk, "number": case.number}
