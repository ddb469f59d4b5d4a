"""Who may change units and posts."""

from __future__ import annotations

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

MANAGE = "organisation.manage"


def may_manage(actor: Actor, place: str) -> bool:
    """Whether the actor keeps the organisation of this place."""
    return actor.holds_at(MANAGE, place)


def require_manage(actor: Actor, place: str) -> None:
    """Refuse whoever may not change units and posts at this place."""
    if not may_manage(actor, place):
        raise Refusal(
            say("没有管理 {place} 组织机构的权限", place=place),
            Kind.FORBIDDEN,
            advice=say("请联系系统管理员"),
        )


def require_other(actor: Actor, account_id: object) -> None:
    """Refuse that someone appoints themselves: the rights of a post come from another hand."""
    if actor.account_id is not None and actor.account_id == account_id:
        raise Refusal(say("不能任命自己"), Kind.FORBIDDEN)
