"""Messages as they are stored, and those that may be given away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from gewu.command.models import Alert
from gewu.command.rules import Message
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: What ended longer ago is in no feed.
LATELY = timedelta(days=7)
MOST = 100
#: What was really sent, whatever became of it.
SENT = ("in_force", "superseded", "cancelled", "expired", "noted")


def stored(message: Message) -> dict[str, Any]:
    """A message as JSON keeps it."""
    found: dict[str, Any] = msgspec.to_builtins(message)
    return found


def read(content: dict[str, Any]) -> Message:
    """A message as it was stored."""
    return msgspec.convert(content, Message)


def message_named(identifier: str) -> tuple[Message, str]:
    """A public message that was sent, by its identifier, with its text as it came; any other is refused."""
    rows = Alert.objects.filter(identifier=identifier, scope="Public", state__in=SENT)
    row = rows.order_by("-sent_at").first()
    if row is None:
        raise Refusal(say("没有这条预警"), Kind.MISSING)
    return read(row.content), row.raw


def messages_since(now: datetime) -> tuple[tuple[Message, datetime], ...]:
    """The public messages of late that are no exercise, newest first, each with when it was taken in here."""
    rows = Alert.objects.filter(
        scope="Public",
        status="Actual",
        state__in=SENT,
        made_at__gt=now - LATELY,
        msg_type__in=("Alert", "Update", "Cancel"),
    )
    return tuple((read(row.content), row.made_at) for row in rows.order_by("-sent_at", "-id")[:MOST])
