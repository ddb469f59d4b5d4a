"""Posts: appointed and ended; the rights of a post come and go with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db.models import QuerySet

from gewu.infra import store, stream
from gewu.kernel.identifiers import new_id
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import events, permissions, queries, rules
from gewu.organisation.models import Post
from gewu.organisation.queries import PostKindFacts, UnitFacts
from gewu.security import actions as security
from gewu.security.actors import Actor

#: The kind of unit that is an enterprise: it stands beside the offices and does none of their work.
ENTERPRISE = "enterprise"


class Particulars(TypedDict, total=False):
    """What can be said of an appointment beside who, what and where."""

    #: Code of the unit that holds the post, in place of an account.
    holder_unit: str
    #: The name to show; needed when neither an account nor a unit holds the post.
    name: str
    contact: str
    #: When the holder can be reached, in words.
    hours: str
    since: datetime
    until: datetime
    #: Whether the same holder takes the linked post, or else why the two are parted.
    together: bool
    reason: str


@dataclass(frozen=True)
class _Seat:
    kind: PostKindFacts
    code: str
    place: str
    unit: UnitFacts | None

    @property
    def unit_id(self) -> UUID | None:
        return self.unit.id if self.unit else None

    def held(self, now: datetime) -> QuerySet[Post]:
        """The posts of this kind that are held here."""
        return queries.in_force(now).filter(kind=self.kind.code, place=self.place, unit=self.unit_id)


def appoint(
    kind: str,
    seat: str,
    account: security.Account | None = None,
    *,
    actor: Actor,
    now: datetime,
    **given: Unpack[Particulars],
) -> Post:
    """Put an account, a unit or a named person on a post at a unit (by code) or a place.

    The role of the kind is given with the post and ends with it. Refuses a full seat, a seat of the
    wrong sort, nobody, oneself, and a linked post without ``together`` or a ``reason``.
    """
    where = _seat(queries.post_kind(kind), seat)
    permissions.require_manage(actor, where.place)
    permissions.require_other(actor, account.pk if account else None)
    _check_side(where, account)
    _check_linked(where.kind, given)
    with store.writing():
        row = _write(where, account, given, actor=actor, now=now)
        if given.get("together") and where.kind.linked:
            _together(where, account, given, actor=actor, now=now)
    return row


def _seat(kind: PostKindFacts, seat: str) -> _Seat:
    if kind.seat is rules.Seat.UNIT:
        unit = queries.unit(seat)
        if unit is None or unit.closed:
            raise Refusal(say("没有单位“{code}”，或它已撤销", code=seat), Kind.MISSING, field="seat")
        return _Seat(kind, seat, unit.place, unit)
    rules.check_seat(kind.name_zh, kind.seat, checked(seat))
    return _Seat(kind, seat, seat, None)


def _check_side(where: _Seat, account: security.Account | None) -> None:
    """Whoever comes from outside stands in an enterprise alone; an official may be paired with one."""
    at_enterprise = where.unit is not None and where.unit.kind == ENTERPRISE
    if account is not None and account.outside and not at_enterprise:
        raise Refusal(say("企业账号只在企业任职，工作人员账号不在企业任职"), Kind.CONFLICT, field="account")


def _check_linked(kind: PostKindFacts, given: Particulars) -> None:
    if kind.linked and not given.get("together") and not given.get("reason"):
        other = queries.post_kind(kind.linked).name_zh
        raise Refusal(
            say("“{kind}”与“{other}”由同一人担任", kind=kind.name_zh, other=other),
            Kind.CONFLICT,
            field="together",
            advice=say("请一并任命或结束，或写明分开的理由"),
        )


def _write(
    where: _Seat, account: security.Account | None, given: Particulars, *, actor: Actor, now: datetime
) -> Post:
    rules.check_slots(where.kind.name_zh, where.kind.slots, where.held(now).count())
    row = _row(where, account, given, now)
    if where.kind.role and account is not None:
        path = where.unit.path if where.unit else ""
        row.standing = security.give_role(
            account, where.kind.role, actor=actor, now=now, place=row.place, unit_path=path, until=row.until
        )
    row.save(force_insert=True)
    stream.tell(_appointed(row), actor=actor, now=now, words={"reason": given.get("reason", "")})
    return row


def _row(where: _Seat, account: security.Account | None, given: Particulars, now: datetime) -> Post:
    since = given.get("since", now)
    if since > now:
        raise Refusal(say("任职开始时间不能晚于现在"), field="since")
    holder = _holder_unit(given.get("holder_unit", ""))
    return Post(
        id=new_id(),
        kind_id=where.kind.code,
        unit_id=where.unit_id,
        place=where.place,
        account=account,
        holder_unit_id=holder.id if holder else None,
        name=_shown(given.get("name", ""), account, holder),
        contact=given.get("contact") or (account.work_phone if account else ""),
        hours=given.get("hours", ""),
        since=since,
        until=rules.term_end(since, given.get("until"), where.kind.term_days),
    )


def _holder_unit(code: str) -> UnitFacts | None:
    found = queries.unit(code) if code else None
    if code and (found is None or found.closed):
        raise Refusal(say("没有单位“{code}”，或它已撤销", code=code), Kind.MISSING, field="holder_unit")
    return found


def _shown(name: str, account: security.Account | None, holder: UnitFacts | None) -> str:
    shown = name or (account.display_name if account else holder.name_zh if holder else "")
    if not shown:
        raise Refusal(say("请指明由谁担任：账号、单位或姓名"), field="name")
    return shown


def _appointed(row: Post) -> events.Appointed:
    return events.Appointed(
        id=row.pk,
        place=row.place,
        kind=row.kind_id,
        unit=row.unit_id,
        account=row.account_id,
        holder_unit=row.holder_unit_id,
    )


def _together(
    where: _Seat, account: security.Account | None, given: Particulars, *, actor: Actor, now: datetime
) -> None:
    """Have the same holder take the linked post, whoever holds it now."""
    linked = _seat(queries.post_kind(where.kind.linked), where.code)
    for row in linked.held(now):
        _end(row, actor=actor, now=now, reason=given.get("reason", ""))
    _write(linked, account, given, actor=actor, now=now)


def end_post(post_id: UUID, *, actor: Actor, now: datetime, reason: str = "", together: bool = False) -> None:
    """End a post now; the role that came with it ends at once. An ended post is refused.

    A linked post of the same holder ends along when ``together`` is given, else a reason is needed.
    """
    with store.writing():
        row = Post.objects.select_for_update().filter(pk=post_id, ended_at__isnull=True).first()
        if row is None:
            raise Refusal(say("没有这项任职，或已经结束"), Kind.MISSING)
        permissions.require_manage(actor, row.place)
        kind = queries.post_kind(row.kind_id)
        _check_linked(kind, {"together": together, "reason": reason})
        for one in (row, *(_linked_of(row, kind, now) if together else ())):
            _end(one, actor=actor, now=now, reason=reason)


def _linked_of(row: Post, kind: PostKindFacts, now: datetime) -> QuerySet[Post]:
    same: dict[str, Any] = {
        "place": row.place,
        "unit": row.unit_id,
        "account": row.account_id,
        "name": row.name,
    }
    return queries.in_force(now).filter(kind=kind.linked, **same)


def _end(row: Post, *, actor: Actor, now: datetime, reason: str = "") -> None:
    row.until = now if row.until is None or row.until > now else row.until
    row.ended_at = now
    row.save(update_fields=["until", "ended_at"])
    if row.standing is not None:
        security.end_role(row.standing, actor=actor, now=now, at=row.until)
    told = events.PostEnded(id=row.pk, place=row.place, kind=row.kind_id)
    stream.tell(told, actor=actor, now=now, words={"reason": reason})
