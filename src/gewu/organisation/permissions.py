"""Who may change units and posts."""

from __future__ import annotations

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

MANAGE = "organisation.manage"
#: Keeping the staff records of a unit and of those below it.
KEEP_STAFF = "staff.keep"


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


def is_staff(actor: Actor) -> bool:
    """Whether the actor works here: has an account, or sets the platform up."""
    return (actor.account_id is not None and not actor.outside) or actor.holds(MANAGE)


def may_keep_staff(actor: Actor, path: str) -> bool:
    """Whether the actor keeps the staff records of the unit at this path."""
    return actor.holds_for(KEEP_STAFF, (path,))


def require_staff(actor: Actor) -> None:
    """Refuse whoever does not work here: posts and work contacts are for colleagues."""
    if not is_staff(actor):
        raise Refusal(say("岗位和工作联系方式只对工作人员开放"), Kind.FORBIDDEN, advice=say("请先登录"))


#: Keeping rosters: who is on duty in a place, or in a unit and those below it.
KEEP_ROSTER = "rosters.keep"
#: Seeing who is on duty.
READ_ROSTER = "rosters.read"
#: Giving, evaluating and ending the powers of units.
KEEP_POWERS = "powers.keep"


def may_keep_roster(actor: Actor, place: str, path: str) -> bool:
    """Whether the actor keeps the roster of the unit at this path."""
    return actor.holds_at(KEEP_ROSTER, place) or actor.holds_for(KEEP_ROSTER, (path,))


def require_roster(actor: Actor, place: str, path: str) -> None:
    """Refuse whoever does not keep this unit's roster."""
    if not may_keep_roster(actor, place, path):
        raise Refusal(say("这个单位的值班表由其值班负责人维护，您没有此权限"), Kind.FORBIDDEN)


def may_keep_powers(actor: Actor, place: str) -> bool:
    """Whether the actor keeps the powers of units at this place."""
    return actor.holds_at(KEEP_POWERS, place)


def require_powers(actor: Actor, place: str) -> None:
    """Refuse whoever does not keep the powers of units at this place."""
    if not may_keep_powers(actor, place):
        raise Refusal(say("没有管理 {place} 赋权事项的权限", place=place), Kind.FORBIDDEN)
