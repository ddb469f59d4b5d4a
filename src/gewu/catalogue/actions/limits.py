"""Changing the handling limit of a class from a day on: a new version of it, the old one kept."""

from __future__ import annotations

from datetime import date, datetime

from gewu.catalogue import events, permissions, queries
from gewu.catalogue.actions import dated
from gewu.catalogue.models import Criterion, MatterClass
from gewu.catalogue.rules import Limit, checked_limit
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor


def revise_limit(
    code: str, limit: Limit, *, since: date, reason: str, place: str, actor: Actor, now: datetime
) -> MatterClass:
    """Give a class another handling limit from a later day on; cases filed before keep theirs.

    Refused are: a day that is not after today, a change without a reason, a limit that is none, a class
    that has changed already for that day or later.
    """
    permissions.require_manage(actor, place)
    _check(limit, since, reason, queries.day_of(now))
    with store.writing():
        row = MatterClass.objects.select_for_update().filter(code=code).order_by("-since").first()
        if row is None or not row.parent or (row.until is not None and row.until <= since):
            raise Refusal(say("目录中没有事项 {code}", code=code), Kind.MISSING, field="matter")
        if row.since >= since:
            raise Refusal(
                say("这类事项已有自 {since} 起的新版本", since=row.since.isoformat()), Kind.CONFLICT
            )
        before = f"{row.handle_amount} {row.handle_unit}"
        new = _version(row, limit, since, reason)
        told = events.LimitRevised(
            id=new.pk,
            place=place,
            matter=code,
            since=since.isoformat(),
            before=before,
            after=str(limit.words),
        )
        stream.tell(told, actor=actor, now=now, words={"reason": reason.strip()})
        changed(queries.HELD)
    return new


def _check(limit: Limit, since: date, reason: str, today: date) -> None:
    dated.check_when_and_why(since, reason, today)
    checked_limit(limit)


def _version(row: MatterClass, limit: Limit, since: date, reason: str) -> MatterClass:
    """The new version with the same criteria; the first of them carries the limit of the class."""
    criteria = list(row.criteria.order_by("seq"))
    MatterClass.objects.filter(pk=row.pk).update(until=since)
    row.pk = new_id()
    row.since, row.source = since, reason.strip()[:200]
    row.handle_amount, row.handle_unit = limit.stored
    row.save(force_insert=True)
    for one in criteria:
        one.pk, one.matter_id = new_id(), row.pk
    if criteria:
        criteria[0].limit_amount, criteria[0].limit_unit = limit.stored
    Criterion.objects.bulk_create(criteria)
    return row
