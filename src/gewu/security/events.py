"""What happens to accounts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class AccountEvent(Event):
    subject = "account"


@dataclass(frozen=True, kw_only=True)
class AccountOpened(AccountEvent):
    sentence = say("{actor}开通了账号")
    first = True


@dataclass(frozen=True, kw_only=True)
class RoleGiven(AccountEvent):
    sentence = say("{actor}授予角色“{role}”")
    role: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleEnded(AccountEvent):
    sentence = say("{actor}结束角色“{role}”")
    role: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class SignedIn(AccountEvent):
    sentence = say("登录")


@dataclass(frozen=True, kw_only=True)
class SignInFailed(AccountEvent):
    sentence = say("登录失败第 {failures} 次")
    failures: int


@dataclass(frozen=True, kw_only=True)
class AccountLocked(AccountEvent):
    sentence = say("连续登录失败，账号已锁定")


@dataclass(frozen=True, kw_only=True)
class TokenIssued(AccountEvent):
    sentence = say("签发了接口令牌")
    token: UUID | None = None
