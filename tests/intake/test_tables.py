"""The table of a report: complete, and everything outside of it refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gewu.intake import actions as intake
from gewu.intake import permissions
from gewu.intake.actions import steps
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.kernel.lifecycle import FIELD_WORDS, Step
from gewu.kernel.refusals import Kind, Refusal
from tests.world import World

STEPS = [pytest.param(step, id=step.event) for step in REPORT.steps]


def outside() -> Iterator[tuple[str, str]]:
    """Every pair of state and event that the table does not hold."""
    for state in REPORT.states:
        allowed = {step.event for step in REPORT.steps_from(state.name)}
        for event in dict.fromkeys(step.event for step in REPORT.steps):
            if event not in allowed:
                yield state.name, event


@pytest.mark.parametrize(("state", "event"), list(outside()))
def test_step_outside_the_table_is_refused_in_plain_words(state: str, event: str) -> None:
    with pytest.raises(Refusal) as refused:
        REPORT.row(event, state)
    label = next(step.label for step in REPORT.steps if step.event == event)
    assert refused.value.kind is Kind.CONFLICT
    assert str(refused.value) == f"反映现为“{REPORT.state(state).label}”，不能“{label}”"


@pytest.mark.parametrize("state", [state.name for state in REPORT.states])
def test_report_door_refuses_every_step_outside_the_table(world: World, state: str) -> None:
    report = world.report()
    Report.objects.filter(pk=report.pk).update(state=state)
    for event in [event for at, event in outside() if at == state]:
        with pytest.raises(Refusal) as refused:
            intake.take(report.pk, event, actor=world.actor("li.wen"), now=world.now, matter="C0101")
        assert refused.value.kind is Kind.CONFLICT
    report.refresh_from_db()
    assert (report.state, report.version) == (state, 1)


def test_what_is_no_step_of_a_report_at_all_is_refused_too(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        intake.take(world.report().pk, "nothing", actor=world.actor("li.wen"), now=world.now)
    assert (refused.value.kind, str(refused.value)) == (Kind.MISSING, "没有“nothing”这一步")


@pytest.mark.parametrize("step", STEPS)
def test_step_belongs_to_someone_with_a_predicate_and_a_word(step: Step) -> None:
    assert step.by in permissions.WHO
    assert str(permissions.WORDS[step.by])


@pytest.mark.parametrize("step", STEPS)
def test_field_of_a_step_has_a_word(step: Step) -> None:
    assert {*step.needs, *step.may_take} <= set(FIELD_WORDS)


def test_every_step_has_an_effect_and_every_effect_a_step() -> None:
    assert set(steps._EFFECTS) == {step.event for step in REPORT.steps}


def test_state_has_a_label_and_a_public_word() -> None:
    assert all(str(state.label) and str(state.public) for state in REPORT.states)


#: Who may take each step of a report from the first grid; all others are refused.
SCREENERS = {"li.wen", "zhou.min"}
VERIFIERS = {*SCREENERS, "zhao.qiang"}


def test_step_is_open_to_its_holders_and_to_nobody_else(world: World) -> None:
    report = world.report()
    for step in REPORT.steps:
        found = {name for name in world.accounts if permissions.WHO[step.by](world.actor(name), report)}
        assert found == {"verifier": VERIFIERS, "screener": SCREENERS, "reporter": set()}[step.by]


def test_someone_elses_step_is_refused_with_whose_it_is(world: World) -> None:
    report = world.report()
    with pytest.raises(Refusal) as refused:
        intake.take(report.pk, "accept", actor=world.actor("chen.guoping"), now=world.now, matter="C0101")
    assert (refused.value.kind, str(refused.value)) == (
        Kind.FORBIDDEN,
        "这一步由受理员办理，您没有此权限",
    )
