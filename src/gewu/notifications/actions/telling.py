"""Telling people, by inbox or by mail, in the words of a template; a phone only announces the inbox."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.core.mail import send_mail
from django.utils.translation import gettext, override

from gewu.infra import connections, store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say, spoken
from gewu.notifications import rules
from gewu.notifications.actions import pushing
from gewu.notifications.models import Message, Template
from gewu.security import vault
from gewu.security.actions import Account

#: How long a mail is one worker's before another may take it up.
LEASE = timedelta(minutes=5)
#: Pauses before the next try; after the last a mail stays with its error, for staff to see.
RETRIES = tuple(timedelta(minutes=m) for m in (1, 10, 60, 240))

#: How long it may be taken back that everything was marked as read.
UNDO_FOR = timedelta(minutes=10)


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
    worded = _worded(template, values)
    phones = pushing.with_phones(frozenset(one.pk for one in others))
    with store.writing():
        Message.objects.bulk_create(
            (
                Message(
                    position=told.position,
                    event=told.type,
                    account=one,
                    way="inbox",
                    about=about,
                    **worded,
                    at=now,
                    sent_at=now,
                    due_at=now if one.pk in phones else None,
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
        "kind_zh": rules.kind_of(template.subject_zh).format_map(zh)[:120],
        "kind_en": rules.kind_of(template.subject_en).format_map(en)[:160],
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
    """Mark every message of an account as read; returns how many were not."""
    with store.writing():
        return Message.objects.filter(account_id=account_id, read_at=None).update(read_at=now)


def mark_unread(account_id: UUID, *, marked_at: datetime, now: datetime) -> int:
    """Take back that all messages were marked as read at a moment; returns how many are unread again.

    Refused once :data:`UNDO_FOR` has passed.
    """
    if not now - UNDO_FOR < marked_at <= now:
        raise Refusal(say("已超过 {n} 分钟，不能撤销", n=UNDO_FOR // timedelta(minutes=1)), Kind.CONFLICT)
    with store.writing():
        return Message.objects.filter(account_id=account_id, read_at=marked_at).update(read_at=None)


def send_waiting(now: datetime, *, limit: int = 50) -> int:
    """Send the mails and announcements that are due, oldest first; returns how many were taken up.

    The address is opened only here. At least once: a worker that is killed between the line and its
    mark has its mail sent again.
    """
    due = list(Message.objects.filter(due_at__lte=now).order_by("due_at", "id")[:limit])
    return sum(_take_up(message, now) for message in due)


def bring_forward(now: datetime) -> int:
    """Have mails that wait for a time the clock has been set back from be due at once; returns how many."""
    with store.writing():
        return Message.objects.filter(due_at__gt=now).update(due_at=now)


def _take_up(message: Message, now: datetime) -> bool:
    mine = Message.objects.filter(pk=message.pk, due_at=message.due_at)
    with store.writing():
        if not mine.update(due_at=now + LEASE):
            return False
    error = _sent(message, now) if message.identity else pushing.pushed(message)
    late = message.tries >= len(RETRIES)
    again = now + RETRIES[message.tries] if error and not late else None
    done = {
        "sent_at": None if error and message.identity else now,
        "error": error,
        "due_at": again,
        "tries": message.tries + 1,
    }
    with store.writing():
        Message.objects.filter(pk=message.pk).update(**done)
    return True


def _in_language(message: Message) -> tuple[str, str]:
    if message.language == "en":
        return message.subject_en, message.text_en
    return message.subject_zh, message.text_zh


def _sent(message: Message, now: datetime) -> str:
    """Send one mail; what went wrong, or nothing. How the mail server fared is kept for its page."""
    contact = vault.for_delivery(message.identity) if message.identity else None
    if contact is None or not contact.email:
        return "no address"
    try:
        send_mail(*_in_language(message), None, [contact.email])
    except OSError as fault:  # the line is down
        connections.note("mail", connections.mail_fault(fault), now=now)
        return type(fault).__name__
    except ValueError as fault:  # what was left is no address
        return type(fault).__name__
    connections.note("mail", "", now=now)
    return ""


#: What stands in place of a message whose words were deleted.
_ERASED = {
    "kind_zh": "（已按期限删除）", "kind_en": "(Deleted when its time was over)",
    "subject_zh": "（已按期限删除）", "subject_en": "(Deleted when its time was over)",
    "text_zh": "", "text_en": "",
}  # fmt: skip


def erase_words(positions: Sequence[int]) -> None:
    """Erase what was said about some events; that something was said, to whom and when stays."""
    said = Message.objects.filter(position__in=positions)
    # Each half has an index of its own.
    for one in (said.filter(account__isnull=False), said.filter(identity__isnull=False)):
        one.update(**_ERASED)
