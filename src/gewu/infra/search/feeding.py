"""How far the index has come, as one row that moves in the transaction of what was taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.infra import stream
from gewu.infra.models import EventRow, SearchFeed
from gewu.infra.search.entries import wipe
from gewu.kernel import grams

#: So many events behind, what waits is no longer looked at one by one.
MOST_UNREAD = 1000


@dataclass(frozen=True)
class Feed:
    """Where the index stands. Not ``whole`` while it is made anew: then ``done`` of ``expected`` are in."""

    whole: bool
    position: int
    done: int
    expected: int
    began_at: datetime
    ended_at: datetime | None
    compared_at: datetime | None = None


def feed() -> Feed | None:
    """How far it has come; None before it was ever begun, or where another edition made it."""
    row = SearchFeed.objects.filter(pk=1, edition=grams.EDITION).first()
    if row is None:
        return None
    return Feed(
        not row.walking, row.position, row.done, row.expected, row.began_at, row.ended_at, row.compared_at
    )


def locked() -> SearchFeed | None:
    """The row itself, for whoever feeds: two of them take their turns, and so does whoever erases."""
    return SearchFeed.objects.select_for_update().filter(pk=1).first()


def begin(first: str, expected: int, *, now: datetime) -> SearchFeed:
    """Empty the index and begin to walk through all records; events from here on come after them."""
    locked()
    wipe()
    SearchFeed.objects.filter(pk=1).delete()
    return SearchFeed.objects.create(
        edition=grams.EDITION,
        position=stream.last_position(),
        walking=first,
        expected=expected,
        began_at=now,
    )


def walked(row: SearchFeed, *, done: int, behind: str) -> None:
    """Note that so many records more are in, up to this key of the kind that is walked through."""
    row.done += done
    row.behind = behind
    row.save(update_fields=["done", "behind"])


def caught_up(row: SearchFeed, position: int) -> None:
    """Note that what happened up to this position is in."""
    row.position = position
    row.save(update_fields=["position"])


def unread(subject: str) -> set[UUID] | None:
    """The records of a subject to which something happened that the index does not know yet.

    None while it cannot be relied upon: never made, being made anew, or far behind.
    """
    at = feed()
    if at is None or not at.whole:
        return None
    waiting = EventRow.objects.filter(position__gt=at.position).order_by("position")
    rows = list(waiting.values_list("subject", "subject_id")[: MOST_UNREAD + 1])
    if len(rows) > MOST_UNREAD:
        return None
    return {key for kind, key in rows if kind == subject}
