"""Who calls: bearer tokens, and how often an unknown caller may."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from gewu.infra import rates
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actions as accounts
from gewu.security import queries as security
from gewu.security.actions import Account
from gewu.security.actors import Actor
from gewu.security.queries import FactorStep


class Bearer(HttpBearer):
    """A token of `sign-in`, in the Authorization header; of those who work here."""

    outside_too = False

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        now = timezone.now()
        actor = security.actor_by_token(token, now=now)
        if actor:
            accounts.note_use(token, now=now)
        return actor if actor and (self.outside_too or not actor.outside) else None


class AnyBearer(Bearer):
    """The same, of enterprises too."""

    outside_too = True


def signed_in(name: str, password: str, code: str, *, now: datetime) -> Account:
    """The account behind a name, a password and, where it has one, the code of its second factor.

    Refused: what the pages refuse; and whoever has to set up an app or a password first, on the pages.
    """
    account = accounts.sign_in(name, password, now=now)
    step = security.factor_step(account.pk, now=now)
    if account.one_time or step is FactorStep.ENROL:
        raise Refusal(say("请先在网页上登录，完成密码或身份验证器的设置"), Kind.FORBIDDEN)
    return accounts.pass_second_factor(account.pk, code, now=now) if step is FactorStep.CODE else account


def caller(request: HttpRequest) -> Actor:
    """The actor behind the token that was just checked."""
    actor: Actor = request.auth  # type: ignore[attr-defined]  # ninja puts the answer of Bearer there
    return actor


def limited(request: HttpRequest, what: str, per_hour: int | None = None) -> None:
    """Refuse an address that comes too often; the pages count with the same counter."""
    rates.limited(rates.address_of(request.META), what, per_hour=per_hour or settings.REPORTS_PER_HOUR)
