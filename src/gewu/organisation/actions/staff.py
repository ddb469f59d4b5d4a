"""Staff records: a shift, a leave or a training noted, or struck out again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from gewu.infra import store, stream
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import events, permissions, queries, rules
from gewu.organisation.models import StaffEntry
from gewu.security.actors import Actor


def note_staff(
    account: UUID,
    kind: str,
    *,
    since: date,
    until: date | None = None,
    subject: str = "",
    actor: Actor,
    now: datetime,
) -> StaffEntry:
    """Note a shift, leave or training of someone in a unit whose records the actor keeps.

    Refuses an unknown kind, a leave with a cause, anything else without a subject, and an end before its
    beginning.
    """
    with store.writing():
        unit = _unit_kept(account, actor, now)
        subject = subject.strip()[:100]
        rules.check_entry(kind, subject, since, until)
        row = StaffEntry(
            id=new_id(), account_id=account, kind=kind, subject=subject, since=since, until=until
        )
        row.save(force_insert=True)
        stream.tell(events.StaffNoted(id=account, place=unit.place, kind=kind), actor=actor, now=now)
    return row


def strike_staff(entry: UUID, *, actor: Actor, now: datetime) -> None:
    """Remove an entry that was noted in error; one that is not there is refused."""
    with store.writing():
        row = StaffEntry.objects.select_for_update().filter(pk=entry).first()
        if row is None:
            raise Refusal(say("没有这条记录"), Kind.MISSING)
        unit = _unit_kept(row.account_id, actor, now)
        row.delete()
        stream.tell(
            events.StaffStruck(id=row.account_id, place=unit.place, kind=row.kind), actor=actor, now=now
        )


def _unit_kept(account: UUID, actor: Actor, now: datetime) -> queries.UnitFacts:
    """A unit of this person whose records the actor keeps."""
    held = [post.unit for post in queries.posts_of(account, now=now) if post.unit is not None]
    for unit in map(queries.unit, held):
        if unit is not None and permissions.may_keep_staff(actor, unit.path):
            return unit
    raise Refusal(say("人员记录由本单位人事专员登记，您没有此权限"), Kind.FORBIDDEN)
