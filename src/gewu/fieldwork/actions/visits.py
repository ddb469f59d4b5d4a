"""Visits: planned or made as one comes by, and everything noted on one opens a matter of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import events, permissions, queries
from gewu.fieldwork.actions import laying, records, tasks
from gewu.fieldwork.actions.records import FindingDraft, Noted
from gewu.fieldwork.actions.tasks import CheckInDraft
from gewu.fieldwork.models import Record, Spot, Stop, Task
from gewu.fieldwork.queries.pairings import about, own
from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: So many requests are noted on one visit at most; more of them are a meeting.
MOST_REQUESTS = 20


@dataclass(frozen=True)
class Request:
    """One thing that somebody asked for. Who asked stays on the doorstep."""

    text: str
    matter: str
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class VisitDraft:
    """A visit as it was made: a planned one by its ``task``, else of a ``kind`` at a ``place`` or ``spot``.

    ``answers`` are those of the form of its kind; what is filled into a part that opens matters may have its
    class and its photos in ``noted``. ``pairing`` is the post from which one went. ``key`` and ``made_at``
    come from the phone: the same key of the same person is the same visit.
    """

    kind: str = "visit"
    task: UUID | None = None
    place: str = ""
    spot: UUID | None = None
    at: CheckInDraft = field(default_factory=CheckInDraft)
    answers: Mapping[str, Any] = field(default_factory=dict)
    noted: Mapping[str, Noted] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()
    pairing: UUID | None = None
    key: str = ""
    made_at: datetime | None = None


def visit(draft: VisitDraft, *, actor: Actor, now: datetime) -> Task:
    """Record a visit whole: begun, been there, what was noted, ended; all of it or nothing.

    Each part that was filled in and each request opens one case, linked to the visit. Refused are a kind
    that needs a plan, hours in which its kind is not made, another's pairing, a place where one does no
    fieldwork, and what tasks, records and intake refuse.
    """
    records.check_key(draft.key)
    known = Record.objects.select_related("task").filter(by=actor.ref, key=draft.key).first()
    if draft.key and known and known.task:
        return known.task
    if len(draft.requests) > MOST_REQUESTS:
        raise Refusal(say("一次走访最多登记 {n} 件诉求", n=MOST_REQUESTS), field="requests")
    made_at = draft.made_at or now
    with store.writing():
        task = draft.task or _laid(draft, made_at, actor=actor, now=now).pk
        been_there(task, draft.at, made_at=made_at, key=draft.key, actor=actor, now=now)
        for n, one in enumerate(draft.requests):
            _note(task, one, f"{draft.key}:{n}" if draft.key else "", made_at, actor=actor, now=now)
        return tasks.take(
            task, "finish", actor=actor, now=now, made_at=made_at, key=draft.key,
            answers=draft.answers, noted=draft.noted,
        )  # fmt: skip


def been_there(
    task: UUID, at: CheckInDraft, *, made_at: datetime, key: str, actor: Actor, now: datetime
) -> None:
    """Begin a task that one has not begun yet, and check in at its only stop."""
    tasks.take(task, "start", actor=actor, now=now, made_at=made_at)
    stops = list(Stop.objects.filter(task=task).values_list("pk", flat=True)[:2])
    stop = at.stop or (stops[0] if len(stops) == 1 else None)
    here = CheckInDraft(stop, at.lon, at.lat, at.datum, at.accuracy_m, at.mock)
    tasks.take(task, "check_in", actor=actor, now=now, made_at=made_at, key=key, at=here)


def _note(task: UUID, one: Request, key: str, made_at: datetime, *, actor: Actor, now: datetime) -> None:
    draft = FindingDraft(
        text=one.text, task=task, matter=one.matter, photos=one.photos, key=key, made_at=made_at
    )
    records.find(draft, actor=actor, now=now)


def _laid(draft: VisitDraft, made_at: datetime, *, actor: Actor, now: datetime) -> Task:
    """A visit that nobody planned, laid as it is made: one's own, for this day, at this one place."""
    kind = queries.kind(draft.kind)
    if not kind.unplanned:
        raise Refusal(say("“{kind}”要先有计划", kind=kind.name), Kind.CONFLICT, field="kind")
    spot = _spot(draft.spot)
    place = spot.place if spot else territory.place(draft.place).code
    pairing = own(actor, draft.pairing, now=now) if draft.pairing else None
    permissions.require_at(actor, permissions.DO, place)
    day = catalogue.day_of(made_at)
    return lay_one(
        Task(
            kind_id=kind.code, title=kind.name_zh, place=place, day=day, last_day=day,
            opens_at=laying.at(day, kind.opens_at or time.min), due_at=laying.ends(day, kind.closes_at),
            account_id=actor.account_id, about=about(pairing.post) if pairing else "",
        ),
        spot, actor=actor, now=now,
    )  # fmt: skip


def lay_one(task: Task, spot: Spot | None, *, actor: Actor, now: datetime) -> Task:
    """Lay one task that belongs to no plan, with its only stop."""
    task.laid_at = now
    task.save(force_insert=True)
    Stop.objects.create(task=task, seq=1, place=task.place, spot=spot)
    told = events.TaskLaid(id=task.pk, place=task.place, kind=task.kind_id, about=task.about)
    stream.tell(told, actor=actor, now=now)
    return task


def _spot(key: UUID | None) -> Spot | None:
    found = Spot.objects.filter(pk=key, closed_at=None).first() if key else None
    if key and found is None:
        raise Refusal(say("没有这个点位，或已撤销"), Kind.MISSING, field="spot")
    return found
