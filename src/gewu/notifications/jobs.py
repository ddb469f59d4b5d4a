"""The mails that wait: sent outside of any write transaction, so that a slow line holds nobody up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.mail import send_mail

from gewu.infra import store
from gewu.notifications.models import Message
from gewu.security import vault

#: How long a mail is one worker's before another may take it up.
LEASE = timedelta(minutes=5)
#: Pauses before the next try; after the last a mail stays with its error, for staff to see.
RETRIES = tuple(timedelta(minutes=m) for m in (1, 10, 60, 240))


def send_waiting(now: datetime, *, limit: int = 50) -> int:
    """Send the mails that are due, oldest first; returns how many were taken up.

    The address is opened only here. At least once: a worker that is killed between the line and its
    mark has its mail sent again.
    """
    due = list(Message.objects.filter(due_at__lte=now).order_by("due_at", "id")[:limit])
    return sum(_take_up(message, now) for message in due)


def _take_up(message: Message, now: datetime) -> bool:
    mine = Message.objects.filter(pk=message.pk, due_at=message.due_at)
    with store.writing():
        if not mine.update(due_at=now + LEASE):
            return False
    error = _sent(message)
    late = message.tries >= len(RETRIES)
    again = now + RETRIES[message.tries] if error and not late else None
    done = {"sent_at": None if error else now, "error": error, "due_at": again, "tries": message.tries + 1}
    with store.writing():
        Message.objects.filter(pk=message.pk).update(**done)
    return True


def _sent(message: Message) -> str:
    """Send one mail; what went wrong, or nothing."""
    contact = vault.for_delivery(message.identity) if message.identity else None
    if contact is None or not contact.email:
        return "no address"
    try:
        send_mail(message.subject_zh, message.text_zh, None, [contact.email])
    except (OSError, ValueError) as fault:  # the line is down, or what was left is no address
        return type(fault).__name__
    return ""
