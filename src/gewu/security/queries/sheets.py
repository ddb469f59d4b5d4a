"""Roles as a sheet to read: what each carries, who holds it where, and who holds what excludes itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gewu.infra import paging
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.security import permissions, rules
from gewu.security.actors import Actor, Relation, Standing
from gewu.security.models import Role, StandingRow

#: A grid and a unit that exist nowhere: a step is asked about there, whoever holds a role in truth.
SAMPLE_PLACE, SAMPLE_STREET, SAMPLE_UNIT = "100000001001001", "100000001", "sample/"


@dataclass(frozen=True)
class RoleSheet:
    """A role: by what relation it holds, its rights, which administrator it is, how many hold it now."""

    code: str
    name: Name
    relation: Relation
    rights: tuple[str, ...]
    kinds: tuple[Text, ...]
    second_factor: bool
    holders: int
    #: Someone who holds this role and nothing else, at `SAMPLE_PLACE` or in `SAMPLE_UNIT`.
    sample: Actor


@dataclass(frozen=True)
class HolderLine:
    """Who holds a role where, until when."""

    name: str
    display_name: str
    active: bool
    place: str
    unit_path: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Clash:
    """An account whose roles exclude each other."""

    name: str
    display_name: str
    roles: tuple[Name, ...]
    first: Text
    second: Text


def role_sheets(actor: Actor, *, now: datetime) -> tuple[RoleSheet, ...]:
    """Every role with how many accounts hold it, the work first, then the administrators: two queries."""
    _require(actor)
    counts = dict(
        _running(now).values_list("role").annotate(n=Count("account", distinct=True)).values_list("role", "n")
    )
    sheets = (_sheet(row, counts.get(row.code, 0)) for row in Role.objects.order_by("code"))
    return tuple(
        sorted(sheets, key=lambda one: [str(kind) for kind in one.kinds] != [str(rules.NAMES["work"])])
    )


def _require(actor: Actor) -> None:
    if not (actor.holds(permissions.ACCOUNTS) or actor.holds(permissions.AUDIT)):
        raise Refusal(say("您没有此权限"), Kind.FORBIDDEN, advice=say("请联系安全管理员"))


def _running(now: datetime) -> QuerySet[StandingRow]:
    return StandingRow.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now), since__lte=now, account__active=True
    )


def _sheet(row: Role, holders: int) -> RoleSheet:
    relation = Relation(row.relation)
    kinds = tuple(label for kind, label in rules.NAMES.items() if kind in rules.kinds_of(row.rights))
    return RoleSheet(
        row.code,
        Name(row.name_zh, row.name_en),
        relation,
        tuple(row.rights),
        kinds,
        rules.needs_second_factor([(row.rights, row.second_factor)]),
        holders,
        _sample(row, relation),
    )


def _sample(row: Role, relation: Relation) -> Actor:
    of_unit = relation is Relation.UNIT
    standing = Standing(
        row.code,
        frozenset(row.rights),
        relation,
        SAMPLE_STREET if of_unit else "",
        SAMPLE_UNIT if of_unit else "",
    )
    return Actor(
        f"role:{row.code}", row.name_zh, (standing,), new_id() if relation is Relation.PERSON else None
    )


def holders_of(
    actor: Actor, role: str, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[HolderLine]:
    """Who holds a role now, the newest first: one query a page."""
    _require(actor)
    rows = _running(now).filter(role=role).select_related("account")
    return paging.page(rows, paging.Order("since"), after=after, size=size, show=_holders)


def _holders(rows: Sequence[StandingRow]) -> list[HolderLine]:
    return [
        HolderLine(
            row.account.name, row.account.display_name, row.account.active, row.place, row.unit_path,
            row.since, row.until,
        )
        for row in rows
    ]  # fmt: skip


def clashes(actor: Actor, *, now: datetime) -> tuple[Clash, ...]:
    """The accounts whose roles exclude each other, as `rules.excluded` has it: one query.

    The door for giving roles refuses this; what stands here came from elsewhere and is to be mended.
    """
    _require(actor)
    several = _running(now).values("account").annotate(n=Count("role", distinct=True)).filter(n__gt=1)
    rows = _running(now).filter(account__in=several.values("account")).select_related("account", "role")
    held: dict[UUID, list[StandingRow]] = {}
    for row in rows.order_by("account__name", "role"):
        held.setdefault(row.account_id, []).append(row)
    return tuple(found for some in held.values() if (found := _clash(some)) is not None)


def _clash(rows: Sequence[StandingRow]) -> Clash | None:
    pair = rules.excluded(*(row.role.rights for row in rows))
    if pair is None:
        return None
    names = tuple(dict.fromkeys(Name(row.role.name_zh, row.role.name_en) for row in rows))
    account = rows[0].account
    return Clash(account.name, account.display_name, names, *pair)
