"""Who may change the catalogue and its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
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


#: Held by whoever answers for the law, apart from whoever keeps the lists.
APPROVE = "lists.approve"
#: Held for a unit: its staff may ask for an item in its name.
APPLY = "lists.apply"


def keeper(actor: Actor, place: str) -> bool:
    return may_manage(actor, place)


def approver(actor: Actor, place: str) -> bool:
    return actor.holds_at(APPROVE, place)


def by_rule(actor: Actor, place: str) -> bool:
    return actor.ref.startswith("rule:")


def keeper_or_approver(actor: Actor, place: str) -> bool:
    return keeper(actor, place) or approver(actor, place)


WHO: Mapping[str, Callable[[Actor, str], bool]] = {
    "keeper": keeper,
    "approver": approver,
    "rule": by_rule,
    "keeper or approver": keeper_or_approver,
}

WORDS: Mapping[str, Text] = {
    "keeper": say("清单管理员"),
    "approver": say("清单审批人"),
    "rule": say("系统规则"),
    "keeper or approver": say("清单管理员或审批人"),
}


def require(actor: Actor, by: str, place: str) -> None:
    """Refuse whoever is not the one this step belongs to."""
    if not WHO[by](actor, place):
        raise Refusal(say("这一步由{who}办理，您没有此权限", who=WORDS[by]), Kind.FORBIDDEN)


def require_apply(actor: Actor, unit_path: str, place: str) -> None:
    """Refuse whoever neither works for this unit nor keeps the lists of the place."""
    if not (actor.holds_for(APPLY, (unit_path,)) or may_manage(actor, place)):
        raise Refusal(say("只能以本单位的名义申请准入"), Kind.FORBIDDEN, field="unit")
