"""Door for writing: accounts, roles, sign-in and tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q

from gewu.infra import store, stream, versions
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events
from gewu.security.actors import Actor, Relation
from gewu.security.models import Account, ApiToken, Role, StandingRow

__all__ = [
    "HELD",
    "Account",
    "RoleSpec",
    "end_role",
    "end_token",
    "ensure_role",
    "give_role",
    "issue_token",
    "load_roles",
    "move_role",
    "open_account",
    "sign_in",
    "token_digest",
]

#: The name under which accounts, standings and tokens are held in memory by `queries`; whoever writes one
#: of them says `versions.changed` in the same transaction, and every process follows within a second.
HELD = "security"
#: GB/T 22239-2019 level 3 asks for a lock on repeated failures; how many and how long are ours.
FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
TOKEN_LASTS = timedelta(hours=12)
SHORTEST_PASSWORD = 10


@dataclass(frozen=True)
class RoleSpec:
    """A role as data."""

    code: str
    name_zh: str
    name_en: str
    relation: Relation
    rights: tuple[str, ...]


def load_roles(specs: Iterable[RoleSpec]) -> int:
    """Write the roles of a file; a role that exists gets its new rights. Returns how many."""
    roles = list(specs)
    with store.writing():
        for spec in roles:
            Role.objects.update_or_create(
                code=spec.code,
                defaults={
                    "name_zh": spec.name_zh,
                    "name_en": spec.name_en,
                    "relation": spec.relation.value,
                    "rights": list(spec.rights),
                },
            )
        versions.changed(HELD)
    return len(roles)


def open_account(
    name: str,
    display_name: str,
    password: str,
    *,
    actor: Actor,
    now: datetime,
    work_phone: str = "",
    work_email: str = "",
) -> Account:
    """Open an account without any right. A short password or a name in use is refused."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal(say("密码至少要有 {n} 个字符", n=SHORTEST_PASSWORD), field="password")
    with store.writing():
        if Account.objects.filter(name=name).exists():
            raise Refusal(say("账号“{name}”已存在", name=name), Kind.CONFLICT, field="name")
        account = Account.objects.create(
            name=name,
            display_name=display_name,
            password=make_password(password),
            work_phone=work_phone,
            work_email=work_email,
            added_at=now,
        )
        stream.tell(events.AccountOpened(id=account.pk), actor=actor, now=now)
    return account


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
    """Give an account a role in a place or for a unit; a role by unit without a unit is refused."""
    found = Role.objects.filter(code=role).first()
    if found is None:
        raise Refusal(say("没有“{role}”这个角色", role=role), Kind.MISSING, field="role")
    if found.relation == Relation.UNIT.value and not unit_path:
        raise Refusal(say("角色“{role}”要指定单位", role=found.name_zh), field="unit")
    with store.writing():
        row = StandingRow.objects.create(
            account=account, role=found, place=place, unit_path=unit_path, since=now, until=until
        )
        told = events.RoleGiven(id=account.pk, place=place, role=role, unit=unit_path)
        stream.tell(told, actor=actor, now=now)
        versions.changed(HELD)
    return row


def ensure_role(account: UUID, role: str, *, actor: Actor, now: datetime) -> None:
    """Give an account a role that holds for this very person, unless it has it already."""
    held = StandingRow.objects.filter(account_id=account, role_id=role)
    if not held.filter(Q(until__isnull=True) | Q(until__gt=now)).exists():
        give_role(Account.objects.get(pk=account), role, actor=actor, now=now)


def end_role(standing: StandingRow, *, actor: Actor, now: datetime, at: datetime | None = None) -> None:
    """End a role at once or from a later moment; what was done by it stays."""
    with store.writing():
        standing.until = at or now
        standing.save(update_fields=["until"])
        told = events.RoleEnded(
            id=standing.account_id, place=standing.place, role=standing.role_id, unit=standing.unit_path
        )
        stream.tell(told, actor=actor, now=now)
        versions.changed(HELD)


def move_role(standing: StandingRow, *, place: str, unit_path: str) -> None:
    """Have a role follow its unit to another place in the tree; the unit's own event tells of it."""
    standing.place, standing.unit_path = place, unit_path
    with store.writing():
        standing.save(update_fields=["place", "unit_path"])
        versions.changed(HELD)


def sign_in(name: str, password: str, *, now: datetime) -> Account:
    """The account, when name and password fit and it is not locked.

    A wrong name and a wrong password read the same. After five failures the account rests.
    """
    account = Account.objects.filter(name=name, active=True).first()
    if account is None:
        make_password(password)  # as long as a real check takes, so that names cannot be found by time
        raise _wrong()
    if account.locked_until and account.locked_until > now:
        raise Refusal(
            say("登录失败次数过多，账号已锁定"),
            Kind.TOO_MANY,
            advice=say("请 {n} 分钟后再试，或联系管理员", n=-(-(account.locked_until - now).seconds // 60)),
        )
    right = check_password(password, account.password)
    with store.writing():
        account = Account.objects.select_for_update().get(pk=account.pk)
        _note_success(account, now) if right else _note_failure(account, now)
    if not right:
        raise _wrong()
    return account


def _wrong() -> Refusal:
    """A new refusal each time: one that is kept would hold on to every frame it passed, and to passwords."""
    return Refusal(say("账号或密码不对"), Kind.FORBIDDEN, advice=say("连续输错五次，账号会锁定十五分钟"))


def _note_success(account: Account, now: datetime) -> None:
    account.failures, account.locked_until = 0, None
    account.save(update_fields=["failures", "locked_until"])
    stream.tell(events.SignedIn(id=account.pk), actor=_self(account), now=now)


def _note_failure(account: Account, now: datetime) -> None:
    account.failures += 1
    failed = events.SignInFailed(id=account.pk, failures=account.failures)
    stream.tell(failed, actor=_self(account), now=now)
    if account.failures >= FAILURES_BEFORE_LOCK:
        account.failures, account.locked_until = 0, now + LOCKED_FOR
        stream.tell(events.AccountLocked(id=account.pk), actor=_self(account), now=now)
    account.save(update_fields=["failures", "locked_until"])


def _self(account: Account) -> Actor:
    return Actor(f"account:{account.pk.hex}", account.display_name)


def issue_token(account: Account, *, now: datetime, label: str = "") -> str:
    """A bearer token for the API, shown once; only its digest is kept."""
    token = secrets.token_urlsafe(32)
    with store.writing():
        ApiToken.objects.create(
            digest=token_digest(token),
            account=account,
            label=label,
            made_at=now,
            expires_at=now + TOKEN_LASTS,
        )
        stream.tell(events.TokenIssued(id=account.pk), actor=_self(account), now=now)
    return token


def token_digest(token: str) -> str:
    """What is kept of a token. It is random, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def end_token(token: str) -> None:
    """Void a token at once."""
    with store.writing():
        ApiToken.objects.filter(digest=token_digest(token)).delete()
        versions.changed(HELD)
