"""Who calls: bearer tokens, and how often an unknown caller may."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from gewu.infra import rates
from gewu.security import queries as security
from gewu.security.actors import Actor


class Bearer(HttpBearer):
    """A token of `sign-in`, in the Authorization header."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return security.actor_by_token(token, now=timezone.now())


def caller(request: HttpRequest) -> Actor:
    """The actor behind the token that was just checked."""
    actor: Actor = request.auth  # type: ignore[attr-defined]  # ninja puts the answer of Bearer there
    return actor


def limited(request: HttpRequest, what: str, per_hour: int | None = None) -> None:
    """Refuse an address that comes too often; the pages count with the same counter."""
    rates.limited(rates.address_of(request.META), what, per_hour=per_hour or settings.REPORTS_PER_HOUR)
