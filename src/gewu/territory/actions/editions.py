"""Each change to the net is a batch with a number of its own, by which other processes notice it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from gewu.kernel.identifiers import new_id
from gewu.territory.models import BatchState, ImportBatch, Layer
from gewu.territory.queries import forget
from gewu.territory.rules.findings import Finding

#: Findings kept with a batch; its counts tell how many there were.
MOST_FINDINGS = 500


@dataclass(frozen=True)
class Source:
    """Where a batch comes from and what it is for."""

    file_name: str
    digest: str
    within: str
    layer: Layer
    since: date | None = None


def begin_batch(
    source: Source, counts: dict[str, int], findings: Sequence[Finding], *, now: datetime
) -> ImportBatch:
    """Keep what is to be taken in and what its check found."""
    batch = new_batch(source, now=now)
    keep_findings(batch, counts, findings)
    return batch


def new_batch(source: Source, *, now: datetime) -> ImportBatch:
    """A taking-in of this source, not kept yet."""
    return ImportBatch(
        id=new_id(),
        file_name=source.file_name[:200],
        digest=source.digest,
        within=source.within,
        layer=source.layer,
        since=source.since,
        added_at=now,
    )


def keep_findings(batch: ImportBatch, counts: dict[str, int], findings: Sequence[Finding]) -> None:
    """Keep with it what its check found."""
    blocking = sum(one.blocks for one in findings)
    worst_first = sorted(findings, key=lambda one: not one.blocks)
    batch.counts = counts | {"findings": len(findings), "blocking": blocking}
    batch.findings = [one.as_json() for one in worst_first[:MOST_FINDINGS]]
    batch.state = BatchState.DRAFTED if blocking else BatchState.CHECKED
    batch.save()


def put_in_force(batch: ImportBatch) -> None:
    """Give the batch the next number; two at once cannot have the same one."""
    newest = ImportBatch.objects.aggregate(newest=Max("edition"))["newest"] or 0
    ImportBatch.objects.filter(
        state=BatchState.IN_FORCE, within=batch.within, layer=batch.layer, since__isnull=False
    ).update(state=BatchState.REPLACED)
    batch.edition, batch.state = newest + 1, BatchState.IN_FORCE
    batch.save(update_fields=["edition", "state"])
    forget()
