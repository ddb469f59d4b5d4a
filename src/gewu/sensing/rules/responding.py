"""How soon alarms are answered, what may be asked of devices. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_high
from typing import Any

from gewu.kernel.texts import Text, say

#: Everything a device can be asked. None of them switches a protection off.
COMMANDS: Mapping[str, Text] = {
    "self_test": say("自检"),
    "report_now": say("立即上报"),
    "silence": say("暂停蜂鸣"),
}


@dataclass(frozen=True)
class AlarmFacts:
    """What the guards of the lifecycle look at."""

    answered: bool
    has_case: bool
    case_ended: bool


def not_yet_answered(facts: AlarmFacts, given: Mapping[str, Any]) -> bool:
    return not facts.answered


def case_runs(facts: AlarmFacts, given: Mapping[str, Any]) -> bool:
    return facts.has_case and not facts.case_ended


def case_ended(facts: AlarmFacts, given: Mapping[str, Any]) -> bool:
    return facts.has_case and facts.case_ended


@dataclass(frozen=True)
class Responses:
    """How soon some alarms were answered: how many there were, how many in time, the middle one's time."""

    alarms: int
    answered: int
    in_time: int
    #: Past their limit and not answered.
    overdue: int
    middle: timedelta | None
    longest: timedelta | None


def summed_up(answers: Sequence[tuple[datetime, datetime, datetime | None]], now: datetime) -> Responses:
    """Of alarms given as raised, to be answered by, answered. Of two middle ones it is the later."""
    took = [answered - raised for raised, _, answered in answers if answered is not None]
    return Responses(
        alarms=len(answers),
        answered=len(took),
        in_time=sum(answered is not None and answered <= by for _, by, answered in answers),
        overdue=sum(answered is None and by < now for _, by, answered in answers),
        middle=median_high(took) if took else None,
        longest=max(took, default=None),
    )
