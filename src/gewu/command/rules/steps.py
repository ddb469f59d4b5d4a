"""What the guards of the lifecycle of alerts look at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AlertFacts:
    """An alert as its guards see it. ``actor`` is the reference of whoever takes the step."""

    actor: str
    drafted_by: str
    submitted_by: str
    msg_type: str
    ours: bool
    expires: datetime | None
    now: datetime
    #: Whether a later version of it waits already, and whether somebody has said that it arrived.
    pending: bool = False
    acknowledged: bool = False
    #: Whether the message of which it speaks is still in force.
    before_in_force: bool = True


def other_person(facts: AlertFacts, given: Mapping[str, Any]) -> bool:
    return facts.actor not in (facts.drafted_by, facts.submitted_by)


def is_current(facts: AlertFacts, given: Mapping[str, Any]) -> bool:
    return facts.expires is not None and facts.expires > facts.now


def still_stands(facts: AlertFacts, given: Mapping[str, Any]) -> bool:
    return facts.before_in_force


def is_telling(facts: AlertFacts, given: Mapping[str, Any]) -> bool:
    return facts.msg_type != "Cancel"


def is_cancelling(facts: AlertFacts, given: Mapping[str, Any]) -> bool:
    return facts.msg_type == "Cancel"


def is_from_outside(facts: AlertFacts, given: Mapping[str, Any]) -> bool:
    return not facts.ours


def not_acknowledged(facts: AlertFacts, given: Mapping[str, Any]) -> bool:
    return not facts.acknowledged
