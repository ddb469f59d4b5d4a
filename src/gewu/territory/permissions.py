"""Who may change the net of places. Reading it is free to all: names and shapes of places are public."""

from __future__ import annotations

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

MANAGE = "grids.manage"


def may_manage(actor: Actor, place: str) -> bool:
    """Whether the net at this place is in the actor's hands; "" is the whole country."""
    return actor.holds_at(MANAGE, place)


def require_manage(actor: Actor, place: str) -> None:
    """Refuse whoever has no say over the net here: departments keep their old codes as aliases instead."""
    if not may_manage(actor, place):
        raise Refusal(
            say("只有网格管理员可以调整网格"),
            Kind.FORBIDDEN,
            advice=say("部门原有的网格编号可以登记为别名，仍能查到新网格"),
        )
