"""Who someone is and what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from gewu.infra.versions import Kept
from gewu.kernel.places import ancestors
from gewu.security.actions.roles import HELD
from gewu.security.actions.signing_in import TOKEN_LASTS, token_digest
from gewu.security.actors import Actor, Relation, Standing
from gewu.security.models import Account, ApiToken, Role, StandingRow
from gewu.security.scopes import below_unit

#: What makes an actor: its account, and one row for each of its standings, past and future ones too.
_ACTOR = ("pk", "display_name", "epoch", "outside")
_STANDING = ("role_id", "role__rights", "role__relation", "place", "unit_path", "since", "until")
_READ = (*_ACTOR, *(f"standings__{name}" for name in _STANDING))


#: By so much the clocks of two machines may differ.
_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class _Known:
    """An account with all its standings, as it was read, and until when the question that found it holds."""

    rows: tuple[tuple[Any, ...], ...]
    until: datetime | None = None


#: Each request asks who is calling; the answer changes only by an action of this subject.
_by_account: Kept[_Known] = Kept(HELD)
_by_token: Kept[_Known] = Kept(HELD)
#: Each case tells those who hold a right at its place: their standings, past and future ones too.
_by_right: Kept[tuple[StandingRow, ...]] = Kept(HELD, most=2_000)


def actor_of(account_id: UUID, *, epoch: int | None = None, now: datetime) -> Actor | None:
    """The actor behind a session, held in memory. None when the account is closed or the session void."""
    known = _by_account.get(account_id.hex, _read_account)
    return _actor(known.rows, now) if known and epoch in (None, known.rows[0][2]) else None


def _read_account(key: str) -> _Known | None:
    found = tuple(Account.objects.filter(pk=UUID(key), active=True).values_list(*_READ))
    return _Known(found) if found else None


def any_account() -> bool:
    """Whether anyone can sign in at all; a new installation has nobody."""
    return Account.objects.exists()


def account_named(name: str) -> Account | None:
    """The open account of this sign-in name."""
    return Account.objects.filter(name=name, active=True).first()


def actor_named(name: str, *, now: datetime) -> Actor | None:
    """The actor who signs in by this name."""
    account = Account.objects.filter(name=name, active=True).first()
    return actor_of(account.pk, now=now) if account else None


def actor_by_token(token: str, *, now: datetime) -> Actor | None:
    """The actor behind a bearer token of the API, held in memory; a token that has run out is nobody's."""
    known = _by_token.get(token_digest(token), _read_token)
    left = known.until - now if known and known.until else timedelta()
    # More than the whole term is left of one that was issued by a clock ahead: nobody knows its age.
    return _actor(known.rows, now) if known and timedelta() < left <= TOKEN_LASTS + _SKEW else None


def _read_token(digest: str) -> _Known | None:
    valid = ApiToken.objects.filter(digest=digest, account__active=True)
    found = list(valid.values_list("expires_at", *(f"account__{name}" for name in _READ)))
    return _Known(tuple(row[1:] for row in found), found[0][0]) if found else None


def _actor(found: Sequence[tuple[Any, ...]], now: datetime) -> Actor:
    key, name, _, outside = found[0][:4]
    standings = (_standing(row[4:], now) for row in found)
    return Actor(f"account:{key.hex}", name, tuple(one for one in standings if one), key, outside)


def _standing(row: tuple[Any, ...], now: datetime) -> Standing | None:
    role, rights, relation, place, unit_path, since, until = row
    if role is None or since > now or (until is not None and until <= now):
        return None
    return Standing(role, frozenset(rights), Relation(relation), place, unit_path)


def _in_force(now: datetime) -> Q:
    return Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """The names to show for the actors of events: one query."""
    wanted = {ref: UUID(ref.partition(":")[2]) for ref in refs if ref.startswith("account:")}
    rows = Account.objects.filter(pk__in=wanted.values()).values_list("pk", "display_name")
    named = dict(rows)
    return {ref: named.get(key, "") for ref, key in wanted.items()}


def accounts_of(refs: Iterable[str]) -> list[Account]:
    """The open accounts behind some references of actors: one query."""
    keys = [UUID(ref.partition(":")[2]) for ref in refs if ref.startswith("account:")]
    return list(Account.objects.filter(pk__in=keys, active=True))


def accounts_with(right: str, *, place: str, now: datetime, unit_path: str = "") -> list[Account]:
    """The open accounts that hold a right at a place, or for a unit or one above it; held in memory."""

    def read(key: str) -> tuple[StandingRow, ...]:
        roles = [role.code for role in Role.objects.all() if right in role.rights]
        here = Q(role__relation=Relation.TERRITORY.value, place__in=["", *ancestors(place), place])
        there = Q(role__relation=Relation.UNIT.value, unit_path__in=list(paths_above(unit_path)))
        rows = StandingRow.objects.filter(here | there, role_id__in=roles, account__active=True)
        return tuple(rows.select_related("account"))

    held = _by_right.get(f"{right}|{place}|{unit_path}", read) or ()
    in_force = (row for row in held if row.since <= now and (row.until is None or row.until > now))
    return list({row.account_id: row.account for row in in_force}.values())


def without_seats_in(accounts: Iterable[Account], unit_path: str, *, now: datetime) -> list[Account]:
    """Those of the accounts that sit neither in this unit nor in one below it: one query."""
    rows = StandingRow.objects.filter(_in_force(now), below_unit("unit_path", unit_path))
    seated = set(rows.values_list("account_id", flat=True))
    return [one for one in accounts if one.pk not in seated]


def paths_above(unit_path: str) -> tuple[str, ...]:
    """The path of a unit and of every unit above it: ``a/b/`` gives ``a/``, ``a/b/``."""
    parts = unit_path.rstrip("/").split("/") if unit_path else []
    return tuple("/".join(parts[: n + 1]) + "/" for n in range(len(parts)))
