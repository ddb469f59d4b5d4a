"""The engine of lifecycles, on a table small enough to be read at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from gewu.kernel.events import Event
from gewu.kernel.lifecycle import Clock, Guard, Lifecycle, State, Step, unique
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import TextList, say


@dataclass(frozen=True, kw_only=True)
class LampTouched(Event):
    """Something was done to the lamp of these tests."""

    subject = "lamp"
    sentence = say("路灯有了变化")


@dataclass(frozen=True)
class Lamp:
    has_power: bool


def has_power(lamp: Lamp, given: Mapping[str, Any]) -> bool:
    return lamp.has_power


def is_short(lamp: Lamp, given: Mapping[str, Any]) -> bool:
    return len(given.get("reason", "")) < 10


DARK = State("dark", say("未亮"), say("待维修"))
LIT = State("lit", say("已亮"), say("正常"), clock=Clock.PAUSED)
GONE = State("gone", say("已拆除"), say("已拆除"), open=False, clock=Clock.STOPPED)
MEND = Step(
    "mend",
    say("维修"),
    ("dark",),
    "lit",
    "electrician",
    LampTouched,
    only_if=(Guard(has_power, say("没有通电")),),
    key="m",
)
NOTE = Step("note", say("备注"), ("dark", "lit"), None, "anyone", LampTouched, needs=("reason",))
REMOVE = Step(
    "remove",
    say("拆除"),
    ("dark", "lit"),
    "gone",
    "electrician",
    LampTouched,
    needs=("reason", "evidence"),
    only_if=(Guard(is_short, say("理由太长")),),
)
LAMP = Lifecycle("lamp", say("路灯"), (DARK, LIT, GONE), (MEND, NOTE, REMOVE))


@pytest.mark.parametrize("state", ["dark", "lit", "gone"])
@pytest.mark.parametrize("step", [MEND, NOTE, REMOVE], ids=lambda step: step.event)
def test_row_is_found_exactly_where_the_table_has_one(step: Step, state: str) -> None:
    if state in step.source:
        assert LAMP.row(step.event, state) is step
    else:
        with pytest.raises(Refusal):
            LAMP.row(step.event, state)


def test_row_refused_says_where_it_stands_and_what_is_possible() -> None:
    with pytest.raises(Refusal) as caught:
        LAMP.row("mend", "lit")

    assert str(caught.value) == "路灯现为“已亮”，不能“维修”"
    assert caught.value.kind is Kind.CONFLICT
    assert str(caught.value.advice) == "现在可办：备注、拆除"


def test_row_refused_at_the_end_says_that_nothing_is_left() -> None:
    with pytest.raises(Refusal) as caught:
        LAMP.row("mend", "gone")

    assert str(caught.value.advice) == "现在没有可办的步骤"


def test_unknown_event_is_missing() -> None:
    with pytest.raises(Refusal, match="没有“explode”这一步") as caught:
        LAMP.row("explode", "dark")

    assert caught.value.kind is Kind.MISSING


@pytest.mark.parametrize("empty", [None, "", "  \n", (), [], {}])
def test_need_that_is_empty_is_refused_and_named(empty: object) -> None:
    with pytest.raises(Refusal) as caught:
        REMOVE.check(Lamp(True), {"reason": "旧了", "evidence": empty})

    assert str(caught.value) == "“拆除”还缺少：办理凭证"
    assert (caught.value.field, caught.value.kind) == ("evidence", Kind.INVALID)


@pytest.mark.parametrize("answer", [0, False, "旧", ["a"]])
def test_need_that_is_answered_passes(answer: object) -> None:
    NOTE.check(Lamp(True), {"reason": answer})


def test_guard_refuses_in_its_own_words() -> None:
    with pytest.raises(Refusal, match="没有通电") as caught:
        MEND.check(Lamp(has_power=False), {})

    assert caught.value.kind is Kind.CONFLICT
    MEND.check(Lamp(has_power=True), {})


def test_needs_are_asked_before_guards() -> None:
    with pytest.raises(Refusal, match="还缺少：理由"):
        REMOVE.check(Lamp(True), {"evidence": ["a"]})
    with pytest.raises(Refusal, match="理由太长"):
        REMOVE.check(Lamp(True), {"reason": "旧" * 20, "evidence": ["a"]})


def test_step_is_open_for_a_record_that_passes_its_guards() -> None:
    assert MEND.open_for(Lamp(has_power=True))
    assert not MEND.open_for(Lamp(has_power=False))
    assert REMOVE.open_for(Lamp(has_power=False))


def test_steps_from_a_state_in_the_order_of_the_table() -> None:
    assert [step.event for step in LAMP.steps_from("dark")] == ["mend", "note", "remove"]
    assert LAMP.steps_from("gone") == ()


def test_states_are_grouped_by_what_they_say_of_themselves() -> None:
    assert LAMP.names(open=True) == ("dark", "lit")
    assert LAMP.names(open=False) == ("gone",)
    assert LAMP.names(clock=Clock.RUNS) == ("dark",)
    assert LAMP.names(open=True, clock=Clock.PAUSED) == ("lit",)
    assert LAMP.names() == ("dark", "lit", "gone")
    assert LAMP.state("lit") is LIT


@pytest.mark.parametrize(
    ("states", "steps", "reason"),
    [
        ((DARK, LIT), (MEND, REMOVE), "remove names no state: gone"),
        ((LIT, GONE), (NOTE,), "note names no state: dark"),
        ((DARK, LIT, replace(LIT, open=False)), (MEND,), "two states of one name"),
        ((DARK, LIT, GONE), (MEND, replace(MEND, to="gone")), "mend has two rows from dark"),
    ],
)
def test_bad_table_is_refused(states: tuple[State, ...], steps: tuple[Step, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Lifecycle("lamp", say("路灯"), states, steps)


def test_two_rows_of_one_event_may_start_from_different_states() -> None:
    table = Lifecycle(
        "lamp", say("路灯"), (DARK, LIT, GONE), (MEND, replace(MEND, source=("lit",), to="dark"))
    )

    assert table.row("mend", "dark").to == "lit"
    assert table.row("mend", "lit").to == "dark"


def test_markdown_has_a_line_for_each_row() -> None:
    lines = LAMP.markdown().splitlines()

    assert lines[0] == "| event | from | to | by | needs | only if | tells |"
    assert lines[2:] == [
        "| `mend` 维修 | dark | lit | electrician | – | 没有通电 | LampTouched |",
        "| `note` 备注 | dark, lit | – | anyone | reason | – | LampTouched |",
        "| `remove` 拆除 | dark, lit | gone | electrician | reason, evidence | 理由太长 | LampTouched |",
    ]


def test_mermaid_has_an_arrow_for_each_source() -> None:
    assert LAMP.mermaid() == (
        "stateDiagram-v2\n"
        "  dark --> lit: 维修\n"
        "  dark --> dark: 备注\n"
        "  lit --> lit: 备注\n"
        "  dark --> gone: 拆除\n"
        "  lit --> gone: 拆除\n"
    )


def test_list_of_texts_is_joined_without_repeats() -> None:
    assert str(TextList(unique([say("维修"), say("拆除"), say("维修")]))) == "维修、拆除"
