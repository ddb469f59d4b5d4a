"""Rulings: what an arbiter decided in a case becomes a rule for its matter in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.catalogue import events, queries
from gewu.catalogue.models import Route
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: What stands in the `source` of routes that follow from a ruling, before the number of its case.
SOURCE = "ruling:"


@dataclass(frozen=True)
class Ruling:
    """Who answers from now on for a matter in a place, as ruled in a case, and why."""

    case: str
    matter: str
    place: str
    unit: UUID
    reason: str


def record_ruling(ruling: Ruling, *, actor: Actor, now: datetime) -> Route:
    """Make a ruling the rule for its matter and place from today on, instead of any earlier ruling there.

    Refused are whoever may not arbitrate there and a unit that is closed.
    """
    if not actor.holds_at("cases.arbitrate", ruling.place):
        raise Refusal(say("您没有在此地裁决的权限"), Kind.FORBIDDEN)
    unit = organisation.known_unit(str(ruling.unit))
    if unit.closed:
        raise Refusal(say("“{unit}”已撤销，不能裁定由它承办", unit=unit.name), field="unit")
    with store.writing():
        _end_earlier(ruling, actor=actor, now=now)
        row = _row(ruling, now)
        row.save(force_insert=True)
        told = events.RulingRecorded(
            id=row.pk,
            place=row.place_prefix,
            matter_prefix=row.matter_prefix,
            since=row.since.isoformat(),
            unit=unit.id,
            case=ruling.case,
        )
        stream.tell(told, actor=actor, now=now)
        changed(queries.HELD)
    return row


def _end_earlier(ruling: Ruling, *, actor: Actor, now: datetime) -> None:
    """Two rulings on one matter in one place would contradict each other: the later one holds."""
    today = queries.day_of(now)
    earlier = Route.objects.filter(
        matter_prefix=ruling.matter,
        place_prefix=ruling.place,
        source__startswith=SOURCE,
        until__isnull=True,
    )
    for row in earlier.select_for_update():
        row.until = today
        row.save(update_fields=["until"])
        told = events.RouteEnded(id=row.pk, place=row.place_prefix, until=today.isoformat())
        stream.tell(told, actor=actor, now=now)


def _row(ruling: Ruling, now: datetime) -> Route:
    return Route(
        id=new_id(),
        matter_prefix=ruling.matter,
        place_prefix=checked(ruling.place),
        unit_id=ruling.unit,
        reason_zh=f"工单 {ruling.case} 裁定：{ruling.reason}"[:200],
        reason_en=f"Ruled in case {ruling.case}: {ruling.reason}"[:300],
        since=queries.day_of(now),
        source=f"{SOURCE}{ruling.case}",
    )
