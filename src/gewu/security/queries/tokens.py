"""The tokens by which other systems call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import permissions
from gewu.security.actors import Actor
from gewu.security.models import ApiToken

#: Held by whoever looks after the platform.
_HEALTH = "health.read"


@dataclass(frozen=True)
class TokenLine:
    """A token that is good now, without itself; ``used_at`` is the hour of its last use."""

    label: str
    account: UUID
    holder: str
    holder_name: str
    made_at: datetime
    used_at: datetime | None
    expires_at: datetime


def tokens(actor: Actor, *, now: datetime, most: int = 50) -> tuple[TokenLine, ...]:
    """The newest tokens that are good now: one statement. They end within hours, so there are no pages.

    Refused: whoever manages neither the platform nor its accounts.
    """
    if not (actor.holds(_HEALTH) or actor.holds(permissions.ACCOUNTS)):
        raise Refusal(say("您没有此权限"), Kind.FORBIDDEN, advice=say("请联系系统管理员"))
    good = ApiToken.objects.filter(expires_at__gt=now, account__active=True).order_by("-expires_at")
    columns = ("label", "account_id", "account__name", "account__display_name")
    rows = good.values_list(*columns, "made_at", "used_at", "expires_at")
    return tuple(TokenLine(*row) for row in rows[:most])
