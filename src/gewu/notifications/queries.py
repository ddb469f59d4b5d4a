"""Door for reading: the inbox of an account, what could not be delivered, the key of announcements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from gewu.infra import paging
from gewu.notifications.actions.pushing import public_key
from gewu.notifications.models import Message
from gewu.notifications.rules import without_kind
from gewu.security.actors import Actor

__all__ = [
    "DAYS",
    "SHOWN",
    "Bundle",
    "MessageLine",
    "Overview",
    "Undelivered",
    "inbox",
    "overview",
    "undelivered",
    "unread",
    "unread_about",
    "without_kind",
]


def push_key() -> str:
    """The key by which a browser lets this installation, and nobody else, announce messages to it."""
    return public_key()


@dataclass(frozen=True)
class MessageLine:
    """A message in a list."""

    id: UUID
    at: datetime
    event: str
    kind_zh: str
    kind_en: str
    subject_zh: str
    subject_en: str
    text_zh: str
    text_en: str
    about: str
    read: bool


def inbox(
    actor: Actor, *, like: UUID | None = None, after: str = "", size: int = 50
) -> paging.Page[MessageLine]:
    """The messages of one account, newest first; nobody reads another's.

    With ``like`` only those of the kind and the day of that message; none if it is not this account's.
    """
    rows = _own(actor)
    if like is not None:
        one = _sorted(rows).filter(pk=like).values_list("day", "event", "kind_zh").first()
        rows = _alike(rows, *one) if one else rows.none()
    return paging.page(rows, paging.Order("at"), after=after, size=size, show=_lines)


#: Days on one page of the overview, and messages shown of each kind on a day.
DAYS, SHOWN = 7, 10


@dataclass(frozen=True)
class Bundle:
    """The messages of one kind on one day: the newest :data:`SHOWN` of them, and how many there are."""

    day: date
    event: str
    kind: str
    kind_en: str
    total: int
    unread: int
    lines: tuple[MessageLine, ...]


@dataclass(frozen=True)
class Overview:
    """Some days of an inbox, newest first, and the day before which older ones are found."""

    bundles: tuple[Bundle, ...]
    before: date | None


def overview(actor: Actor, *, before: date | None = None, unread_only: bool = False) -> Overview:
    """The last :data:`DAYS` days with messages, ``before`` a day: one line for each kind on a day.

    Days are those of the clock on the wall. Only the rows of these days are looked at.
    """
    rows = _own(actor).filter(read_at=None) if unread_only else _own(actor)
    older = rows.filter(at__lt=_begin(before)) if before else rows
    newest = older.order_by("-at").values_list("at", flat=True).first()
    if newest is None:
        return Overview((), None)
    last = timezone.localdate(newest)
    first = last - timedelta(days=DAYS - 1)
    alike = [F("day"), F("event"), F("kind_zh")]
    found = (
        _sorted(_within(older, first, last))
        .annotate(
            total=Window(Count("pk"), partition_by=alike),
            read=Window(Count("read_at"), partition_by=alike),
            latest=Window(RowNumber(), partition_by=alike, order_by=["-at", "-pk"]),
        )
        .filter(latest__lte=SHOWN)
    )
    bundles = [_bundle(list(same)) for _, same in groupby(sorted(found, key=_likeness), key=_likeness)]
    bundles.sort(key=lambda one: (one.lines[0].at, one.lines[0].id), reverse=True)
    return Overview(tuple(bundles), first if rows.filter(at__lt=_begin(first)).exists() else None)


def _likeness(row: Any) -> tuple[date, str, str]:
    return row.day, row.event, row.kind_zh


def _bundle(rows: list[Any]) -> Bundle:
    rows.sort(key=lambda row: (row.at, row.pk), reverse=True)
    total, read = rows[0].total, rows[0].read
    return Bundle(*_likeness(rows[0]), rows[0].kind_en, total, total - read, tuple(_lines(rows)))


def _sorted(rows: QuerySet[Message]) -> QuerySet[Any]:
    """With the day of each on the wall."""
    return rows.annotate(day=TruncDate("at", tzinfo=timezone.get_current_timezone()))


def _alike(rows: QuerySet[Message], day: date, event: str, kind: str) -> QuerySet[Any]:
    return _sorted(_within(rows, day, day)).filter(event=event, kind_zh=kind)


def _within(rows: QuerySet[Message], first: date, last: date) -> QuerySet[Message]:
    return rows.filter(at__gte=_begin(first), at__lt=_begin(last + timedelta(days=1)))


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _lines(rows: Sequence[Message]) -> list[MessageLine]:
    return [
        MessageLine(
            row.pk,
            row.at,
            row.event,
            row.kind_zh,
            row.kind_en,
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


def unread_about(about: str, accounts: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these accounts have a message about this record that they have not read yet."""
    waiting = Message.objects.filter(account__in=[*accounts], about=about, way="inbox", read_at=None)
    return frozenset(waiting.values_list("account_id", flat=True))


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
