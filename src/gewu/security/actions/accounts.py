"""Accounts: opened, given a new password, closed."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q

from gewu.infra import store, stream, versions
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events, permissions
from gewu.security.actions.roles import HELD, end_role
from gewu.security.actions.sessions import end_sessions
from gewu.security.actors import Actor
from gewu.security.models import Account, ApiToken, RecoveryCode, SecondFactor, StandingRow

SHORTEST_PASSWORD = 10
#: Letters and digits that nobody confuses when a password is read out.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def open_account(
    name: str,
    display_name: str,
    password: str,
    *,
    actor: Actor,
    now: datetime,
    work_phone: str = "",
    work_email: str = "",
    outside: bool = False,
) -> Account:
    """Open an account without any right; ``outside`` is for those of enterprises.

    A short password or a name in use is refused.
    """
    _check_password(password)
    with store.writing():
        if Account.objects.filter(name=name).exists():
            raise Refusal(say("账号“{name}”已存在", name=name), Kind.CONFLICT, field="name")
        account = Account.objects.create(
            name=name,
            display_name=display_name,
            password=make_password(password),
            work_phone=work_phone,
            work_email=work_email,
            outside=outside,
            added_at=now,
        )
        stream.tell(events.AccountOpened(id=account.pk), actor=actor, now=now)
    return account


def admit(
    name: str, display_name: str, *, actor: Actor, now: datetime, outside: bool = False
) -> tuple[Account, str]:
    """The security administrator's way to `open_account`, with a password that is good for one sign-in.

    ``outside`` makes it the account of an enterprise, which sees nothing but what is its own.
    Refused: without the right, a name that is none, a name in use.
    """
    permissions.require(actor, permissions.ACCOUNTS)
    if not name.isascii() or not name.replace(".", "").replace("_", "").isalnum() or len(name) > 60:
        raise Refusal(say("账号只用字母、数字、点和下划线"), field="name")
    if not display_name.strip():
        raise Refusal(say("请填写姓名"), field="display_name")
    password = _one_time()
    with store.writing():
        account = open_account(
            name, display_name.strip()[:60], password, actor=actor, now=now, outside=outside
        )
        account.one_time = True
        account.save(update_fields=["one_time"])
    return account, password


def _one_time() -> str:
    return "".join(secrets.choice(_READABLE) for _ in range(14))


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal(say("密码至少要有 {n} 个字符", n=SHORTEST_PASSWORD), field="password")


def close_account(account_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Close an account: its roles, sessions and tokens end at once, what it did stays.

    Refused: without the right, the own account, one that is closed already.
    """
    permissions.require(actor, permissions.ACCOUNTS)
    permissions.require_other(actor, account_id)
    with store.writing():
        account = _locked(account_id)
        if not account.active:
            raise Refusal(say("账号已经停用"), Kind.CONFLICT)
        account.active, account.epoch = False, account.epoch + 1
        account.save(update_fields=["active", "epoch"])
        for standing in StandingRow.objects.filter(Q(until=None) | Q(until__gt=now), account=account):
            end_role(standing, actor=actor, now=now)
        _end_all(account_id)
        stream.tell(events.AccountClosed(id=account.pk), actor=actor, now=now)
        versions.changed(HELD)


def _locked(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise Refusal(say("没有这个账号"), Kind.MISSING)
    return account


def _end_all(account_id: UUID, *, but: str = "") -> None:
    ApiToken.objects.filter(account_id=account_id).delete()
    end_sessions(account_id, but=but)


def reset_password(account_id: UUID, *, actor: Actor, now: datetime) -> str:
    """Give an account a password that is good for one sign-in; returns it, it is shown once.

    Its sessions and tokens end, and its second factor with them. Refused as closing is.
    """
    permissions.require(actor, permissions.ACCOUNTS)
    permissions.require_other(actor, account_id)
    password = _one_time()
    with store.writing():
        account = _locked(account_id)
        account.password, account.one_time = make_password(password), True
        account.epoch, account.failures, account.locked_until = account.epoch + 1, 0, None
        account.save(update_fields=["password", "one_time", "epoch", "failures", "locked_until"])
        SecondFactor.objects.filter(account=account).delete()
        RecoveryCode.objects.filter(account=account).delete()
        _end_all(account_id)
        stream.tell(events.PasswordReset(id=account.pk), actor=actor, now=now)
        versions.changed(HELD)
    return password


def change_password(account_id: UUID, old: str, new: str, *, actor: Actor, now: datetime) -> int:
    """Take a new password of one's own; every session but the new one ends. Returns the new epoch.

    Refused: a wrong old password, a short new one, the same once more.
    """
    _check_password(new)
    with store.writing():
        account = _locked(account_id)
        if actor.account_id != account.pk or not check_password(old, account.password):
            raise Refusal(say("原密码不对"), Kind.FORBIDDEN, field="old")
        if old == new:
            raise Refusal(say("新密码不能与原密码相同"), field="password")
        account.password, account.one_time, account.epoch = make_password(new), False, account.epoch + 1
        account.save(update_fields=["password", "one_time", "epoch"])
        _end_all(account_id)
        stream.tell(events.PasswordChanged(id=account.pk), actor=actor, now=now)
        versions.changed(HELD)
    return account.epoch


def end_other_sessions(account_id: UUID, *, keep: str, actor: Actor, now: datetime) -> None:
    """End every other session and every token of one's own account."""
    with store.writing():
        if actor.account_id != account_id:
            raise Refusal(say("只能结束自己的登录"), Kind.FORBIDDEN)
        _end_all(account_id, but=keep)
        stream.tell(events.SessionsEnded(id=account_id), actor=actor, now=now)
        versions.changed(HELD)
