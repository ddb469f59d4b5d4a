"""The guard of work given to grids and communities: refused by the lists, and counted."""

from __future__ import annotations

from datetime import datetime

from gewu.catalogue import events, queries
from gewu.catalogue.models import RefusedTask
from gewu.catalogue.rules import Barred
from gewu.infra import store, stream
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation.queries import UnitFacts
from gewu.security.actors import Actor


def check_may_be_given(
    matter: str,
    place: str,
    unit: UnitFacts,
    *,
    actor: Actor,
    now: datetime,
    task: str = "handle",
    asked_by: str = "",
    about: str = "",
) -> None:
    """Refuse work that the lists in force do not let this unit be given, and count the refusal.

    It is counted for the department that asks (``asked_by``) or else the one in charge of the class, and
    the count stays although the step is undone. No query when the work may be given.
    """
    on = queries.day_of(now)
    against = queries.barred(matter, place, unit.kind, on, task=task)
    if against is None:
        return
    department = asked_by or queries.matter(matter, on).department
    with store.writing():
        store.though_undone(lambda: _count(against, matter, place, unit, department, about, actor, now))
        raise Refusal(against.text, Kind.CONFLICT, field="unit", advice=against.advice)


def _count(
    against: Barred,
    matter: str,
    place: str,
    unit: UnitFacts,
    department: str,
    about: str,
    actor: Actor,
    now: datetime,
) -> None:
    row = RefusedTask.objects.create(
        id=new_id(),
        kind=against.kind.code,
        item=against.item.code if against.item else "",
        number=against.number,
        matter=matter,
        place=place,
        unit_id=unit.id,
        department=department,
        about=about,
        at=now,
    )
    told = events.TaskRefused(
        id=row.pk, place=place, kind=row.kind, matter=matter, unit=unit.id, department=department
    )
    stream.tell(told, actor=actor, now=now)


def count_unrouted(
    routing: queries.Routing, matter: str, place: str, *, about: str, actor: Actor, now: datetime
) -> None:
    """Count work that the lists sent nowhere, for the department in charge of its class.

    Part of the transaction that files the case: the case stays, on a dispatcher's desk, and so does the
    count. Nothing is counted where a lead was found or where rules merely contradict each other.
    """
    if routing.unit is not None or not routing.refused_by:
        return
    row = RefusedTask.objects.create(
        id=new_id(),
        kind=routing.refused_by,
        item=routing.item,
        number=routing.number,
        matter=matter,
        place=place,
        department=queries.matter(matter, queries.day_of(now)).department,
        about=about,
        at=now,
    )
    told = events.TaskUnrouted(
        id=row.pk, place=place, kind=row.kind, matter=matter, department=row.department
    )
    stream.tell(told, actor=actor, now=now)
