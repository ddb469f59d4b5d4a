"""Assistants of a shared duty: asked by the duty list itself when the case goes to the one who leads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gewu.cases import events
from gewu.cases.actions import clocks, conflicts
from gewu.cases.models import Assignment, Case
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import UnitFacts
from gewu.infra import rows, stream
from gewu.security import actors

#: The clock within which an assistant signs for its part; as long as the lead has to sign.
CLOCK = "assist"


def call(case: Case, routing: catalogue.Routing, *, now: datetime) -> None:
    """Ask those whom the duty names beside the lead, each with its task and a clock that begins now.

    Part of the transaction that dispatches, after the case was written. Whoever was asked before is not
    asked again, and nobody about a matter that concerns them. Each may send its part back with a reason.
    """
    if not routing.assists:
        return
    asked = {one.unit_id for one in rows.read(Assignment, case_id=case.pk)}
    helpers = [one for one in routing.assists if one.id not in {*asked, case.lead_id}]
    made = [_assignment(case, one, now) for one in helpers if not conflicts.stops(case, one)]
    for row in made:
        told = events.AssistCalled(id=case.pk, place=case.place, unit=row.unit_id, assignment=row.pk)
        rule = actors.rule(f"route:{routing.row}")
        stream.tell(told, actor=rule, now=now, words={"reason": row.task})
    rows.insert([row.clock for row in made if row.clock])
    rows.insert(made)


def _assignment(case: Case, unit: UnitFacts, now: datetime) -> Assignment:
    task = _task_of(unit, catalogue.duty_of(case.matter, case.place, catalogue.day_of(now)))
    clock = clocks.new(case, CLOCK, clocks.stage(case, "sign_for"), start=now, unit=unit.id)
    return Assignment(case=case, unit_id=unit.id, unit_path=unit.path, task=task, clock=clock, offered_at=now)


def _task_of(unit: UnitFacts, duty: catalogue.Item | None) -> str:
    """What the duty asks of a unit, which it names by its code or by its line of work."""
    named: Iterable[tuple[str, str]] = ((one.who, one.task) for one in duty.assistants) if duty else ()
    return next((task for who, task in named if who in (unit.code, unit.department)), "")
