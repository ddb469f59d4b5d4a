"""Door for writing: telling people, by inbox or by mail, in the words of a template."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.core.mail import send_mail
from django.utils.translation import gettext, override

from gewu.infra import store, stream
from gewu.kernel.texts import spoken
from gewu.notifications.models import Message, Template
from gewu.security import vault
from gewu.security.actions import Account

#: How long a mail is one worker's before another may take it up.
LEASE = timedelta(minutes=5)
#: Pauses before the next try; after the last a mail stays with its error, for staff to see.
RETRIES = tuple(timedelta(minutes=m) for m in (1, 10, 60, 240))


def load_templates(path: Path) -> int:
    """Load the templates of a file; one that stands already keeps the words a clerk gave it."""
    rows = [Template(**row) for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))]
    with store.writing():
        Template.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def tell_accounts(
    told: stream.Told,
    audience: str,
    accounts: Iterable[Account],
    *,
    about: str,
    values: Mapping[str, object],
    now: datetime,
) -> int:
    """Put a message into the inboxes of some accounts; the one who acted is not told of it."""
    template = _template(told, audience)
    others = [one for one in accounts if f"account:{one.pk.hex}" != told.actor]
    if template is None or not others:
        return 0
    with store.writing():
        Message.objects.bulk_create(
            (
                Message(
                    position=told.position,
                    event=told.type,
                    account=one,
                    way="inbox",
                    about=about,
                    **_worded(template, values),
                    at=now,
                    sent_at=now,
                )
                for one in others
            ),
            ignore_conflicts=True,
        )
    return len(others)


def tell_reporter(
    told: stream.Told,
    identity: UUID,
    *,
    about: str,
    values: Mapping[str, object],
    now: datetime,
    language: str = "zh-hans",
) -> None:
    """Tell whoever raised a matter, in their language: by a mail that goes out soon, else by a call."""
    template = _template(told, "reporter")
    contact = vault.for_delivery(identity)
    if template is None or contact is None or not contact.given:
        return
    with store.writing():
        Message.objects.get_or_create(
            position=told.position,
            identity=identity,
            defaults={
                "event": told.type,
                "way": "mail" if contact.email else "call",
                "due_at": now if contact.email else None,
                "about": about,
                "language": language,
                "at": now,
                **_worded(template, values),
            },
        )


def _worded(template: Template, values: Mapping[str, object]) -> dict[str, str]:
    """The template in both languages, and with it what its values name."""
    zh, en = _in("zh-hans", values), _in("en", values)
    return {
        "subject_zh": template.subject_zh.format_map(zh)[:200],
        "subject_en": template.subject_en.format_map(en)[:240],
        "text_zh": template.text_zh.format_map(zh),
        "text_en": template.text_en.format_map(en),
    }


def _in(language: str, values: Mapping[str, object]) -> dict[str, object]:
    with override(language):
        return {name: spoken(one, gettext) for name, one in values.items()}


def _template(told: stream.Told, audience: str) -> Template | None:
    return Template.objects.filter(event=told.type, audience=audience).first()


def mark_read(account_id: UUID, *, now: datetime) -> int:
    """Mark every message of an account as read."""
    with store.writing():
        return Message.objects.filter(account_id=account_id, read_at=None).update(read_at=now)


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


def _in_language(message: Message) -> tuple[str, str]:
    if message.language == "en":
        return message.subject_en, message.text_en
    return message.subject_zh, message.text_zh


def _sent(message: Message) -> str:
    """Send one mail; what went wrong, or nothing."""
    contact = vault.for_delivery(message.identity) if message.identity else None
    if contact is None or not contact.email:
        return "no address"
    try:
        send_mail(*_in_language(message), None, [contact.email])
    except (OSError, ValueError) as fault:  # the line is down, or what was left is no address
        return type(fault).__name__
    return ""
