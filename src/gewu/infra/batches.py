"""How far the taking-in of a file is: kept with its rows, so that a stop loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from uuid import UUID

from django.db.models import Count, Max, Sum

from gewu.infra import paging, store
from gewu.infra.models import BadRow, Batch
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say


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


@dataclass(frozen=True)
class Past:
    """One taking-in as it is read back; ``finished_at`` is None while it runs or stands still."""

    id: UUID
    file_name: str
    mapping: str
    counts: Counts
    by: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class UsedMapping:
    """A mapping with everything that came through it, in all its editions."""

    name: str
    batches: int
    taken: int
    refused: int
    last: datetime


@dataclass(frozen=True)
class BadLine:
    """A refused row by its line: the sentence with blanks for the values, which are not kept."""

    line: int
    reason: Text
    field: str


def latest(*, most: int = 20) -> tuple[Past, ...]:
    """The newest takings-in, newest first: one statement."""
    return tuple(map(_past, Batch.objects.order_by("-id")[:most]))


def past(batch_id: UUID) -> Past:
    """One taking-in; an unknown one is refused."""
    row = Batch.objects.filter(pk=batch_id).first()
    if row is None:
        raise Refusal(say("没有这次导入"), Kind.MISSING)
    return _past(row)


def _past(row: Batch) -> Past:
    counts = Counts(row.taken, row.already, row.refused)
    return Past(
        row.pk, row.file_name, row.mapping, counts, row.started_by, row.started_at, row.finished_at
    )  # fmt: skip


def mappings() -> tuple[UsedMapping, ...]:
    """The mappings that tables were read by, the last used first: one statement."""
    rows = Batch.objects.values_list("mapping").annotate(
        Count("pk"), Sum("taken"), Sum("refused"), last=Max("started_at")
    )
    return tuple(UsedMapping(*row) for row in rows.order_by("-last", "mapping"))


def bad_lines(batch_id: UUID, *, after: str = "", size: int = 100) -> paging.Page[BadLine]:
    """The refused rows of one taking-in by their lines, by cursor."""
    rows = BadRow.objects.filter(batch_id=batch_id)
    order = paging.Order("line", descending=False)
    return paging.page(rows, order, after=after, size=size, show=_bad_lines)


def _bad_lines(rows: Sequence[BadRow]) -> list[BadLine]:
    return [BadLine(row.line, Text(row.reason, _blanks(row.reason)), row.field) for row in rows]


def _blanks(sentence: str) -> dict[str, str]:
    return {name: "…" for _, name, _, _ in Formatter().parse(sentence) if name}
