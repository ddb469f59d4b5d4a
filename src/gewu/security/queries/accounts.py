"""Accounts as the security administrator and their owners see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from gewu.infra import paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.security import permissions, rules
from gewu.security.actors import Actor
from gewu.security.models import Account, OpenSession, Role, SecondFactor, StandingRow


@dataclass(frozen=True)
class AccountLine:
    """One account in the list."""

    id: UUID
    name: str
    display_name: str
    active: bool
    locked: bool
    factor: bool
    roles: tuple[Name, ...]


@dataclass(frozen=True)
class StandingLine:
    """One role of an account."""

    id: UUID
    role: Name
    place: str
    unit_path: str
    since: datetime
    until: datetime | None
    running: bool


@dataclass(frozen=True)
class AccountPage:
    """One account with its roles, past ones too."""

    line: AccountLine
    work_phone: str
    work_email: str
    added_at: datetime
    standings: tuple[StandingLine, ...]
    own: bool


@dataclass(frozen=True)
class RoleFacts:
    """A role that can be given."""

    code: str
    name: Name
    by_unit: bool
    rights: tuple[str, ...]
    second_factor: bool


def accounts(
    actor: Actor, *, text: str = "", state: str = "", after: str = "", size: int = 50, now: datetime
) -> paging.Page[AccountLine]:
    """The accounts by name, by cursor: for the security administrator alone. Three queries."""
    permissions.require(actor, permissions.ACCOUNTS)
    rows = Account.objects.select_related("factor")
    if text:
        # Thousands of accounts at most: part of a person's name may be looked for in all of them.
        rows = rows.filter(Q(name__startswith=text) | Q(display_name__contains=text))
    if state in ("open", "closed"):
        rows = rows.filter(active=state == "open")
    order = paging.Order("name", descending=False)
    return paging.page(rows, order, after=after, size=size, show=lambda found: _lines(found, now))


def _lines(found: Sequence[Account], now: datetime) -> list[AccountLine]:
    running = Q(until__isnull=True) | Q(until__gt=now)
    standings = StandingRow.objects.filter(running, account__in=found, since__lte=now).select_related("role")
    roles: dict[UUID, list[Name]] = {}
    for one in standings.order_by("since", "id"):
        roles.setdefault(one.account_id, []).append(Name(one.role.name_zh, one.role.name_en))
    return [_line(row, tuple(dict.fromkeys(roles.get(row.pk, ()))), now) for row in found]


def _line(row: Account, roles: tuple[Name, ...], now: datetime) -> AccountLine:
    factor = getattr(row, "factor", None)
    return AccountLine(
        row.pk,
        row.name,
        row.display_name,
        row.active,
        row.locked_until is not None and row.locked_until > now,
        factor is not None and factor.confirmed_at is not None,
        roles,
    )


def account(actor: Actor, account_id: UUID, *, now: datetime) -> AccountPage:
    """One account with its roles, newest first. Refused to all but the security administrator."""
    permissions.require(actor, permissions.ACCOUNTS)
    row = Account.objects.select_related("factor").filter(pk=account_id).first()
    if row is None:
        raise Refusal(say("没有这个账号"), Kind.MISSING)
    rows = StandingRow.objects.filter(account=row).select_related("role").order_by("-since", "-id")
    standings = tuple(_standing(one, now) for one in rows[:200])
    running = tuple(one.role for one in standings if one.running)
    own = actor.account_id == row.pk
    return AccountPage(_line(row, running, now), row.work_phone, row.work_email, row.added_at, standings, own)


def _standing(row: StandingRow, now: datetime) -> StandingLine:
    running = row.until is None or row.until > now
    name = Name(row.role.name_zh, row.role.name_en)
    return StandingLine(row.pk, name, row.place, row.unit_path, row.since, row.until, running)


def roles() -> tuple[RoleFacts, ...]:
    """Every role, by code."""
    return tuple(
        RoleFacts(
            row.code,
            Name(row.name_zh, row.name_en),
            row.relation == "unit",
            tuple(row.rights),
            row.second_factor,
        )
        for row in Role.objects.order_by("code")
    )


def directory(actor: Actor, text: str, *, most: int) -> tuple[tuple[str, str], ...]:
    """Sign-in names and names of open accounts, for whoever puts people on posts: one query.

    Refused to whoever does not; nothing but the two names is told.
    """
    permissions.require(actor, permissions.APPOINT)
    rows = Account.objects.filter(active=True)
    if text:
        rows = rows.filter(Q(name__startswith=text) | Q(display_name__contains=text))
    return tuple(rows.order_by("name").values_list("name", "display_name")[:most])


class FactorStep(Enum):
    """What stands between a right password and a session."""

    NOTHING = "nothing"
    CODE = "code"
    ENROL = "enrol"


def factor_step(account_id: UUID, *, now: datetime) -> FactorStep:
    """Whether an account has to show a code, has to set up an app first, or neither."""
    if SecondFactor.objects.filter(pk=account_id, confirmed_at__isnull=False).exists():
        return FactorStep.CODE
    if not settings.SECOND_FACTOR:
        return FactorStep.NOTHING
    running = Q(until__isnull=True) | Q(until__gt=now)
    held = StandingRow.objects.filter(running, account_id=account_id)
    asked = list(held.values_list("role__rights", "role__second_factor"))
    return FactorStep.ENROL if rules.needs_second_factor(asked) else FactorStep.NOTHING


@dataclass(frozen=True)
class SessionLine:
    """One open session of one's own."""

    id: UUID
    device: str
    opened_at: datetime
    seen_at: datetime
    here: bool


def sessions_of(account_id: UUID, *, key: str) -> tuple[SessionLine, ...]:
    """The open sessions of one's own account, the newest first; ``key`` is that of the present one."""
    rows = OpenSession.objects.filter(account_id=account_id).order_by("-seen_at")[:50]
    return tuple(SessionLine(row.pk, row.device, row.opened_at, row.seen_at, row.key == key) for row in rows)


def settled_epoch(account_id: UUID) -> int | None:
    """The epoch of an open account whose password is its own; none while it was given for one sign-in."""
    found = Account.objects.filter(pk=account_id, active=True, one_time=False)
    return found.values_list("epoch", flat=True).first()
