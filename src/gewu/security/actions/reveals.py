"""Seeing who stands behind a token: asked with a reason, granted by a second person, seen once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gewu.infra import store, stream
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events, vault
from gewu.security.actions import consents
from gewu.security.actors import Actor
from gewu.security.models import Reveal

ASK = "identity.request"
APPROVE = "identity.approve"
#: How long what was granted may be looked at.
GRANTED_FOR = timedelta(minutes=30)
#: So many identities seen by one person within the hour tell the security administrator.
ALARM_AT = 5
ALARM_SPAN = timedelta(hours=1)


def ask_reveal(
    token: UUID, *, about: str, number: str, place: str, reason: str, actor: Actor, now: datetime
) -> UUID:
    """Ask to see who stands behind a token, for one record that the caller has shown to be in scope.

    Refused: without the right, without a reason, and while one's own request for it waits or is granted.
    """
    if actor.account_id is None or not actor.holds(ASK):
        raise Refusal(say("您不能申请查看身份"), Kind.FORBIDDEN)
    short = say("请写明为什么要查看，至少 {n} 个字", n=consents.SHORTEST_REASON)
    words = consents.checked_reason(reason, refusal=short)
    with store.writing():
        mine = Reveal.objects.filter(about=about, asked_by_id=actor.account_id, seen_at=None)
        consents.check_none_open(mine, now=now, refusal=say("您已申请过，请等待审批或先查看"))
        row = Reveal.objects.create(
            token=token, about=about, number=number, place=place, reason=words,
            asked_by_id=actor.account_id, asked_at=now,
        )  # fmt: skip
        told = events.RevealAsked(id=row.pk, place=place, about=about, number=number)
        stream.tell(told, actor=actor, now=now, words={"reason": words})
    return row.pk


def decide_reveal(reveal_id: UUID, granted: bool, *, reason: str, actor: Actor, now: datetime) -> None:
    """Grant or refuse a request, as a second person who may do so at that place.

    Refused: one's own request, without the right, decided or run out already, a no without its reason.
    """
    with store.writing():
        row = Reveal.objects.select_for_update().filter(pk=reveal_id).first()
        if row is None or not may_decide(actor, row.place):
            raise Refusal(say("没有这项申请，或不由您审批"), Kind.MISSING)
        consents.decide(row, granted, reason=reason, usable_for=GRANTED_FOR, actor=actor, now=now)
        kind = events.RevealGranted if granted else events.RevealDeclined
        told = kind(id=row.pk, place=row.place, about=row.about, number=row.number)
        stream.tell(told, actor=actor, now=now, words={"reason": row.decision})


def may_decide(actor: Actor, place: str) -> bool:
    """Whether this actor is one of the second persons of a place; only accounts are."""
    return actor.account_id is not None and actor.holds_at(APPROVE, place)


def reveal(reveal_id: UUID, *, actor: Actor, now: datetime) -> vault.Contact:
    """The contact in clear, once, to whoever asked, within half an hour of the consent.

    Refused to everyone else, a second time, and later. Many within an hour raise an alarm.
    """
    with store.writing():
        row = Reveal.objects.select_for_update().filter(pk=reveal_id, asked_by_id=actor.account_id).first()
        if row is None or actor.account_id is None:
            raise Refusal(say("没有这项申请"), Kind.MISSING)
        if row.seen_at or not consents.holds(row, usable_for=GRANTED_FOR, now=now):
            raise Refusal(
                say("没有可查看的授权：尚未同意、已看过或已过期"),
                Kind.FORBIDDEN,
                advice=say("需要时请重新申请"),
            )
        contact = vault.for_delivery(row.token)
        if contact is None:
            raise Refusal(say("身份信息已按期限删除"), Kind.MISSING)
        row.seen_at = now
        row.save(update_fields=["seen_at"])
        told = events.IdentityRevealed(id=row.pk, place=row.place, about=row.about, number=row.number)
        stream.tell(told, actor=actor, now=now)
        _watch(actor, row.place, now)
    return contact


def _watch(actor: Actor, place: str, now: datetime) -> None:
    """Tell of someone who sees unusually many: at the n-th within the hour and at each one after it."""
    seen = Reveal.objects.filter(asked_by_id=actor.account_id, seen_at__gt=now - ALARM_SPAN).count()
    if seen >= ALARM_AT and actor.account_id:
        told = events.RevealAlarmRaised(id=new_id(), place=place, account=actor.account_id, count=seen)
        stream.tell(told, actor=actor, now=now)


def note_export(kind: str, rows: int, filters: str, *, actor: Actor, now: datetime) -> None:
    """Record that rows left the platform as a file."""
    with store.writing():
        told = events.RowsExported(id=new_id(), kind=kind, rows=rows, filters=filters[:300])
        stream.tell(told, actor=actor, now=now)
