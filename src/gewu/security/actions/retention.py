"""How long data are kept, what is held back as proof, and the certificates of what was deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from gewu.infra import store, stream
from gewu.kernel.identifiers import id_after, new_id
from gewu.kernel.receipts import digest
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events, permissions
from gewu.security.actors import Actor
from gewu.security.models import Certificate, LegalHold, RetentionRule
from gewu.security.rules import RETENTION


def set_retention(code: str, days: int, *, basis: str, actor: Actor, now: datetime) -> None:
    """Set how long one kind of data is kept from now on.

    Refused: without the right, an unknown kind, shorter than the law allows, without its basis.
    """
    permissions.require(actor, permissions.RETENTION)
    kind = RETENTION.get(code)
    if kind is None:
        raise Refusal(say("没有“{code}”这类数据", code=code), Kind.MISSING, field="code")
    if days < kind.least_days:
        raise Refusal(say("这类数据至少保存 {n} 天", n=kind.least_days), field="days")
    if days > kind.most_days:
        raise Refusal(say("这类数据最多保存 {n} 天", n=kind.most_days), field="days")
    if not basis.strip():
        raise Refusal(say("请写明依据"), field="basis")
    with store.writing():
        rules = RetentionRule.objects.filter(code=code).order_by("-id")
        last = rules.values_list("id", flat=True).first()
        RetentionRule.objects.create(
            id=id_after(last), code=code, days=days, basis=basis.strip()[:200], set_by=actor.ref, set_at=now
        )
        stream.tell(events.RetentionSet(id=new_id(), code=code, days=days), actor=actor, now=now)


def hold(about: str, number: str, *, reason: str, actor: Actor, now: datetime) -> UUID:
    """Keep the data of one record from deletion. Refused: without the right, no reason, held already."""
    permissions.require(actor, permissions.RETENTION)
    if not reason.strip():
        raise Refusal(say("请写明原因"), field="reason")
    with store.writing():
        if LegalHold.objects.filter(about=about, ended_at=None).exists():
            raise Refusal(say("这件事已经在保全中"), Kind.CONFLICT)
        row = LegalHold.objects.create(
            about=about, number=number, reason=reason.strip()[:300], set_by=actor.ref, set_at=now
        )
        told = events.HoldSet(id=row.pk, number=number)
        stream.tell(told, actor=actor, now=now, words={"reason": row.reason})
    return row.pk


def end_hold(hold_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Let a record's data go their way again. Refused: without the right, no reason, ended already."""
    permissions.require(actor, permissions.RETENTION)
    if not reason.strip():
        raise Refusal(say("请写明原因"), field="reason")
    with store.writing():
        if not LegalHold.objects.filter(pk=hold_id, ended_at=None).update(ended_at=now):
            raise Refusal(say("没有这项保全，或已解除"), Kind.MISSING)
        stream.tell(events.HoldEnded(id=hold_id), actor=actor, now=now, words={"reason": reason.strip()})


def certify(
    code: str, keys: Iterable[UUID], *, days: int, before: datetime, actor: Actor, now: datetime
) -> None:
    """Record that data were deleted, in the transaction that deletes them: how many and by which rule.

    The digest is over the keys of the records: whoever has one can show that it was among them, and
    nothing of what was deleted can be read from it.
    """
    gone = sorted(one.hex for one in keys)
    shown = digest(settings.HASH, "\n".join(gone).encode()).hex()
    row = Certificate.objects.create(
        id=new_id(), code=code, days=days, count=len(gone), before=before,
        digest=f"{settings.HASH}:{shown}", made_at=now,
    )  # fmt: skip
    told = events.DataDeleted(id=row.pk, code=code, days=days, count=len(gone), digest=row.digest)
    stream.tell(told, actor=actor, now=now)
