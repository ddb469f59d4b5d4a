"""Pure decisions about what is handed over to a body outside, and taken over from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: The priority of classes in which somebody is in danger now.
EMERGENCY = 1
#: Beyond this stage of a case the work is done and there is nothing to hand over.
LAST_STAGE = 2


@dataclass(frozen=True)
class ReferralFacts:
    """What the guards of a referral look at."""

    comes_back: bool
    outgoing: bool


def comes_back(facts: ReferralFacts, given: Mapping[str, Any]) -> bool:
    return facts.comes_back


@dataclass(frozen=True)
class Handing:
    """What is asked before a case is handed over."""

    priority: int
    joint: bool
    open: bool
    stage: int
    already: bool


def check_handing(facts: Handing) -> None:
    """Refuse to hand over: an emergency, what is settled or done, and what has been handed over already.

    Whoever has an emergency goes, and calls the other to the spot: no clock of another's desk comes first.
    """
    if facts.priority == EMERGENCY and not facts.joint:
        raise Refusal(
            say("紧急事项不能转走，由现在的承办单位先行处置"),
            Kind.CONFLICT,
            field="kind",
            advice=say("需要对方到场的，请改选“联合到场”"),
        )
    if not facts.open or facts.stage > LAST_STAGE:
        raise Refusal(say("已办完的工单不能再转出"), Kind.CONFLICT)
    if facts.already:
        raise Refusal(
            say("已经转出，正等对方办理"), Kind.CONFLICT, advice=say("请等对方接收或退回，或先撤回")
        )


def late_by(due: datetime | None, met: datetime | None, now: datetime) -> bool:
    """Whether a clock was met too late, or has run out and is not met."""
    return due is not None and (met or now) > due
