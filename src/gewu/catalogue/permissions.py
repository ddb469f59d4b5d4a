"""Who may change the catalogue and its rules."""

from __future__ import annotations

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

MANAGE = "catalogue.manage"


def may_manage(actor: Actor, place: str) -> bool:
    """Whether the actor keeps the catalogue of this place."""
    return actor.holds_at(MANAGE, place)


def require_manage(actor: Actor, place: str) -> None:
    """Refuse whoever may not change matter classes and routes for this place."""
    if not may_manage(actor, place):
        raise Refusal(
            say("没有管理 {place} 事项目录的权限", place=place),
            Kind.FORBIDDEN,
            advice=say("请联系系统管理员"),
        )
