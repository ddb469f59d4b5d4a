"""Asking how a closed case was handled: whom to ask, what was answered, and what follows from it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from gewu.cases import events, permissions
from gewu.cases.actions import clocks, steps
from gewu.cases.lifecycle import CASE, FOLLOW_UP
from gewu.cases.models import Case, FollowUp, FollowUpRule
from gewu.cases.rules import asking
from gewu.catalogue import queries as catalogue
from gewu.infra import store, stream
from gewu.kernel import worktime
from gewu.kernel.lifecycle import Step
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actors
from gewu.security.actors import Actor


def ask(case_id: UUID, *, now: datetime) -> FollowUp | None:
    """Ask about a closed case when its rule draws it; the same case and closing are drawn alike each time."""
    with store.writing():
        case = Case.objects.select_for_update().get(pk=case_id)
        rule = rule_for(case.matter, case.place, on=catalogue.day_of(now))
        drawn = rule is not None and asking.sampled(case.pk, case.reopenings, rule.percent)
        asked = FollowUp.objects.filter(case=case, closing=case.reopenings, report=None).exists()
        if rule is None or not drawn or asked or CASE.state(case.state).open:
            return None
        row = _new(case, asked_at=now, due_at=_due(rule, now), rule=rule)
        row.save(force_insert=True)
        told = events.FollowUpAsked(id=case.pk, place=case.place, follow_up=row.pk)
        stream.tell(told, actor=actors.rule(f"follow_up:{rule.pk}"), now=now)
    return row


def _due(rule: FollowUpRule, now: datetime) -> datetime:
    return clocks.due(now, worktime.Limit(rule.amount, worktime.Unit(rule.time_unit)))


def _new(case: Case, **more: Any) -> FollowUp:
    return FollowUp(case=case, closing=case.reopenings, place=case.place, matter=case.matter, **more)


def rule_for(matter: str, place: str, *, on: date) -> FollowUpRule | None:
    """The rule in force for a class at a place: longest class first, then longest place, then newest."""
    return fitting(FollowUpRule.objects.filter(since__lte=on), matter, place, on)


def fitting(rows: Iterable[FollowUpRule], matter: str, place: str, on: date) -> FollowUpRule | None:
    """The most specific of these rules, begun by that day, which speaks of a class at a place."""
    speaking = [
        row
        for row in rows
        if (row.until is None or row.until > on)
        and matter.startswith(row.matter_prefix)
        and (not row.place_prefix or is_within(place, row.place_prefix))
    ]
    return max(
        speaking, key=lambda row: (len(row.matter_prefix), len(row.place_prefix), row.since), default=None
    )


def take_follow_up(
    follow_up: UUID, event: str, *, actor: Actor, now: datetime, version: int | None = None, **given: Any
) -> FollowUp:
    """Take one step of a follow-up. "Not solved" has the case handled again as long as that is open."""
    with store.writing():
        row = _locked(follow_up, version)
        step = FOLLOW_UP.row(event, row.state)
        permissions.require(actor, step.by, row.case)
        steps.check_words(given)
        step.check(asking.FollowUpFacts(row.tries), given)
        _EFFECTS[event](row, given, actor, now)
        row.state = step.to or row.state
        row.version += 1
        row.save()
        _tell(step, row, given, actor=actor, now=now)
    return row


def _locked(follow_up: UUID, version: int | None) -> FollowUp:
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("case")
    row = rows.filter(pk=follow_up).first()
    if row is None:
        raise Refusal(say("没有这项回访"), Kind.MISSING)
    if version is not None and version != row.version:
        raise Refusal(
            say("您打开之后，此项已变为“{state}”", state=FOLLOW_UP.state(row.state).label),
            Kind.CONFLICT,
            advice=say("请刷新后再办"),
        )
    return row


Given = Mapping[str, Any]


def _record(row: FollowUp, given: Given, actor: Actor, now: datetime) -> None:
    _answer(row, given["solved"], given.get("satisfaction"), str(given.get("reason") or ""), now)
    if not row.solved and may_reopen(row.case, now=now):
        steps.take(row.case.number, "reopen", actor=actor, now=now, reason=row.reason)


def _miss(row: FollowUp, given: Given, actor: Actor, now: datetime) -> None:
    row.tries += 1


def _give_up(row: FollowUp, given: Given, actor: Actor, now: datetime) -> None:
    row.reason = given["reason"]


_EFFECTS: Mapping[str, Callable[[FollowUp, Given, Actor, datetime], None]] = {
    "record": _record,
    "miss": _miss,
    "give_up": _give_up,
}


def may_reopen(case: Case, *, now: datetime) -> bool:
    """Whether "not solved" still has this case handled again: it is closed, and not for too long."""
    allowed = any(step.event == "reopen" for step in CASE.steps_from(case.state))
    until = clocks.judged_until(case)
    return allowed and until is not None and now <= until


def _answer(row: FollowUp, solved: bool, satisfaction: object, reason: str, now: datetime) -> None:
    if satisfaction is not None and not asking.is_satisfaction(satisfaction):
        raise Refusal(say("满意程度是一到五"), field="satisfaction")
    row.solved, row.satisfaction = solved, satisfaction  # type: ignore[assignment]  # checked just above
    row.reason, row.answered_at = reason.strip(), now


def _tell(step: Step, row: FollowUp, given: Given, *, actor: Actor, now: datetime) -> None:
    details = {"follow_up": row.pk, "solved": bool(row.solved), "satisfaction": row.satisfaction or 0}
    stream.tell_step(step, row.case_id, row.case.place, details=details, given=given, actor=actor, now=now)


def rate(
    case: Case,
    report: UUID,
    *,
    solved: bool,
    satisfaction: int | None,
    reason: str = "",
    closing: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what the holder of a progress code said about a closing; said again, the later word holds.

    Only intake calls, for someone who showed the code, within the transaction of the verdict. A question
    that still waits for a call about the same closing is answered with it: nobody is asked twice.
    """
    waiting = FollowUp.objects.filter(case=case, closing=closing, report=None, state="waiting").first()
    row = FollowUp.objects.filter(report=report, closing=closing).first() or waiting
    row = row or _new(case, asked_at=now, due_at=now)
    row.report, row.way, row.closing, row.state = report, "page", closing, "answered"
    _answer(row, solved, satisfaction, reason, now)
    row.save()
    if satisfaction is not None:
        told = events.HandlingRated(id=case.pk, place=case.place, follow_up=row.pk, satisfaction=satisfaction)
        stream.tell(told, actor=actor, now=now)


def load_follow_up_rules(path: Path) -> int:
    """Load the rules of a file; a row that stands already keeps what a clerk made of it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_rule(line) for line in csv.DictReader(file)]
    with store.writing():
        FollowUpRule.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _rule(line: Mapping[str, str]) -> FollowUpRule:
    return FollowUpRule(
        matter_prefix=line["matter_prefix"],
        place_prefix=line["place_prefix"],
        percent=int(line["percent"]),
        amount=Decimal(line["amount"]),
        time_unit=line["time_unit"],
        since=date.fromisoformat(line["since"]),
    )
