"""Filled forms, and what was found: each finding opens its case by intake's door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import events, permissions, queries, rules
from gewu.fieldwork.models import Finding, Look, Record, Spot, Stop, Task
from gewu.infra import store, stream
from gewu.intake import actions as intake
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor, Relation, Standing
from gewu.territory import queries as territory

#: A finding of a class on a list is accepted by this rule; whoever found it does not screen reports.
RULE = "patrol_finding"
LONGEST_KEY = 80


@dataclass(frozen=True)
class Noted:
    """What goes with a part of a form that opens a matter: a finer class, photos, where it is."""

    matter: str = ""
    photos: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True)
class Filled:
    """The answers of a form, with the key of whoever brings them and when it was filled in."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    made_at: datetime | None = None
    noted: Mapping[str, Noted] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordDraft:
    """A record that belongs to no task. The same key of the same person is the same record."""

    form: str
    place: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    spot: UUID | None = None
    key: str = ""
    made_at: datetime | None = None
    team: str = ""


@dataclass(frozen=True)
class FindingDraft:
    """Something found, on a task that is going on or by itself.

    The class is the item's, or ``matter`` where there is none. Where it is, is told by coordinates, else by
    ``place``, else by the stop. ``photos`` are ids of kept files.
    """

    text: str
    task: UUID | None = None
    stop: UUID | None = None
    item: str = ""
    matter: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: str = "WGS84"
    address: str = ""
    photos: tuple[str, ...] = ()
    key: str = ""
    made_at: datetime | None = None
    #: The part of a form that it stands in.
    part: str = ""


def check_key(key: str) -> None:
    """Refuse the key of a command that no column can hold."""
    if len(key) > LONGEST_KEY or "\0" in key:
        raise Refusal(say("提交编号过长，最多 {n} 个字符", n=LONGEST_KEY), field="key")


def record(draft: RecordDraft, *, actor: Actor, now: datetime) -> Record:
    """Keep a filled form that belongs to no task; its fields with a class open matters.

    Refused are whoever does no fieldwork at the place, an unknown form or place, and answers that the form
    does not take.
    """
    check_key(draft.key)
    known = Record.objects.filter(by=actor.ref, key=draft.key).first() if draft.key else None
    if known:
        return known
    spot = _spot(draft.spot)
    place = spot.place if spot else territory.place(draft.place).code
    permissions.require_at(actor, permissions.DO, place)
    form = queries.form(draft.form)
    row = Record(
        form_id=form.code, place=place, spot=spot, by=actor.ref, team=draft.team, duty=form.duty,
        answers=rules.checked_answers(form.fields, draft.answers), key=draft.key or None,
        made_at=draft.made_at or now, arrived_at=now,
    )  # fmt: skip
    with store.writing():
        _keep(row, form, {}, task=None, actor=actor, now=now)
    return row


def fill_for(task: Task, filled: Filled, *, actor: Actor, now: datetime) -> Record:
    """The record of a task that is ended, in the open write transaction: one for each task."""
    form = queries.form(queries.kind(task.kind_id).form)
    answers = rules.checked_answers(form.fields, filled.answers)
    row = Record(
        form_id=form.code, task=task, place=task.place, by=actor.ref, team=task.team,
        unit_path=task.unit_path, duty=form.duty, answers=answers, key=filled.key or None,
        made_at=filled.made_at or now, arrived_at=now,
    )  # fmt: skip
    _keep(row, form, filled.noted, task=task, actor=actor, now=now)
    Finding.objects.filter(task=task, record=None).update(record=row)
    return row


def _keep(
    row: Record,
    form: queries.FormFacts,
    noted: Mapping[str, Noted],
    *,
    task: Task | None,
    actor: Actor,
    now: datetime,
) -> None:
    row.save(force_insert=True)
    told = events.RecordMade(
        id=row.pk, place=row.place, form=form.code, made_at=row.made_at, task=row.task_id
    )
    stream.tell(told, actor=actor, now=now)
    for one in form.fields:
        if one.matter and row.answers.get(one.code):
            _open_part(row, one, noted.get(one.code) or Noted(), task=task, actor=actor, now=now)


def _open_part(
    row: Record, part: rules.FormField, noted: Noted, *, task: Task | None, actor: Actor, now: datetime
) -> None:
    """A part of a form that asks for something opens a matter of its own, linked to the task as well."""
    said = row.answers[part.code]
    draft = FindingDraft(
        text=said if isinstance(said, str) else part.name_zh, matter=rules.class_of(part, noted.matter),
        place=row.place, address=noted.address, photos=noted.photos, made_at=row.made_at, part=part.code,
    )  # fmt: skip
    _written(draft, task, actor=actor, now=now, record=row, key=f"{row.pk.hex}:{part.code}")


def _spot(key: UUID | None) -> Spot | None:
    if key is None:
        return None
    found = Spot.objects.filter(pk=key).first()
    if found is None:
        raise Refusal(say("没有这个点位"), Kind.MISSING, field="spot")
    return found


