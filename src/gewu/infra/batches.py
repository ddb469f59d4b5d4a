"""How far the taking-in of a file is: kept with its rows, so that a stop loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gewu.infra import store
from gewu.infra.models import BadRow, Batch
from gewu.kernel.refusals import Refusal


@dataclass(frozen=True)
class Source:
    """A file and the mapping it is read by; both digests together say what is being taken in."""

    file_name: str
    digest: str
    mapping: str
    mapping_digest: str


@dataclass(frozen=True)
class Refused:
    """One row that was not taken in, by its line in the file."""

    line: int
    refusal: Refusal


@dataclass(frozen=True)
class Counts:
    """What became of some rows."""

    taken: int = 0
    already: int = 0
    refused: int = 0


def unfinished(source: Source) -> Batch | None:
    """The newest batch of this file and mapping that has not come to its end."""
    same = Batch.objects.filter(digest=source.digest, mapping_digest=source.mapping_digest, state="running")
    return same.order_by("-started_at").first()


def begin(source: Source, *, started_by: str, now: datetime) -> Batch:
    """Open a batch at the first row of a file."""
    with store.writing():
        return Batch.objects.create(
            file_name=source.file_name[:200],
            digest=source.digest,
            mapping=source.mapping[:60],
            mapping_digest=source.mapping_digest,
            started_by=started_by,
            started_at=now,
        )


def go_on(batch: Batch, rows: int, counts: Counts, bad: Iterable[Refused]) -> None:
    """Note, in the transaction of these rows, that they are through and which of them were refused."""
    with store.writing():
        BadRow.objects.bulk_create(
            BadRow(
                batch=batch,
                line=one.line,
                reason=one.refusal.text.msgid[:300],
                field=(one.refusal.field or "")[:40],
            )
            for one in bad
        )
        batch.rows_done += rows
        batch.taken += counts.taken
        batch.already += counts.already
        batch.refused += counts.refused
        batch.save(update_fields=["rows_done", "taken", "already", "refused"])


def finish(batch: Batch, *, now: datetime) -> None:
    """Close a batch whose last row is through."""
    with store.writing():
        batch.state, batch.finished_at = "done", now
        batch.save(update_fields=["state", "finished_at"])
