"""Who may take a step of an alert. None of them looks at the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import CLOCK, Actor

DRAFT, APPROVE = "alerts.draft", "alerts.approve"


def drafter(actor: Actor, places: Sequence[str]) -> bool:
    """Whoever may draft in every place that the alert is for."""
    return bool(places) and all(actor.holds_at(DRAFT, place) for place in places)


def approver(actor: Actor, places: Sequence[str]) -> bool:
    return bool(places) and all(actor.holds_at(APPROVE, place) for place in places)


def message(actor: Actor, places: Sequence[str]) -> bool:
    """No person: a later message does it by itself."""
    return False


def clock(actor: Actor, places: Sequence[str]) -> bool:
    return actor == CLOCK


WHO: Mapping[str, Callable[[Actor, Sequence[str]], bool]] = {
    "drafter": drafter,
    "approver": approver,
    "message": message,
    "clock": clock,
}

WORDS: Mapping[str, Text] = {
    "drafter": say("预警起草人"),
    "approver": say("预警审批人"),
    "message": say("后来的消息"),
    "clock": say("系统时钟"),
}


def require(actor: Actor, by: str, places: Sequence[str]) -> None:
    """Refuse whoever is not the one this step belongs to."""
    if not WHO[by](actor, places):
        raise Refusal(say("这一步由{who}办理，您没有此权限", who=WORDS[by]), Kind.FORBIDDEN)
