"""The sessions of an account: kept so that their owner can see and end them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session

from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events
from gewu.security.actors import Actor
from gewu.security.models import OpenSession


def keep_session(account_id: UUID, key: str, *, device: str, now: datetime) -> None:
    """Write down that a session was opened; those that Django no longer has are forgotten."""
    with store.writing():
        mine = OpenSession.objects.filter(account_id=account_id)
        known = Session.objects.filter(session_key__in=mine.values_list("key", flat=True))
        mine.exclude(key__in=list(known.values_list("session_key", flat=True))).delete()
        OpenSession.objects.create(
            account_id=account_id, key=key, device=device[:120], opened_at=now, seen_at=now
        )


def note_seen(key: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    with store.writing():
        OpenSession.objects.filter(key=key).update(seen_at=now)


def end_session(session_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End one of one's own sessions; another's is refused as if it did not exist."""
    with store.writing():
        row = OpenSession.objects.filter(pk=session_id).first()
        if row is None or actor.account_id is None or row.account_id != actor.account_id:
            raise Refusal(say("没有这个登录，或已结束"), Kind.MISSING)
        Session.objects.filter(session_key=row.key).delete()
        row.delete()
        stream.tell(events.SessionsEnded(id=actor.account_id), actor=actor, now=now)


def end_sessions(account_id: UUID, *, but: str = "") -> None:
    """End the sessions of an account, all or all but one; the caller tells why."""
    rows = OpenSession.objects.filter(account_id=account_id).exclude(key=but)
    Session.objects.filter(session_key__in=list(rows.values_list("key", flat=True))).delete()
    rows.delete()
