"""Door for writing: telling people, by inbox or by mail, in the words of a template."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext, override

from gewu.infra import store, stream
from gewu.kernel.texts import spoken
from gewu.notifications.models import Message, Template
from gewu.security import vault
from gewu.security.actions import Account


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
    told: stream.Told, identity: UUID, *, about: str, values: Mapping[str, object], now: datetime
) -> None:
    """Tell whoever raised a matter, in the way they left: a mail goes out soon, else it waits for a call."""
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
