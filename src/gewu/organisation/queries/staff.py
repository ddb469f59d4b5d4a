"""Staff records: what a colleague sees of someone, and what their own unit does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from gewu.kernel.texts import Name, Text, say
from gewu.organisation import permissions
from gewu.organisation.models import StaffEntry
from gewu.organisation.queries.posts import Holder, in_force, posts_in
from gewu.organisation.queries.units import known_unit
from gewu.organisation.rules import StaffKind
from gewu.security.actors import Actor
from gewu.security.scopes import NOTHING, below_unit

LABELS: Mapping[str, Text] = {
    StaffKind.SHIFT.value: say("班次"),
    StaffKind.LEAVE.value: say("休假"),
    StaffKind.TRAINING.value: say("培训"),
}


@dataclass(frozen=True)
class Entry:
    """One line of a staff record."""

    id: UUID
    kind: str
    label: Text
    subject: str
    since: date
    until: date | None


@dataclass(frozen=True)
class StaffLine:
    """A member of a unit. ``record`` is None for those whom the record is no concern of."""

    name: str
    post: Name
    contact: str
    hours: str
    account: UUID | None
    record: tuple[Entry, ...] | None


def visible_to(actor: Actor, *, now: datetime) -> QuerySet[StaffEntry]:
    """The entries this actor may read: the own ones, and those of the units it keeps the records of."""
    found = Q(account=actor.account_id) if actor.account_id else NOTHING
    kept = NOTHING
    for standing in actor.scopes(permissions.KEEP_STAFF):
        kept |= below_unit("unit__path", standing.unit_path)
    if kept == NOTHING:
        return StaffEntry.objects.filter(found)
    members = in_force(now).filter(kept, account=OuterRef("account"))
    return StaffEntry.objects.filter(found | Exists(members))


def on_leave(accounts: Iterable[UUID], on: date) -> frozenset[UUID]:
    """Those of some accounts who are on leave on a day: one query."""
    rows = StaffEntry.objects.filter(account__in=list(accounts), kind=StaffKind.LEAVE.value, since__lte=on)
    return frozenset(rows.filter(Q(until=None) | Q(until__gte=on)).values_list("account", flat=True))


def keeps_staff(actor: Actor, path: str) -> bool:
    """Whether the actor keeps the staff records of the unit at this path."""
    return permissions.may_keep_staff(actor, path)


def staff_of(actor: Actor, code: str, *, now: datetime) -> tuple[StaffLine, ...]:
    """The members of a unit: two queries. Colleagues elsewhere see name, post and work contact only."""
    permissions.require_staff(actor)
    unit = known_unit(code)
    members = posts_in([unit.id], now=now)
    accounts = {one.account for one in members if one.account is not None}
    open_to_me = accounts if permissions.may_keep_staff(actor, unit.path) else accounts & {actor.account_id}
    records = _records(actor, open_to_me, now) if open_to_me else {}
    return tuple(_line(one, records if one.account in open_to_me else None) for one in members)


def _records(actor: Actor, accounts: Iterable[UUID | None], now: datetime) -> dict[UUID, list[Entry]]:
    found: dict[UUID, list[Entry]] = {}
    rows = visible_to(actor, now=now).filter(account__in=list(accounts)).order_by("-since", "-id")
    for row in rows:
        entry = Entry(row.pk, row.kind, LABELS[row.kind], row.subject, row.since, row.until)
        found.setdefault(row.account_id, []).append(entry)
    return found


def _line(one: Holder, records: Mapping[UUID, list[Entry]] | None) -> StaffLine:
    record = tuple(records.get(one.account, ())) if records is not None and one.account else None
    return StaffLine(one.name, one.kind_name, one.contact, one.hours, one.account, record)
