"""What a check on the spot needs to know of a case, for whoever sends someone there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case, Deadline


@dataclass(frozen=True)
class ToCheck:
    """A case that waits for a check: where it is, who did the work, and until when it is to be checked."""

    number: str
    place: str
    lon: float | None
    lat: float | None
    handled_by: str
    lead_path: str
    about_path: str
    due_at: datetime


def to_check(case_id: UUID) -> ToCheck | None:
    """The case, as long as it waits for its check: two queries; None when it does not."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None or "begin_check" not in {step.event for step in CASE.steps_from(case.state)}:
        return None
    clock = Deadline.objects.filter(case=case, clock="check", met_at=None, dropped_at=None)
    due_at = clock.order_by("-started_at").values_list("due_at", flat=True).first()
    if due_at is None:
        return None
    return ToCheck(
        case.number, case.place, case.lon, case.lat, case.handled_by, case.lead_path, case.about_path, due_at
    )


def number_of(case_id: UUID) -> str:
    """The number of a case; empty when there is none."""
    return Case.objects.filter(pk=case_id).values_list("number", flat=True).first() or ""
