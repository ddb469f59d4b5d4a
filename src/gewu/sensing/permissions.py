"""Who may take a step of an alarm, and who keeps the devices. None of them looks at the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor
from gewu.sensing.models import Alarm

#: The rights of this subject: to see alarms and devices, to answer alarms, to keep the list of devices.
READ, RESPOND, MANAGE = "alarms.read", "alarms.respond", "devices.manage"


def responder(actor: Actor, alarm: Alarm) -> bool:
    return actor.holds_at(RESPOND, alarm.place)


def rule(actor: Actor, alarm: Alarm) -> bool:
    """The rule that raised it, or the clock: what a device or a case says, not a person."""
    return actor.ref == "clock" or actor.ref.startswith("rule:alarm:")


WHO: Mapping[str, Callable[[Actor, Alarm], bool]] = {"responder": responder, "rule": rule}
WORDS: Mapping[str, Text] = {"responder": say("告警处置人"), "rule": say("告警规则")}


def require(actor: Actor, by: str, alarm: Alarm) -> None:
    """Refuse whoever is not the one this step belongs to."""
    if not WHO[by](actor, alarm):
        raise Refusal(say("这一步由{who}办理，您没有此权限", who=WORDS[by]), Kind.FORBIDDEN)


def require_manage(actor: Actor, place: str) -> None:
    """Refuse whoever does not keep the devices at this place."""
    if not actor.holds_at(MANAGE, place):
        raise Refusal(say("您没有管理此地设备的权限"), Kind.FORBIDDEN)


def require_maintain(actor: Actor, place: str) -> None:
    """Refuse whoever neither answers alarms nor keeps the devices at this place."""
    if not (actor.holds_at(RESPOND, place) or actor.holds_at(MANAGE, place)):
        raise Refusal(say("您没有安排此地设备检修的权限"), Kind.FORBIDDEN)
