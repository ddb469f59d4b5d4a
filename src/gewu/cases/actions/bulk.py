"""One step of many cases: each in a transaction of its own, with a report of what was refused and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gewu.cases.actions import steps
from gewu.cases.lifecycle import CASE
from gewu.cases.queries import lists
from gewu.kernel.lifecycle import Step
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor

#: So many cases at a time: what one page of a list holds, twice.
MOST = 100
#: What can be given for many cases at once; a result, an answer and evidence belong to one case.
SHARED = ("unit", "proposed", "tag", "until", "reason")


@dataclass(frozen=True)
class Refused:
    """One case on which the step was not taken, and why."""

    number: str
    text: Text
    advice: Text | None


@dataclass(frozen=True)
class Outcome:
    """What became of a step of many cases."""

    event: str
    done: tuple[str, ...]
    refused: tuple[Refused, ...]


def steps_for_many() -> tuple[Step, ...]:
    """The steps that can be taken on many cases at once, in the order of the table."""
    return tuple(step for step in CASE.steps if _is_for_many(step))


def _is_for_many(step: Step) -> bool:
    """A step of staff in a case that is still open, which asks for nothing that belongs to one case."""
    going = any(CASE.state(name).open for name in step.source)
    by_staff = step.by not in ("reporter", "clock")
    return going and by_staff and not step.danger and set(step.needs) <= set(SHARED)


def take_many(numbers: Iterable[str], event: str, *, actor: Actor, now: datetime, **given: Any) -> Outcome:
    """Take one step of each of these cases that the actor sees. What is refused for one stops no other.

    Refused as a whole are: a step that is not for many, no case, and too many cases.
    """
    wanted = tuple(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if event not in {step.event for step in steps_for_many()}:
        raise Refusal(say("“{event}”不能成批办理", event=event), Kind.INVALID, field="event")
    if not wanted or len(wanted) > MOST:
        raise Refusal(say("请选一至 {n} 件工单", n=MOST), field="number")
    done: list[str] = []
    refused: list[Refused] = []
    for number in wanted:
        try:
            lists.require_visible(actor, number)
            steps.take(number, event, actor=actor, now=now, **given)
            done.append(number)
        except Refusal as refusal:
            refused.append(Refused(number, refusal.text, refusal.advice))
    return Outcome(event, tuple(done), tuple(refused))
