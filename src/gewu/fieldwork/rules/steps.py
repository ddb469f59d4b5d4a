"""What the guards of plans and tasks look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Given = Mapping[str, Any]

#: What looking at an item can come to.
FINE, FOUND, ABSENT = "fine", "found", "absent"
OUTCOMES = (FINE, FOUND, ABSENT)
#: What a task looks at whose result is given there.
ON_ANOTHER_RECORD = ("case:", "report:")


@dataclass(frozen=True)
class PlanFacts:
    """What the guards of a plan look at."""

    actor: str
    made_by: str
    #: Whether its records need the signatures of departments, and how many are named.
    joint: bool = False
    signers: int = 0
    #: Whether a list names the work of those who do it, whether this is on it, whether it was allowed.
    bound: bool = False
    listed: bool = False
    allowed: bool = False


@dataclass(frozen=True)
class TaskFacts:
    """What the guards of a task look at. ``made_at`` is when it was done, ``now`` when that arrived."""

    now: datetime
    made_at: datetime
    opens_at: datetime
    due_at: datetime
    grace: timedelta
    signs_none: bool
    checks_in: bool
    check_ins: int
    looks_due: int
    looks_done: int
    found: int
    seen: int
    stops: int
    started: bool
    #: Whether finding nothing has to be shown by patrols of its place and days, and how many there were.
    backed: bool = False
    patrols: int = 0
    #: What others found in its place and days.
    found_by_others: int = 0
    #: Departments that have not signed yet.
    unsigned: int = 0
    #: Whether whoever begins has patrolled for a whole day's work already.
    day_full: bool = False
    #: What elsewhere it looks at; empty for nothing.
    about: str = ""


def signers_named(facts: PlanFacts, given: Given) -> bool:
    return not facts.joint or facts.signers > 0


def on_its_list(facts: PlanFacts, given: Given) -> bool:
    """Work of a post that has a list is on it, or the joint office has allowed it."""
    return not facts.bound or facts.listed or facts.allowed


def outside_its_list(facts: PlanFacts, given: Given) -> bool:
    """It waits for the joint office."""
    return not on_its_list(facts, given)


def another_person(facts: PlanFacts, given: Given) -> bool:
    return facts.actor != facts.made_by


def in_time(facts: TaskFacts, given: Given) -> bool:
    """Done within its own hours, and arrived before its time of grace ran out."""
    return facts.opens_at <= facts.made_at <= facts.due_at and facts.now <= facts.due_at + facts.grace


def while_it_lasts(facts: TaskFacts, given: Given) -> bool:
    """What was begun in time may be ended later, as long as the time of grace has not run out."""
    return facts.now <= facts.due_at + facts.grace


def is_over(facts: TaskFacts, given: Given) -> bool:
    """Past its end; one that is going on is waited for as long as its work may still arrive."""
    return facts.now > facts.due_at + (facts.grace if facts.started else timedelta())


def nothing_started(facts: TaskFacts, given: Given) -> bool:
    return not facts.started


def of_itself(facts: TaskFacts, given: Given) -> bool:
    """Whether its result is its own, and not given on a case or report that it looks at."""
    return not facts.about.startswith(ON_ANOTHER_RECORD)


def checked_in(facts: TaskFacts, given: Given) -> bool:
    return facts.check_ins > 0 or not facts.checks_in


def found_or_said_why(facts: TaskFacts, given: Given) -> bool:
    """Where finding nothing is signed for, a plain end needs a finding or a reason."""
    found = facts.found > 0 or (facts.backed and facts.found_by_others > 0)
    return not facts.signs_none or found or bool(str(given.get("reason") or "").strip())


def is_no_bare_zero(facts: TaskFacts, given: Given) -> bool:
    """Where nothing found has to be shown, neither silence nor a reason stands in for it."""
    return not facts.backed or facts.found + facts.found_by_others > 0


def backed_by_patrols(facts: TaskFacts, given: Given) -> bool:
    """Someone walked there in those days."""
    return not facts.backed or facts.patrols > 0


def has_hours_left(facts: TaskFacts, given: Given) -> bool:
    return not facts.day_full


def all_signed(facts: TaskFacts, given: Given) -> bool:
    return facts.unsigned == 0


def may_sign_none(facts: TaskFacts, given: Given) -> bool:
    return facts.signs_none


def has_found_nothing(facts: TaskFacts, given: Given) -> bool:
    return facts.found == 0 and not (facts.backed and facts.found_by_others)


def all_looked_at(facts: TaskFacts, given: Given) -> bool:
    """Backed by evidence: every item looked at and, where that is asked for, every stop checked in at."""
    return facts.looks_done >= facts.looks_due and (not facts.checks_in or facts.seen >= facts.stops)
