"""Secrets by which systems and calendars come in without signing in: issued once, withdrawn at once."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import DatabaseError

from gewu.infra import store, stream, versions
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events, permissions, rules
from gewu.security.actions.roles import HELD
from gewu.security.actions.signing_in import token_digest
from gewu.security.actors import Actor
from gewu.security.models import AccessKey

#: An account may have so many calendars; one for each device is enough.
MOST_OWN = 5


def issue_key(purpose: str, label: str, *, actor: Actor, now: datetime) -> str:
    """A new secret of access, shown once; only its digest is kept. It ends by itself after its term.

    A system's is issued by whoever manages accounts, a personal one by its person. Refused: an unknown
    purpose, a system without a name, too many of one's own.
    """
    kind = _purpose(purpose)
    label = " ".join(label.split())[:60]
    if not kind.personal and not label:
        raise Refusal(say("请写明是哪个系统使用"), field="label")
    _require(actor, purpose)
    secret = secrets.token_urlsafe(32)
    own = actor.account_id if kind.personal else None
    with store.writing():
        _check_number(own, purpose, now)
        row = AccessKey.objects.create(
            digest=token_digest(secret),
            purpose=purpose,
            label=label,
            account_id=own,
            made_by=actor.ref,
            made_at=now,
            expires_at=now + kind.lasts,
        )
        stream.tell(events.AccessKeyIssued(id=row.pk, purpose=purpose), actor=actor, now=now)
        versions.changed(HELD)
    return secret


def _check_number(own: UUID | None, purpose: str, now: datetime) -> None:
    good = AccessKey.objects.filter(purpose=purpose, withdrawn_at=None, expires_at__gt=now)
    if own and good.filter(account_id=own).count() >= MOST_OWN:
        raise Refusal(say("最多 {n} 个，请先收回不用的", n=MOST_OWN), Kind.CONFLICT)


def withdraw_key(key: UUID, *, actor: Actor, now: datetime) -> None:
    """Void a secret at once. Refused as if it did not exist to whoever may not; one that is void stays so."""
    with store.writing():
        row = AccessKey.objects.select_for_update().filter(pk=key).first()
        if row is None or (row.account_id is not None and row.account_id != actor.account_id):
            raise Refusal(say("没有这个密钥"), Kind.MISSING)
        _require(actor, row.purpose)
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
            stream.tell(events.AccessKeyWithdrawn(id=row.pk, purpose=row.purpose), actor=actor, now=now)
        versions.changed(HELD)


def note_key_use(key: UUID, *, now: datetime) -> None:
    """Note that a secret is in use, once an hour for each process: calls that only read stay reading."""
    try:
        _note_hour(key, now.replace(minute=0, second=0, microsecond=0))
    except DatabaseError:  # the call itself is not the worse for it
        return


@lru_cache(maxsize=10_000)
def _note_hour(key: UUID, hour: datetime) -> None:
    with store.writing():
        AccessKey.objects.filter(pk=key).update(used_at=hour)


def _purpose(name: str) -> rules.KeyPurpose:
    found = rules.KEY_PURPOSES.get(name)
    if found is None:
        raise Refusal(say("没有这种用途的密钥"), Kind.MISSING, field="purpose")
    return found


def _require(actor: Actor, purpose: str) -> None:
    """A personal secret belongs to whoever has an account, a system's to whoever manages accounts."""
    own = _purpose(purpose).personal
    allowed = actor.account_id is not None if own else actor.holds(permissions.ACCOUNTS)
    if not allowed:
        raise Refusal(say("您没有此权限"), Kind.FORBIDDEN, advice=say("请联系安全管理员"))
