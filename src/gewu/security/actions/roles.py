"""Roles as data, and who holds them where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gewu.infra import store, stream, versions
from gewu.infra.successors import Moves, moved
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events, permissions, rules
from gewu.security.actors import Actor, Relation
from gewu.security.models import Account, Role, StandingRow

#: The name under which accounts, standings and tokens are held in memory by `queries`; whoever writes one
#: of them says `versions.changed` in the same transaction, and every process follows within a second.
HELD = "security"


@dataclass(frozen=True)
class RoleSpec:
    """A role as data."""

    code: str
    name_zh: str
    name_en: str
    relation: Relation
    rights: tuple[str, ...]
    second_factor: bool = False


def load_roles(specs: Iterable[RoleSpec]) -> int:
    """Write the roles of a file; a role that exists gets its new rights. Returns how many.

    Refused is a role that would hold the rights of two administrators, or of one and of ordinary work.
    """
    roles = list(specs)
    for spec in roles:
        _check_apart(spec.rights)
    with store.writing():
        for spec in roles:
            Role.objects.update_or_create(
                code=spec.code,
                defaults={
                    "name_zh": spec.name_zh,
                    "name_en": spec.name_en,
                    "relation": spec.relation.value,
                    "rights": list(spec.rights),
                    "second_factor": spec.second_factor,
                },
            )
        versions.changed(HELD)
    return len(roles)


def _check_apart(*rights: Iterable[str]) -> None:
    if found := rules.excluded(*rights):
        raise Refusal(
            say("{one}与{other}的权限不能由同一账号持有", one=found[0], other=found[1]),
            Kind.CONFLICT,
            field="role",
            advice=say("系统、安全、审计三员分立，请另开账号"),
        )


def give_role(
    account: Account,
    role: str,
    *,
    actor: Actor,
    now: datetime,
    place: str = "",
    unit_path: str = "",
    until: datetime | None = None,
) -> StandingRow:
    """Give an account a role in a place or for a unit.

    Refused: a role by unit without a unit, one to oneself, and one that may not be held with another.
    """
    found = Role.objects.filter(code=role).first()
    if found is None:
        raise Refusal(say("没有“{role}”这个角色", role=role), Kind.MISSING, field="role")
    if found.relation == Relation.UNIT.value and not unit_path:
        raise Refusal(say("角色“{role}”要指定单位", role=found.name_zh), field="unit")
    permissions.require_other(actor, account.pk)
    if account.outside and (found.relation != Relation.UNIT.value or set(found.rights) - rules.OUTSIDE):
        raise Refusal(say("企业账号不能担任工作人员的角色"), Kind.CONFLICT, field="role")
    if not account.outside and rules.OUTSIDE_ALONE & set(found.rights):
        raise Refusal(say("企业账号只在企业任职，工作人员账号不在企业任职"), Kind.CONFLICT, field="account")
    with store.writing():
        _check_apart(found.rights, *_held(account, now))
        row = StandingRow.objects.create(
            account=account, role=found, place=place, unit_path=unit_path, since=now, until=until
        )
        told = events.RoleGiven(id=account.pk, place=place, role=role, unit=unit_path)
        stream.tell(told, actor=actor, now=now)
        versions.changed(HELD)
    return row


def _held(account: Account, now: datetime) -> list[list[str]]:
    """The rights of the roles that run or will begin; locked, so that no two are given at once."""
    Account.objects.select_for_update().get(pk=account.pk)
    running = Q(until__isnull=True) | Q(until__gt=now)
    return list(StandingRow.objects.filter(running, account=account).values_list("role__rights", flat=True))


def ensure_role(account: UUID, role: str, *, actor: Actor, now: datetime) -> None:
    """Give an account a role that holds for this very person, unless it has it already."""
    held = StandingRow.objects.filter(account_id=account, role_id=role)
    if not held.filter(Q(until__isnull=True) | Q(until__gt=now)).exists():
        give_role(Account.objects.get(pk=account), role, actor=actor, now=now)


def end_role(standing: StandingRow, *, actor: Actor, now: datetime, at: datetime | None = None) -> None:
    """End a role at once or from a later moment; what was done by it stays. Not one's own."""
    permissions.require_other(actor, standing.account_id)
    with store.writing():
        standing.until = at or now
        standing.save(update_fields=["until"])
        told = events.RoleEnded(
            id=standing.account_id, place=standing.place, role=standing.role_id, unit=standing.unit_path
        )
        stream.tell(told, actor=actor, now=now)
        versions.changed(HELD)


def grant_role(
    account_id: UUID, role: str, *, actor: Actor, now: datetime, place: str = "", unit_path: str = ""
) -> StandingRow:
    """The security administrator's way to `give_role`. Refused without the right, and to a closed account."""
    permissions.require(actor, permissions.ACCOUNTS)
    account = Account.objects.filter(pk=account_id, active=True).first()
    if account is None:
        raise Refusal(say("没有这个账号，或已停用"), Kind.MISSING)
    return give_role(account, role, actor=actor, now=now, place=place, unit_path=unit_path)


def revoke_role(standing_id: UUID, *, actor: Actor, now: datetime) -> None:
    """The security administrator's way to `end_role`. Refused without the right, and when it has ended."""
    permissions.require(actor, permissions.ACCOUNTS)
    running = Q(until__isnull=True) | Q(until__gt=now)
    standing = StandingRow.objects.filter(running, pk=standing_id).first()
    if standing is None:
        raise Refusal(say("没有这项授权，或已结束"), Kind.MISSING)
    end_role(standing, actor=actor, now=now)


def move_role(standing: StandingRow, *, place: str, unit_path: str) -> None:
    """Have a role follow its unit to another place in the tree; the unit's own event tells of it."""
    standing.place, standing.unit_path = place, unit_path
    with store.writing():
        standing.save(update_fields=["place", "unit_path"])
        versions.changed(HELD)


def move_places(moves: Moves, *, now: datetime) -> int:
    """Have the running roles at these places hold at their successors; returns how many."""
    running = Q(until__isnull=True) | Q(until__gt=now)
    with store.writing():
        found = moved(StandingRow.objects.filter(running), moves)
        versions.changed(HELD)
    return found
