"""Proposals kept with a report, and what people made of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gewu.infra import store
from gewu.intake.models import Report, Suggestion
from gewu.intake.queries import suggesting


def propose(report_id: UUID, *, now: datetime) -> int:
    """Keep what the assistants propose for a report; done again it adds nothing. Returns how many are new."""
    report = Report.objects.get(pk=report_id)
    found = suggesting.proposals_for(report, now=now)
    rows = [
        Suggestion(
            report=report,
            kind=one.kind,
            value=one.value,
            confidence=one.confidence,
            why_zh=one.why.zh[:300],
            why_en=one.why.en[:300],
            version=one.version,
            made_at=now,
        )
        for one in found
    ]
    with store.writing():
        known = set(Suggestion.objects.filter(report=report).values_list("kind", flat=True))
        fresh = [row for row in rows if row.kind not in known]
        Suggestion.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def settle(report_ids: list[UUID], kind: str, chosen: str, *, by: str, at: datetime) -> None:
    """Note what a person chose where something had been proposed; what was noted before stays."""
    open_ones = Suggestion.objects.filter(report_id__in=report_ids, kind=kind, outcome="")
    noted = {"chosen": chosen, "decided_by": by, "decided_at": at}
    with store.writing():
        open_ones.filter(value=chosen).update(outcome="accepted", **noted)
        open_ones.exclude(value=chosen).update(outcome="overridden", **noted)
