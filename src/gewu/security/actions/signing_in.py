"""Signing in by name and password, and the tokens of the API."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import DatabaseError

from gewu.infra import store, stream, versions
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events
from gewu.security.actions.roles import HELD
from gewu.security.actors import Actor
from gewu.security.models import Account, ApiToken, SecondFactor

#: GB/T 22239-2019 level 3 asks for a lock on repeated failures; how many and how long are ours.
FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
TOKEN_LASTS = timedelta(hours=12)


def sign_in(name: str, password: str, *, now: datetime) -> Account:
    """The account, when name and password fit and it is not locked.

    A wrong name and a wrong password read the same. After five failures the account rests. An account
    with a second factor is in only after `pass_second_factor`.
    """
    account = Account.objects.filter(name=name, active=True).first()
    if account is None:
        make_password(password)  # as long as a real check takes, so that names cannot be found by time
        raise _wrong()
    refuse_locked(account, now)
    right = check_password(password, account.password)
    with store.writing():
        account = Account.objects.select_for_update().get(pk=account.pk)
        if not right:
            note_failure(account, now)
        elif SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists():
            # The failures before it stay counted until the second factor is right, too.
            stream.tell(events.PasswordAccepted(id=account.pk), actor=_self(account), now=now)
        else:
            note_success(account, now)
    if not right:
        raise _wrong()
    return account


def refuse_locked(account: Account, now: datetime) -> None:
    """Refuse whoever failed too often, for as long as it lasts.

    A lock that ends later than any can was set by a clock that was ahead; it is over.
    """
    left = account.locked_until - now if account.locked_until else timedelta()
    if timedelta() < left <= LOCKED_FOR:
        raise Refusal(
            say("登录失败次数过多，账号已锁定"),
            Kind.TOO_MANY,
            advice=say("请 {n} 分钟后再试，或联系管理员", n=-(-left // timedelta(minutes=1))),
            again_in=left,
        )


def _wrong() -> Refusal:
    """A new refusal each time: one that is kept would hold on to every frame it passed, and to passwords."""
    return Refusal(say("账号或密码不对"), Kind.FORBIDDEN, advice=say("连续输错五次，账号会锁定十五分钟"))


def note_success(account: Account, now: datetime) -> None:
    """Forget the failures and record the sign-in."""
    account.failures, account.locked_until = 0, None
    account.save(update_fields=["failures", "locked_until"])
    stream.tell(events.SignedIn(id=account.pk), actor=_self(account), now=now)


def note_failure(account: Account, now: datetime) -> None:
    """Count a failure; after too many the account rests."""
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


def note_use(token: str, *, now: datetime) -> None:
    """Note that a token is in use, once an hour for each process: calls that only read stay reading.

    When nothing can be written it stays unnoted; the call itself is not the worse for it.
    """
    with suppress(DatabaseError):
        _note_hour(token_digest(token), now.replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=10_000)
def _note_hour(digest: str, hour: datetime) -> None:
    with store.writing():
        ApiToken.objects.filter(digest=digest).update(used_at=hour)


def token_digest(token: str) -> str:
    """What is kept of a token. It is random, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def end_token(token: str) -> None:
    """Void a token at once."""
    with store.writing():
        ApiToken.objects.filter(digest=token_digest(token)).delete()
        versions.changed(HELD)
