"""Who calls: bearer tokens, and how often an unknown caller may."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from ninja.security import HttpBearer

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import queries as security
from gewu.security.actors import Actor


class Bearer(HttpBearer):
    """A token of `sign-in`, in the Authorization header."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return security.actor_by_token(token, now=timezone.now())


def caller(request: HttpRequest) -> Actor:
    """The actor behind the token that was just checked."""
    actor: Actor = request.auth  # type: ignore[attr-defined] -- ninja puts the answer of Bearer there
    return actor


_limiter = FixedWindowRateLimiter(MemoryStorage())


def limited(request: HttpRequest, what: str, per_hour: int | None = None) -> None:
    """Refuse an address that comes too often; each web process counts for itself."""
    rate = RateLimitItemPerHour(per_hour or settings.REPORTS_PER_HOUR)
    if not _limiter.hit(rate, what, request.META.get("REMOTE_ADDR", "")):
        raise Refusal(say("提交过于频繁"), Kind.TOO_MANY, advice=say("请稍后再试，或拨打热线电话"))
