"""The tables of a case and of an assignment: complete, and everything outside of them refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gewu.cases import actions as cases
from gewu.cases import permissions
from gewu.cases.actions import steps
from gewu.cases.lifecycle import ASSIGNMENT, CASE, FOLLOW_UP, WHISTLE
from gewu.cases.models import Case
from gewu.kernel.lifecycle import FIELD_WORDS, Lifecycle, Step
from gewu.kernel.refusals import Kind, Refusal
from tests.world import World

TABLES = (CASE, ASSIGNMENT, WHISTLE, FOLLOW_UP)
STEPS = [(table, step) for table in TABLES for step in table.steps]


def outside(table: Lifecycle) -> Iterator[tuple[str, str]]:
    """Every pair of state and event that the table does not hold."""
    events = dict.fromkeys(step.event for step in table.steps)
    for state in table.states:
        allowed = {step.event for step in table.steps_from(state.name)}
        yield from ((state.name, event) for event in events if event not in allowed)


def named(pair: tuple[Lifecycle, Step]) -> str:
    return f"{pair[0].name}.{pair[1].event}"


@pytest.mark.parametrize(("state", "event"), list(outside(CASE)))
def test_case_step_outside_the_table_is_refused_in_plain_words(state: str, event: str) -> None:
    with pytest.raises(Refusal) as refused:
        CASE.row(event, state)
    label = next(step.label for step in CASE.steps if step.event == event)
    assert refused.value.kind is Kind.CONFLICT
    assert str(refused.value) == f"工单现为“{CASE.state(state).label}”，不能“{label}”"
    assert str(refused.value.advice).startswith(("现在可办：", "现在没有可办的步骤"))


BESIDE = [(table, *pair) for table in (ASSIGNMENT, WHISTLE, FOLLOW_UP) for pair in outside(table)]


@pytest.mark.parametrize(("table", "state", "event"), BESIDE)
def test_step_outside_another_table_is_refused_in_plain_words(
    table: Lifecycle, state: str, event: str
) -> None:
    with pytest.raises(Refusal) as refused:
        table.row(event, state)
    assert refused.value.kind is Kind.CONFLICT
    assert str(refused.value).startswith(f"{table.label}现为“{table.state(state).label}”，不能“")


@pytest.mark.parametrize("state", [state.name for state in CASE.states])
def test_case_door_refuses_every_step_outside_the_table(world: World, state: str) -> None:
    case = world.accepted()
    Case.objects.filter(pk=case.pk).update(state=state)
    for event in [event for at, event in outside(CASE) if at == state]:
        with pytest.raises(Refusal) as refused:
            world.step(case, event, "zhou.min", reason="看看", unit="320111-sanitation")
        assert refused.value.kind is Kind.CONFLICT
    case.refresh_from_db()
    assert (case.state, case.version) == (state, 1)


def test_unknown_step_is_refused_with_what_is_possible(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        world.step(world.accepted(), "fly", "zhou.min")
    assert (refused.value.kind, str(refused.value)) == (Kind.MISSING, "没有“fly”这一步")
    assert str(refused.value.advice) == "现在可办：退回、收回、签收、加标签、去掉标签、注明被反映单位、作废"


def test_unknown_case_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        cases.take("320111-20260302-9999", "void", actor=world.actor("zheng.jun"), now=world.now)
    assert refused.value.kind is Kind.MISSING


@pytest.mark.parametrize("pair", STEPS, ids=named)
def test_step_belongs_to_someone_with_a_predicate_and_a_word(pair: tuple[Lifecycle, Step]) -> None:
    _, step = pair
    assert step.by in permissions.WHO
    assert str(permissions.WORDS[step.by])


@pytest.mark.parametrize("pair", STEPS, ids=named)
def test_field_of_a_step_has_a_word(pair: tuple[Lifecycle, Step]) -> None:
    _, step = pair
    assert {*step.needs, *step.may_take} <= set(FIELD_WORDS)


@pytest.mark.parametrize("pair", STEPS, ids=named)
def test_sentence_of_a_step_names_only_what_its_event_holds(pair: tuple[Lifecycle, Step]) -> None:
    _, step = pair
    kind = step.emits
    held = {"actor", *kind.__dataclass_fields__}
    assert str(type(kind.sentence)(kind.sentence.msgid, dict.fromkeys(held, "…")))


def test_every_case_step_has_an_effect_and_every_effect_a_step() -> None:
    assert set(steps._EFFECTS) == {step.event for step in CASE.steps}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_state_has_a_label_and_a_public_word(table: Lifecycle) -> None:
    assert all(str(state.label) and str(state.public) for state in table.states)


#: What may still be done with what has ended: a verdict, and a part that was sent back is settled.
AFTER_THE_END = {
    "case": {
        "closed": {"confirm", "reopen", "appeal", "pass_appeal", "grant_appeal", "refuse_appeal"},
    },
    "assignment": {"returned": {"withdraw", "offer_again"}},
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_end_state_has_no_way_on_unless_it_is_reopened(table: Lifecycle) -> None:
    ends = {
        state.name: {step.event for step in table.steps_from(state.name)}
        for state in table.states
        if not state.open
    }
    assert {name: found for name, found in ends.items() if found} == AFTER_THE_END.get(table.name, {})


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_of_the_steps_of_a_state_differ(table: Lifecycle) -> None:
    for state in table.states:
        keys = [step.key for step in table.steps_from(state.name) if step.key]
        assert len(keys) == len(set(keys))


#: Who may take each step of a case of the water office in the first grid; all others are refused.
HOLDERS = {
    "dispatch": {"zhou.min"},
    "rule": {"zheng.jun"},
    "return": {"chen.guoping"},
    "recall": {"zhou.min", "zheng.jun"},
    "pass_up": {"chen.guoping"},
    "pass_down": {"chen.guoping"},
    "sign_for": {"chen.guoping"},
    "report_done": {"chen.guoping"},
    "ask_extension": {"chen.guoping"},
    "approve_extension": {"zhou.min", "zheng.jun"},
    "refuse_extension": {"zhou.min", "zheng.jun"},
    "ask_shelving": {"chen.guoping"},
    "approve_shelving": {"zhou.min", "zheng.jun"},
    "refuse_shelving": {"zhou.min", "zheng.jun"},
    "shelve": {"zhou.min"},
    "review_shelving": {"zhou.min", "zheng.jun"},
    "resume": {"zhou.min", "chen.guoping"},
    "begin_check": {"zhao.qiang", "he.jie"},
    "fail_check": {"zhao.qiang", "he.jie"},
    "send_on": {"zhao.qiang", "he.jie"},
    "close": {"zhao.qiang", "he.jie"},
    "confirm": set(),
    "reopen": {"zheng.jun"},
    "appeal": {"chen.guoping"},
    "pass_appeal": {"zhou.min", "zheng.jun"},
    "grant_appeal": {"zhou.min", "zheng.jun"},
    "refuse_appeal": {"zhou.min", "zheng.jun"},
    "tag": {"li.wen", "zhou.min"},
    "untag": {"li.wen", "zhou.min"},
    "name_concern": {"li.wen", "zhou.min"},
    "void": {"zheng.jun"},
}


def test_step_is_open_to_its_holders_and_to_nobody_else(world: World) -> None:
    case = world.accepted()
    found = {
        step.event: {
            name for name in world.accounts if permissions.WHO[step.by](world.actor(name), case, None)
        }
        for step in CASE.steps
    }
    assert found == HOLDERS


def test_someone_elses_step_is_refused_with_whose_it_is(world: World) -> None:
    case = world.accepted()
    with pytest.raises(Refusal) as refused:
        world.step(case, "sign_for", "wu.kai")
    assert (refused.value.kind, str(refused.value)) == (
        Kind.FORBIDDEN,
        "这一步由主办单位办理，您没有此权限",
    )
