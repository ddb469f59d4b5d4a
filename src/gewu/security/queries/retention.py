"""How long data are kept, what is held back, and what was deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.infra import paging
from gewu.kernel.texts import Text
from gewu.security import permissions
from gewu.security.actors import Actor
from gewu.security.models import Certificate, LegalHold, RetentionRule
from gewu.security.rules import RETENTION


@dataclass(frozen=True)
class RetentionLine:
    """The rule in force for one kind of data."""

    code: str
    name: Text
    since: Text
    days: int
    least_days: int
    basis: str | Text
    set_at: datetime | None


@dataclass(frozen=True)
class HoldLine:
    """A record that is held back."""

    id: UUID
    number: str
    reason: str
    set_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class CertificateLine:
    """What one sweep deleted."""

    id: UUID
    name: Text
    days: int
    count: int
    before: datetime
    digest: str
    made_at: datetime


def kept_days(code: str) -> int:
    """How many days one kind of data is kept, as decided last or as shipped."""
    decided = RetentionRule.objects.filter(code=code).order_by("-id").values_list("days", flat=True).first()
    return RETENTION[code].days if decided is None else decided


def retention(actor: Actor) -> tuple[RetentionLine, ...]:
    """The rule in force for every kind of data, for the security administrator. One query."""
    permissions.require(actor, permissions.RETENTION)
    newest = {row.code: row for row in RetentionRule.objects.order_by("id")}
    found = []
    for code, kind in RETENTION.items():
        row = newest.get(code)
        days, basis = (row.days, row.basis) if row else (kind.days, kind.basis)
        found.append(
            RetentionLine(
                code, kind.name, kind.since, days, kind.least_days, basis, row.set_at if row else None
            )
        )
    return tuple(found)


def held_ids(subject: str) -> list[UUID]:
    """The keys of the records of a subject that are held back: few, and asked once for a sweep."""
    held = LegalHold.objects.filter(ended_at=None, about__startswith=f"{subject}:")
    return [UUID(about.partition(":")[2]) for about in held.values_list("about", flat=True)]


def holds(actor: Actor, *, limit: int = 200) -> tuple[HoldLine, ...]:
    """The holds, those that run first, newest first."""
    permissions.require(actor, permissions.RETENTION)
    rows = LegalHold.objects.order_by("-id")[:limit]
    lines = [HoldLine(row.pk, row.number, row.reason, row.set_at, row.ended_at) for row in rows]
    return tuple(sorted(lines, key=lambda line: line.ended_at is not None))


def certificates(actor: Actor, *, after: str = "", size: int = 50) -> paging.Page[CertificateLine]:
    """What was deleted, newest first, by cursor; for the security administrator and the auditor."""
    if not actor.holds(permissions.AUDIT):
        permissions.require(actor, permissions.RETENTION)
    return paging.page(Certificate.objects.all(), paging.Order("pk"), after=after, size=size, show=_lines)


def _lines(found: Sequence[Certificate]) -> list[CertificateLine]:
    return [
        CertificateLine(
            row.pk, RETENTION[row.code].name, row.days, row.count, row.before, row.digest, row.made_at
        )
        for row in found
    ]
