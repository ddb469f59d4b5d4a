"""Lifecycles as tables. The table is the gate, the buttons, the API, the diagram and the test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .events import Event
from .refusals import Kind, Refusal
from .texts import Text, TextList, say


class Clock(Enum):
    """What the clocks of a record do."""

    RUNS = "runs"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class State:
    """Where a record can stand. ``public`` is the word residents see; nothing else may list states."""

    name: str
    label: Text
    public: Text
    open: bool = True
    clock: Clock = Clock.RUNS
    #: How far along the way that residents follow, from 0.
    stage: int = 0


@dataclass(frozen=True)
class Guard:
    """A question to the facts that must be answered yes, and what is said when it is no.

    ``of_input`` marks a question that also looks at what is given with the step; it is asked when the
    step is taken, not when the buttons are drawn.
    """

    test: Callable[[Any, Mapping[str, Any]], bool]
    refusal: Text | Callable[[Any, Mapping[str, Any]], Text]
    of_input: bool = False

    def said(self, facts: Any, given: Mapping[str, Any]) -> Text:
        return self.refusal if isinstance(self.refusal, Text) else self.refusal(facts, given)


@dataclass(frozen=True)
class Step:
    """One row: in one of ``source`` states, ``by`` this word of the permissions, ``needs`` given.

    ``to`` of ``None`` leaves the state as it is. ``key`` is the key that takes the step on a screen.
    """

    event: str
    label: Text
    source: tuple[str, ...]
    to: str | None
    by: str
    emits: type[Event]
    needs: tuple[str, ...] = ()
    may_take: tuple[str, ...] = ()
    only_if: tuple[Guard, ...] = ()
    key: str = ""
    danger: bool = False

    def check(self, facts: Any, given: Mapping[str, Any]) -> None:
        """Refuse when something needed is missing or a guard says no."""
        for name in self.needs:
            if _is_empty(given.get(name)):
                raise Refusal(
                    say("“{step}”还缺少：{field}", step=self.label, field=FIELD_WORDS.get(name, name)),
                    field=name,
                )
        for guard in self.only_if:
            if not guard.test(facts, given):
                raise Refusal(guard.said(facts, given), Kind.CONFLICT)

    def open_for(self, facts: Any) -> bool:
        """Whether the guards that look only at the record would let the step pass."""
        return all(guard.of_input or guard.test(facts, {}) for guard in self.only_if)


#: What a field of a step is called on screen; one word for one thing, whichever table needs it.
FIELD_WORDS: dict[str, Text] = {
    "reason": say("理由"),
    "unit": say("承办单位"),
    "result": say("办理结果"),
    "answer": say("答复内容"),
    "evidence": say("办理凭证"),
    "matter": say("事项类别"),
    "place": say("所在网格"),
    "finding": say("核实情况"),
    "case": say("工单编号"),
    "until": say("截止时间"),
    "authority": say("批准机关"),
    "since": say("生效日期"),
    "address": say("报到地点"),
    "satisfaction": say("满意程度"),
    "solved": say("是否解决"),
    "proposed": say("应由谁承办"),
    "amount": say("延长多少"),
    "tag": say("标签"),
    "about": say("被反映单位"),
    "looks": say("检查项"),
    "account": say("执行人"),
    "statement": say("签字说明"),
}


#: The free texts that a step may be given; they go to the stream as words, never into an event.
FREE_WORDS = ("reason", "result", "answer", "finding")


@dataclass(frozen=True)
class Lifecycle:
    """A whole table. Building one with a row that leads nowhere is a programming error."""

    name: str
    label: Text
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    by_name: Mapping[str, State] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {state.name: state for state in self.states})
        if len(self.by_name) < len(self.states):
            raise ValueError(f"{self.name} has two states of one name")
        taken: set[tuple[str, str]] = set()
        for step in self.steps:
            for name in (*step.source, *([step.to] if step.to else [])):
                if name not in self.by_name:
                    raise ValueError(f"{self.name}.{step.event} names no state: {name}")
            for pair in ((step.event, source) for source in step.source):
                if pair in taken:
                    raise ValueError(f"{self.name}.{step.event} has two rows from {pair[1]}")
                taken.add(pair)

    def state(self, name: str) -> State:
        return self.by_name[name]

    def row(self, event: str, state: str) -> Step:
        """The row for this event in this state, or a refusal that says what is possible instead."""
        found = [step for step in self.steps if step.event == event]
        if not found:
            raise Refusal(say("没有“{event}”这一步", event=event), Kind.MISSING, advice=self._possible(state))
        for step in found:
            if state in step.source:
                return step
        raise Refusal(
            say(
                "{record}现为“{state}”，不能“{step}”",
                record=self.label,
                state=self.by_name[state].label,
                step=found[0].label,
            ),
            Kind.CONFLICT,
            advice=self._possible(state),
        )

    def steps_from(self, state: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if state in step.source)

    def names(self, *, open: bool | None = None, clock: Clock | None = None) -> tuple[str, ...]:
        """The states that answer so; the only way for a query to speak of groups of states."""
        return tuple(
            state.name
            for state in self.states
            if (open is None or state.open == open) and (clock is None or state.clock == clock)
        )

    def _possible(self, state: str) -> Text:
        labels = unique(step.label for step in self.steps_from(state))
        if not labels:
            return say("现在没有可办的步骤")
        return say("现在可办：{steps}", steps=TextList(labels))

    def markdown(self) -> str:
        """The table for the documents."""
        head = "| event | from | to | by | needs | only if | tells |\n|---|---|---|---|---|---|---|\n"
        return head + "".join(_markdown_row(step) for step in self.steps)

    def mermaid(self) -> str:
        """The diagram for the documents."""
        arrows = [
            f"  {source} --> {step.to or source}: {step.label}"
            for step in self.steps
            for source in step.source
        ]
        return "stateDiagram-v2\n" + "\n".join(arrows) + "\n"


@dataclass(frozen=True)
class Joint:
    """A condition of several records together: while it holds it blocks these events of their common one.

    Its guard is the gate; ``desk`` is the word of the permissions on whose desk it lies meanwhile.
    """

    name: str
    label: Text
    guard: Guard
    blocks: tuple[str, ...]
    desk: str

    def holds(self, facts: Any) -> bool:
        return not self.guard.test(facts, {})


@dataclass(frozen=True)
class JointTable:
    """The joint conditions of the records that hang on one. A row that blocks nothing only names a desk."""

    name: str
    label: Text
    rows: tuple[Joint, ...]

    def guards(self, event: str) -> tuple[Guard, ...]:
        """What an event of the record must pass."""
        return tuple(row.guard for row in self.rows if event in row.blocks)

    def concerns(self, guards: Iterable[Guard]) -> bool:
        """Whether any of these guards asks about a joint condition."""
        own = [row.guard for row in self.rows]
        return any(guard in own for guard in guards)

    def holding(self, facts: Any) -> tuple[Joint, ...]:
        """The conditions that hold, in the order of the table."""
        return tuple(row for row in self.rows if row.holds(facts))

    def markdown(self) -> str:
        """The table for the documents."""
        head = "| condition | while it holds, blocks | lies on the desk of |\n|---|---|---|\n"
        return head + "".join(
            f"| `{row.name}` {row.label} | {', '.join(row.blocks) or '–'} | {row.desk} |\n"
            for row in self.rows
        )


def unique(items: Iterable[Text]) -> tuple[Text, ...]:
    """The items without repeats, in their order."""
    return tuple({item.msgid: item for item in items}.values())


def _question(guard: Guard) -> str:
    return str(guard.refusal) if isinstance(guard.refusal, Text) else guard.refusal.__name__


def _is_empty(value: Any) -> bool:
    """Nothing given; a text of blanks says nothing either, while zero and ``False`` are answers."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Sized) and len(value) == 0)


def _markdown_row(step: Step) -> str:
    cells = (
        f"`{step.event}` {step.label}",
        ", ".join(step.source),
        step.to or "–",
        step.by,
        ", ".join(step.needs) or "–",
        "; ".join(_question(guard) for guard in step.only_if) or "–",
        step.emits.__name__,
    )
    return "| " + " | ".join(cells) + " |\n"
