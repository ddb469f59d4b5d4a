"""Who comes in by a secret of access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.infra.versions import Kept
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import permissions, rules
from gewu.security.actions.roles import HELD
from gewu.security.actions.signing_in import token_digest
from gewu.security.actors import Actor
from gewu.security.models import AccessKey


@dataclass(frozen=True)
class KeyFacts:
    """A secret that is good, without itself."""

    id: UUID
    purpose: str
    label: str
    account: UUID | None
    expires_at: datetime


@dataclass(frozen=True)
class KeyLine:
    """A secret as its holder or whoever manages them sees it."""

    id: UUID
    purpose: Text
    label: str
    made_at: datetime
    used_at: datetime | None
    expires_at: datetime
    withdrawn_at: datetime | None
    good: bool


_by_secret: Kept[KeyFacts] = Kept(HELD)


def key_of(secret: str, purpose: str, *, now: datetime) -> KeyFacts | None:
    """The secret of this purpose, held in memory; None when unknown, withdrawn, run out or for another."""
    if not secret or len(secret) > 200:
        return None
    found = _by_secret.get(token_digest(secret), _read)
    return found if found and found.purpose == purpose and now < found.expires_at else None


def _read(digest: str) -> KeyFacts | None:
    rows = AccessKey.objects.filter(digest=digest, withdrawn_at=None)
    columns = ("pk", "purpose", "label", "account_id", "expires_at")
    found = rows.filter(account=None) | rows.filter(account__active=True)
    row = found.values_list(*columns).first()
    return KeyFacts(*row) if row else None


def system_keys(actor: Actor, *, now: datetime, most: int = 100) -> tuple[KeyLine, ...]:
    """The newest secrets of systems, the withdrawn ones too: one statement. Refused without the right."""
    if not actor.holds(permissions.ACCOUNTS):
        raise Refusal(say("您没有此权限"), Kind.FORBIDDEN, advice=say("请联系安全管理员"))
    rows = AccessKey.objects.filter(account=None).order_by("-made_at", "-pk")[:most]
    return tuple(_line(row, now) for row in rows)


def own_keys(actor: Actor, purpose: str, *, now: datetime) -> tuple[KeyLine, ...]:
    """One's own secrets of a purpose that are good: one statement."""
    if actor.account_id is None:
        return ()
    good = AccessKey.objects.filter(purpose=purpose, withdrawn_at=None, expires_at__gt=now)
    rows = good.filter(account_id=actor.account_id).order_by("-made_at")
    return tuple(_line(row, now) for row in rows)


def _line(row: AccessKey, now: datetime) -> KeyLine:
    purpose = rules.KEY_PURPOSES[row.purpose].name
    good = row.withdrawn_at is None and now < row.expires_at
    return KeyLine(
        row.pk, purpose, row.label, row.made_at, row.used_at, row.expires_at, row.withdrawn_at, good
    )
