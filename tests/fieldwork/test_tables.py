"""The tables of a plan and of a task: complete, and everything outside of them refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import permissions
from gewu.fieldwork.actions import tasks as steps
from gewu.fieldwork.lifecycle import PLAN, TASK
from gewu.fieldwork.models import Plan, Task
from gewu.kernel.lifecycle import FIELD_WORDS, Lifecycle, Step
from gewu.kernel.refusals import Kind, Refusal
from tests.fieldwork.setting import first_task, planned, running
from tests.world import World

TABLES = (PLAN, TASK)
STEPS = [
    pytest.param(table, step, id=f"{table.name}.{step.event}") for table in TABLES for step in table.steps
]


def outside(table: Lifecycle) -> Iterator[tuple[str, str]]:
    """Every pair of state and event that the table does not hold."""
    for state in table.states:
        allowed = {step.event for step in table.steps_from(state.name)}
        for event in dict.fromkeys(step.event for step in table.steps):
            if event not in allowed:
                yield state.name, event


OUTSIDE = [(table, *pair) for table in TABLES for pair in outside(table)]


@pytest.mark.parametrize(("table", "state", "event"), OUTSIDE)
def test_step_outside_the_table_is_refused_in_plain_words(table: Lifecycle, state: str, event: str) -> None:
    with pytest.raises(Refusal) as refused:
        table.row(event, state)
    label = next(step.label for step in table.steps if step.event == event)
    assert refused.value.kind is Kind.CONFLICT
    assert str(refused.value) == f"{table.label}现为“{table.state(state).label}”，不能“{label}”"


def test_the_doors_refuse_every_step_outside_their_tables(world: World) -> None:
    plan = planned(world)
    task = first_task(running(world))
    for table, state, event in OUTSIDE:
        model, key = (Plan, plan.pk) if table is PLAN else (Task, task.pk)
        model._default_manager.filter(pk=key).update(state=state, version=1)
        if table is PLAN and event == "change":
            continue  # has a door of its own
        deed = fieldwork.take_plan if table is PLAN else fieldwork.take
        with pytest.raises(Refusal) as refused:
            deed(key, event, actor=world.actor("zheng.jun"), now=world.now, reason="看看")
        assert refused.value.kind is Kind.CONFLICT
        assert model._default_manager.values_list("state", "version").get(pk=key) == (state, 1)


@pytest.mark.parametrize(("table", "step"), STEPS)
def test_step_belongs_to_someone_with_a_predicate_and_a_word(table: Lifecycle, step: Step) -> None:
    known = permissions.OF_PLANS if table is PLAN else permissions.OF_TASKS
    assert step.by in known
    assert str(permissions.WORDS[step.by])


@pytest.mark.parametrize(("table", "step"), STEPS)
def test_field_of_a_step_has_a_word_and_its_sentence_only_its_own_values(
    table: Lifecycle, step: Step
) -> None:
    assert {*step.needs, *step.may_take} <= set(FIELD_WORDS)
    kind = step.emits
    held = {"actor", *kind.__dataclass_fields__}
    assert str(type(kind.sentence)(kind.sentence.msgid, dict.fromkeys(held, "…")))


def test_every_step_of_a_task_has_an_effect_and_every_effect_a_step() -> None:
    assert set(steps._EFFECTS) == {step.event for step in TASK.steps}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_state_has_a_label_and_a_public_word_and_keys_differ(table: Lifecycle) -> None:
    assert all(str(state.label) and str(state.public) for state in table.states)
    for state in table.states:
        keys = [step.key for step in table.steps_from(state.name) if step.key]
        assert len(keys) == len(set(keys))


#: Who may take each step of a patrol in the first grid; the worker of that grid is named by the post.
PLANNERS, APPROVERS, WORKERS = {"zhou.min"}, {"zheng.jun"}, {"zhao.qiang"}
HOLDERS = {
    "planner": PLANNERS,
    "approver": APPROVERS,
    "joint office": set(),
    "approver or joint office": APPROVERS,
    "planner, approver or clock": PLANNERS | APPROVERS,
    "worker": WORKERS,
    "whoever started it": set(),
    "clock": set(),
    "rule": set(),
}


def test_step_is_open_to_its_holders_and_to_nobody_else(world: World) -> None:
    plan = running(world)
    task = first_task(plan)
    for who, row, known in ((plan, plan, permissions.OF_PLANS), (task, task, permissions.OF_TASKS)):
        assert who is row
        for by, may in known.items():
            found = {name for name in world.accounts if may(world.actor(name), row)}  # type: ignore[arg-type]  # of its own kind
            assert found == HOLDERS[by], by


def test_someone_elses_step_is_refused_with_whose_it_is(world: World) -> None:
    task = first_task(running(world))
    with pytest.raises(Refusal) as refused:
        fieldwork.take(task.pk, "start", actor=world.actor("sun.li"), now=world.now)
    assert (refused.value.kind, str(refused.value)) == (Kind.FORBIDDEN, "这一步由执行人办理，您没有此权限")
