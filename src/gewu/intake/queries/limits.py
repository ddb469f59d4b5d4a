"""The limits before a case, held in memory: to accept a report, to look at the spot."""

from __future__ import annotations

from datetime import datetime

from gewu.catalogue import queries as catalogue
from gewu.infra.versions import Held
from gewu.intake import rules
from gewu.intake.models import IntakeLimit, Report
from gewu.kernel import worktime
from gewu.kernel.limits import LimitRow

HELD = "intake limits"


def _load() -> tuple[LimitRow[worktime.Limit], ...]:
    return tuple(
        LimitRow(
            row.kind,
            row.channel,
            row.matter_prefix,
            row.place_prefix,
            worktime.Limit(float(row.amount), worktime.Unit(row.time_unit)),
            row.since,
            row.until,
            row.basis,
        )
        for row in IntakeLimit.objects.all()
    )


_held: Held[tuple[LimitRow[worktime.Limit], ...]] = Held(HELD, _load)


def limits() -> tuple[LimitRow[worktime.Limit], ...]:
    """Every dated limit, past and future ones too."""
    return _held.get()


def acceptance(report: Report) -> datetime:
    """Until when a report must be decided on, by its origin, class and place; its pauses are taken out."""
    limit = _of("accept", report, report.received_at)
    holes = [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in report.pauses]
    due = worktime.deadline(report.received_at, limit.amount, limit.unit, catalogue.calendar(), holes)
    assert due is not None
    return due


def look_by(report: Report, asked_at: datetime) -> datetime:
    """Until when someone must have looked at the spot of a report."""
    limit = _of("verify", report, asked_at)
    return worktime.deadline(asked_at, limit.amount, limit.unit, catalogue.calendar())


def _of(kind: str, report: Report, at: datetime) -> worktime.Limit:
    return rules.choose_limit(
        limits(),
        kind,
        channel=report.channel_id,
        matter=report.matter,
        place=report.place,
        on=catalogue.day_of(at),
    )
