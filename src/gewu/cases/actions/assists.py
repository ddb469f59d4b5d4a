"""Calling other units to a case, and what they do there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.cases import events, permissions
from gewu.cases.actions import steps
from gewu.cases.lifecycle import ASSIGNMENT, CASE
from gewu.cases.models import Assignment, Case
from gewu.catalogue import actions as lists
from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor


def call_assist(number: str, unit: str, *, actor: Actor, now: datetime, task: str = "") -> Assignment:
    """Ask a unit to assist. Refused for a closed case, for the lead itself and for one already called."""
    with store.writing():
        case = steps.locked(number)
        permissions.require(actor, "dispatcher or lead", case)
        called = organisation.known_unit(unit)
        _check_callable(case, called.id)
        lists.check_may_be_given(
            case.matter, case.place, called, actor=actor, now=now, asked_by=_lead_of(case), about=case.number
        )
        row = Assignment.objects.create(
            case=case, unit_id=called.id, unit_path=called.path, task=task, offered_at=now
        )
        told = events.AssistCalled(id=case.pk, place=case.place, unit=called.id, assignment=row.pk)
        stream.tell(told, actor=actor, now=now, words={"reason": task})
    return row


def _lead_of(case: Case) -> str:
    """The department that leads, for which a refused call is counted; empty without a lead."""
    return organisation.known_unit(case.lead_id).department if case.lead_id else ""


def _check_callable(case: Case, unit: UUID) -> None:
    if case.state not in CASE.names(open=True):
        raise Refusal(say("已结束的工单不能再请协办"), Kind.CONFLICT)
    if case.lead_id == unit:
        raise Refusal(say("该单位已是主办单位"), Kind.CONFLICT, field="unit")
    if Assignment.objects.filter(case=case, unit_id=unit, state__in=ASSIGNMENT.names(open=True)).exists():
        raise Refusal(say("该单位已在协办"), Kind.CONFLICT, field="unit")


def take_assist(assignment: UUID, event: str, *, actor: Actor, now: datetime, **given: Any) -> Assignment:
    """Take one step of an assignment, by its own table."""
    with store.writing():
        row = Assignment.objects.select_for_update().select_related("case").filter(pk=assignment).first()
        if row is None:
            raise Refusal(say("没有这项协办任务"), Kind.MISSING)
        step = ASSIGNMENT.row(event, row.state)
        permissions.require(actor, step.by, row.case, row)
        steps.check_words(given)
        step.check(None, given)
        row.state = step.to or row.state
        row.result = given.get("result") or row.result
        row.signed_at = now if step.to == "working" else row.signed_at
        row.ended_at = None if ASSIGNMENT.state(row.state).open else now
        row.save()
        steps.tell(step, row.case, {"unit": row.unit_id, "assignment": row.pk}, given, actor=actor, now=now)
    return row
