"""What was taken into the net, and what its check found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from gewu.infra import errands
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.scopes import within
from gewu.territory.models import BatchState, ImportBatch
from gewu.territory.rules.findings import Finding


@dataclass(frozen=True)
class Batch:
    """One taking-in; ``edition`` is its number among the changes of the net, None while not in force."""

    id: UUID
    file_name: str
    inside: str
    layer: str
    since: date | None
    added_at: datetime
    state: str
    edition: int | None
    features: int
    blocking: int
    findings: tuple[Finding, ...] = ()
    #: Why a file that waited could not be checked or put in force.
    fault: str = ""


def batches(inside: str, *, most: int = 30) -> tuple[Batch, ...]:
    """The latest takings-in for a place or within it, without their findings: one query."""
    rows = ImportBatch.objects.filter(within("within", inside)).defer("findings").order_by("-added_at")
    return tuple(_facts(row) for row in rows[:most])


def batch(key: UUID) -> Batch:
    """One taking-in with what its check found; an unknown one is refused."""
    row = ImportBatch.objects.filter(pk=key).first()
    if row is None:
        raise Refusal(say("没有这次导入"), Kind.MISSING)
    progress = errands.of([row.pk]).get(row.pk) if row.state == BatchState.FAILED else None
    facts = _facts(row, tuple(map(Finding.from_json, row.findings)))
    return replace(facts, fault=progress.fault) if progress else facts


def _facts(row: ImportBatch, findings: tuple[Finding, ...] = ()) -> Batch:
    return Batch(
        row.pk, row.file_name, row.within, row.layer, row.since, row.added_at, row.state, row.edition,
        row.counts.get("features", row.counts.get("rows", 0)), row.counts.get("blocking", 0), findings,
    )  # fmt: skip
