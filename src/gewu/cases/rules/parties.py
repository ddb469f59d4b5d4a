"""Pure decisions about those who are called to a case beside its lead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gewu.kernel.texts import Text, say


@dataclass(frozen=True)
class JointFacts:
    """How the parts of other parties stand together."""

    open_assists: int = 0
    returned_assists: int = 0
    open_whistles: int = 0
    late_check_ins: int = 0


#: A case on which nobody else works.
NOBODY = JointFacts()


class Joined(Protocol):
    """The facts of a case, as far as the joint conditions look."""

    @property
    def joint(self) -> JointFacts: ...


@dataclass(frozen=True)
class AssistFacts:
    """What the guards of an assignment look at: whether a whistle called it."""

    called: bool


@dataclass(frozen=True)
class WhistleFacts:
    """What the guards of a whistle look at: how many of its parties have no result yet."""

    unanswered: int


def assists_settled(facts: Joined, given: Mapping[str, Any]) -> bool:
    return facts.joint.open_assists == 0


def say_open_assists(facts: Joined, given: Mapping[str, Any]) -> Text:
    return say("还有 {n} 个协办单位未完成，请等其完成或撤回", n=facts.joint.open_assists)


def none_returned(facts: Joined, given: Mapping[str, Any]) -> bool:
    return facts.joint.returned_assists == 0


def say_returned_assists(facts: Joined, given: Mapping[str, Any]) -> Text:
    return say("有 {n} 项协办被退回，请派遣员撤回或再次请其协办", n=facts.joint.returned_assists)


def whistles_ended(facts: Joined, given: Mapping[str, Any]) -> bool:
    return facts.joint.open_whistles == 0


def check_ins_in_time(facts: Joined, given: Mapping[str, Any]) -> bool:
    return facts.joint.late_check_ins == 0


def is_assisting(facts: AssistFacts, given: Mapping[str, Any]) -> bool:
    return not facts.called


def is_called(facts: AssistFacts, given: Mapping[str, Any]) -> bool:
    return facts.called


def says_where(facts: AssistFacts, given: Mapping[str, Any]) -> bool:
    """A check-in names its place: a point, or an address in words."""
    placed = given.get("lon") is not None and given.get("lat") is not None
    return placed or bool(str(given.get("address") or "").strip())


def every_party_answered(facts: WhistleFacts, given: Mapping[str, Any]) -> bool:
    return facts.unanswered == 0


def say_unanswered(facts: WhistleFacts, given: Mapping[str, Any]) -> Text:
    return say("还有 {n} 方没有结果，请等其办完，或写明理由撤回", n=facts.unanswered)


#: The mean radius of the earth in metres.
_EARTH_M = 6_371_008.8


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> int:
    """The distance of two points given as longitude and latitude, along the surface."""
    (x1, y1), (x2, y2) = ((math.radians(x), math.radians(y)) for x, y in (one, other))
    h = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return round(2 * _EARTH_M * math.asin(math.sqrt(min(1.0, h))))