def find(draft: FindingDraft, *, actor: Actor, now: datetime) -> Finding:
    """Report something found; it comes in by the channel of patrols and, with its class known, opens a case.

    The same key of the same person is the same finding. Refused are: a task that this person has not
    started, an item or stop that the task does not have, whoever does no fieldwork at the place, and what
    intake refuses (texts, photos, points).
    """
    check_key(draft.key)
    known = Finding.objects.filter(by=actor.ref, key=draft.key).first() if draft.key else None
    if known:
        return known
    with store.writing():
        task = _going_on(draft.task, actor) if draft.task else None
        return _written(draft, task, actor=actor, now=now, record=None, key=draft.key)


def _going_on(task_id: UUID, actor: Actor) -> Task:
    task = Task.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise Refusal(say("没有这项任务"), Kind.MISSING, field="task")
    permissions.require_task(actor, "whoever started it", task)
    if task.state != "started":
        raise Refusal(say("任务没有在执行中，请直接上报"), Kind.CONFLICT, field="task")
    return task


def _written(
    draft: FindingDraft, task: Task | None, *, actor: Actor, now: datetime, record: Record | None, key: str
) -> Finding:
    stop = _stop_of(task, draft.stop)
    item = (
        queries.edition(task.checklist_id).item(draft.item)
        if task and task.checklist_id and draft.item
        else None
    )
    matter = draft.matter or (item.matter if item else "")
    if not matter:
        raise Refusal(say("请选择事项类别"), field="matter")
    catalogue.matter(matter, on=catalogue.day_of(now))
    place = draft.place or (stop.place if stop else task.place if task else "")
    if task is None:
        permissions.require_at(actor, permissions.DO, territory.place(place).code)
    row = Finding(
        id=new_id(), task=task, record=record, stop=stop, item_id=item.id if item else None,
        area=stop.spot.area if stop and stop.spot else "", matter=matter, part=draft.part, by=actor.ref,
        key=key or None, made_at=min(draft.made_at or now, now), arrived_at=now,
    )  # fmt: skip
    report = _open_case(row, draft, place, stop, actor=actor, now=now)
    row.save(force_insert=True)
    if task:
        _note_on(task, stop, row)
    told = events.FindingMade(
        id=row.pk, place=row.place, matter=matter, report=report.pk, made_at=row.made_at,
        item=item.code if item else "", task=task.pk if task else None,
        number=row.case.number if row.case else "",
    )  # fmt: skip
    stream.tell(told, actor=actor, now=now)
    return row


def _stop_of(task: Task | None, key: UUID | None) -> Stop | None:
    if task is None or key is None:
        return None
    found = task.stops.select_related("spot").filter(pk=key).first()
    if found is None:
        raise Refusal(say("任务中没有这个地点"), Kind.MISSING, field="stop")
    return found


def _open_case(
    row: Finding, draft: FindingDraft, place: str, stop: Stop | None, *, actor: Actor, now: datetime
) -> intake.Report:
    spot = stop.spot if stop else None
    lon, lat, given = draft.lon, draft.lat, draft.datum
    if lon is None and lat is None and spot is not None:
        lon, lat, given = spot.lon, spot.lat, "WGS84"
    channel = queries.kind(row.task.kind_id if row.task else "patrol").channel
    report = intake.receive(
        intake.ReportDraft(
            channel=channel, text=draft.text, lon=lon, lat=lat, datum=given, place=place,
            address=draft.address or (spot.address or spot.name if spot else ""), matter=row.matter,
            photos=draft.photos, received_at=row.made_at,
        ),
        actor=actor,
        now=now,
    )  # fmt: skip
    row.place, row.report = report.place, report
    row.case = report.case or _accepted(report, row.matter, now)
    return report


def _accepted(report: intake.Report, matter: str, now: datetime) -> Any:
    """The case that a rule makes of it; where it cannot be one at once it waits for a screener."""
    rights = frozenset({"reports.screen"})
    by = Actor(f"rule:{RULE}", "巡查发现即立案", (Standing(RULE, rights, Relation.TERRITORY, report.place),))
    try:
        with store.attempt():
            return intake.take(report.pk, "accept", actor=by, now=now, matter=matter).case
    except Refusal:
        return None


def _note_on(task: Task, stop: Stop | None, row: Finding) -> None:
    """The task counts it, and the item at that stop is looked at and found wanting."""
    task.found += 1
    if stop and row.item_id:
        Look.objects.update_or_create(
            stop=stop, item_id=row.item_id,
            defaults={"task": task, "outcome": rules.FOUND, "by": row.by, "made_at": row.made_at},
        )  # fmt: skip
        done = Look.objects.filter(stop=stop).count()
        Stop.objects.filter(pk=stop.pk).update(looks_done=done)
        task.looks_done = Look.objects.filter(task=task).count()
    Task.objects.filter(pk=task.pk).update(found=F("found") + 1, looks_done=task.looks_done)
