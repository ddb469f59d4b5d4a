"""The joint conditions: every combination of how others' parts stand, against every event of the case."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest

from gewu.cases import permissions
from gewu.cases.lifecycle import CASE, JOINT
from gewu.cases.rules.parties import JointFacts
from gewu.kernel.lifecycle import Guard

CONDITIONS = ("waiting", "sent_back", "called", "unanswered")
#: While a condition holds, these events of the case are refused. Written down apart from the table.
BLOCKED = {
    "waiting": {"report_done", "close", "void"},
    "sent_back": {"report_done", "close"},
    "called": {"close", "void"},
    "unanswered": set(),
}
JOINT_STATES = [
    frozenset(name for name, holds in zip(CONDITIONS, combination, strict=True) if holds)
    for combination in product((False, True), repeat=len(CONDITIONS))
]


@dataclass(frozen=True)
class Facts:
    joint: JointFacts


def facts(state: frozenset[str]) -> Facts:
    """Facts in which exactly these conditions hold."""
    return Facts(
        JointFacts(
            open_assists=2 if "waiting" in state else 0,
            returned_assists=1 if "sent_back" in state else 0,
            open_whistles=1 if "called" in state else 0,
            late_check_ins=1 if "unanswered" in state else 0,
        )
    )


def joint_guards(event: str) -> list[Guard]:
    own = [row.guard for row in JOINT.rows]
    asked = (guard for step in CASE.steps if step.event == event for guard in step.only_if)
    return [guard for guard in asked if guard in own]


@pytest.mark.parametrize("state", JOINT_STATES, ids=lambda state: "+".join(sorted(state)) or "nothing")
@pytest.mark.parametrize("event", sorted({step.event for step in CASE.steps}))
def test_joint_state_lets_an_event_pass_or_blocks_it(state: frozenset[str], event: str) -> None:
    passes = all(guard.test(facts(state), {}) for guard in joint_guards(event))
    assert passes is not any(event in BLOCKED[name] for name in state)


@pytest.mark.parametrize("state", JOINT_STATES, ids=lambda state: "+".join(sorted(state)) or "nothing")
def test_conditions_that_hold_are_named_in_their_order(state: frozenset[str]) -> None:
    held = [row.name for row in JOINT.holding(facts(state))]
    assert held == [name for name in CONDITIONS if name in state]


@pytest.mark.parametrize("row", JOINT.rows, ids=lambda row: row.name)
def test_condition_has_a_label_a_desk_and_names_known_events(row: object) -> None:
    assert str(row.label)
    assert row.desk in permissions.WHO
    assert str(permissions.WORDS[row.desk])
    assert set(row.blocks) <= {step.event for step in CASE.steps}
    assert str(row.guard.said(facts(frozenset(CONDITIONS)), {}))
