"""Door for reading: the inbox of an account, and what could not be delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gewu.infra import paging
from gewu.notifications.models import Message
from gewu.security.actors import Actor


@dataclass(frozen=True)
class MessageLine:
    """A message in a list."""

    id: UUID
    at: datetime
    event: str
    subject_zh: str
    subject_en: str
    text_zh: str
    text_en: str
    about: str
    read: bool


def inbox(actor: Actor, *, after: str = "", size: int = 50) -> paging.Page[MessageLine]:
    """The messages of one account, newest first. Nobody reads another's."""
    return paging.page(_own(actor), paging.Order("at"), after=after, size=size, show=_lines)


def _lines(rows: Sequence[Message]) -> list[MessageLine]:
    return [
        MessageLine(
            row.pk,
            row.at,
            row.event,
            row.subject_zh,
            row.subject_en,
            row.text_zh,
            row.text_en,
            row.about,
            row.read_at is not None,
        )  # fmt: skip
        for row in rows
    ]


def unread(actor: Actor) -> int:
    """How many messages wait."""
    return _own(actor).filter(read_at=None).count()


def _own(actor: Actor) -> QuerySet[Message]:
    if actor.account_id is None:
        return Message.objects.none()
    return Message.objects.filter(account_id=actor.account_id)


@dataclass(frozen=True)
class Undelivered:
    """An answer that has not reached its reporter, and why; the address is not shown."""

    about: str
    way: str
    at: datetime
    error: str


def undelivered(about: Sequence[str]) -> tuple[Undelivered, ...]:
    """What did not reach the reporters of these records: calls to make and mails that failed."""
    rows = Message.objects.filter(about__in=about, identity__isnull=False, sent_at=None)
    rows = rows.exclude(way="mail", error="").order_by("at")
    return tuple(Undelivered(row.about, row.way, row.at, row.error) for row in rows)
