"""A resident's own reports, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.cases import queries as cases
from gewu.infra import paging
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Resident, ResidentReport
from gewu.kernel.texts import Text
from gewu.security import vault

NEWEST = paging.Order("kept_at")


@dataclass(frozen=True)
class OwnLine:
    """One of a resident's own reports in their list."""

    code: str
    text: str
    public_label: Text
    open: bool
    received_at: datetime
    due_at: datetime


def resident_is(resident_id: UUID, epoch: int) -> bool:
    """Whether a session of this resident is still good: one query."""
    return Resident.objects.filter(pk=resident_id, epoch=epoch).exists()


def resident_called(resident_id: UUID) -> str:
    """The number or address of an account, masked, for its own page."""
    token = Resident.objects.values_list("identity", flat=True).get(pk=resident_id)
    contact = vault.masked({token}).get(token, vault.Contact())
    return contact.phone or contact.email


def own(resident_id: UUID, *, after: str = "", size: int = 20) -> paging.Page[OwnLine]:
    """The reports that a resident has put into their list, the last first: one query."""
    rows = ResidentReport.objects.filter(resident_id=resident_id).select_related("report__case")
    return paging.page(rows, NEWEST, after=after, size=size, show=_lines)


def _lines(rows: Sequence[ResidentReport]) -> list[OwnLine]:
    return [_line(row) for row in rows]


def _line(row: ResidentReport) -> OwnLine:
    report, case, state = row.report, row.report.case, REPORT.state(row.report.state)
    label, is_open = cases.public_state(case.state) if case else (state.public, state.open)
    due_at = case.due_at if case else report.due_at
    return OwnLine(report.progress_code, report.text[:60], label, is_open, report.received_at, due_at)
