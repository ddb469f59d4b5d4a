"""Clues from data: a clue opens a task to go and look, and has no effect before someone has looked."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from gewu.cases.queries import without_numbers
from gewu.catalogue import queries as catalogue
from gewu.fieldwork import events, permissions
from gewu.fieldwork.actions import records, tasks, visits
from gewu.fieldwork.actions.records import FindingDraft
from gewu.fieldwork.actions.tasks import CheckInDraft
from gewu.fieldwork.lifecycle import CLUE
from gewu.fieldwork.models import CheckIn, Clue, ClueRule, Task
from gewu.fieldwork.rules.clues import LooksFacts, checked_text
from gewu.infra import store, stream
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: The kind of task by which someone goes and looks.
LOOK = "onsite_check"
#: What the form of a look calls its two conclusions.
TRUE, FALSE = "属实", "不属实"


def load_rules(path: Path) -> int:
    """Load the comparisons of a file; one that stands already keeps what a clerk gave it."""
    found = [
        ClueRule(**{**row, "until": row["until"] or None})
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    ]
    with store.writing():
        ClueRule.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def raise_clue(rule: str, place: str, text: str, *, address: str = "", actor: Actor, now: datetime) -> Clue:
    """Raise a clue about a place: it lays one task to go and look there, and does nothing else.

    Refused are whoever may not raise clues there, a comparison that is not in force, and words that hold
    a number by which a person is known or reached.
    """
    day = catalogue.day_of(now)
    by = ClueRule.objects.filter(pk=rule, since__lte=day).exclude(until__lte=day).first()
    if by is None:
        raise Refusal(
            say("没有“{rule}”这条比对规则，或它不在有效期内", rule=rule), Kind.MISSING, field="rule"
        )
    where = territory.place(place).code
    permissions.require_at(actor, permissions.RAISE, where)
    words, spot = checked_text(text, without_numbers(text.strip())), address.strip()[:200]
    with store.writing():
        row = Clue(id=new_id(), rule=by, place=where, address=spot, text=words)
        row.raised_by, row.raised_at = actor.ref, now
        row.task = look_task(f"核查线索：{by.name_zh}", f"clue:{row.pk.hex}", where, by.days, actor, now)
        row.save(force_insert=True)
        told = events.ClueRaised(id=row.pk, place=where, rule=rule, task=row.task_id)
        stream.tell(told, actor=actor, now=now)
    return row


def look_task(title: str, about: str, place: str, days: int, actor: Actor, now: datetime) -> Task:
    """A task to go and look within so many days, for whoever does fieldwork there."""
    due_at = now + timedelta(days=days)
    task = Task(
        kind_id=LOOK, title=title[:80], about=about, place=place, day=catalogue.day_of(now),
        last_day=catalogue.day_of(due_at), opens_at=now, due_at=due_at, state="due",
    )  # fmt: skip
    return visits.lay_one(task, None, actor=actor, now=now)


def conclude(
    clue: UUID,
    event: str,
    *,
    finding: str,
    at: CheckInDraft,
    actor: Actor,
    now: datetime,
    matter: str = "",
    photos: tuple[str, ...] = (),
    made_at: datetime | None = None,
    version: int | None = None,
) -> Clue:
    """Say what was seen at the place of a clue: ``confirm`` opens a case of it, ``dismiss`` opens nothing.

    Refused are whoever does no fieldwork there, whoever raised the clue, and whoever was not there.
    """
    moment = made_at or now
    with store.writing():
        row = _locked(clue, version)
        step = CLUE.row(event, row.state)
        require_looker(actor, row.place)
        look(row.task_id, at, made_at=moment, actor=actor, now=now)
        step.check(facts(actor, row.raised_by, row.task_id), {"finding": finding, "matter": matter})
        row.state, row.version = step.to or row.state, row.version + 1
        row.looked_by, row.looked_at, row.result = actor.ref, moment, finding.strip()[:1000]
        if event == "confirm":
            draft = FindingDraft(
                text=finding, task=row.task_id, matter=matter or row.rule.matter, place=row.place,
                address=row.address, photos=photos, made_at=moment,
            )  # fmt: skip
            row.finding = records.find(draft, actor=actor, now=now)
        end_look(row.task_id, TRUE if event == "confirm" else FALSE, finding, moment, actor=actor, now=now)
        row.save(force_update=True)
        details: dict[str, Any] = {"rule": row.rule_id}
        given = {"finding": row.result}
        stream.tell_step(step, row.pk, row.place, details=details, given=given, actor=actor, now=now)
    return row


def _locked(clue: UUID, version: int | None) -> Clue:
    row = Clue.objects.select_for_update(of=("self",)).select_related("rule").filter(pk=clue).first()
    if row is None:
        raise Refusal(say("没有这条线索"), Kind.MISSING)
    if version is not None and version != row.version:
        raise Refusal(say("这条线索刚被别人核查"), Kind.CONFLICT, advice=say("请刷新后再办"))
    return row


def require_looker(actor: Actor, place: str) -> None:
    """Refuse whoever does no fieldwork at a place."""
    permissions.require_at(actor, permissions.DO, place)


def look(task: UUID, at: CheckInDraft, *, made_at: datetime, actor: Actor, now: datetime) -> None:
    """Begin the look, if one has not yet, and check in."""
    visits.been_there(task, at, made_at=made_at, key=f"look:{task.hex}", actor=actor, now=now)


def facts(actor: Actor, author: str, task: UUID) -> LooksFacts:
    """What the guards of a look want to know; only a check-in with a position shows that someone went."""
    been = CheckIn.objects.filter(task=task, by=actor.ref, lon__isnull=False, mock=False)
    return LooksFacts(actor.ref, author, been.count())


def end_look(task: UUID, result: str, seen: str, made_at: datetime, *, actor: Actor, now: datetime) -> None:
    """End the task of a look with its form."""
    answers = {"result": result, "note": seen}
    tasks.take(task, "finish", actor=actor, now=now, made_at=made_at, answers=answers)
