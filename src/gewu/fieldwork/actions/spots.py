"""Spots: named places inside a grid that plans stop at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.cases.queries import without_numbers
from gewu.fieldwork import events, permissions, queries
from gewu.fieldwork.models import Spot, SpotVersion
from gewu.fieldwork.rules import facts
from gewu.infra import store, stream
from gewu.kernel import datum
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.territory import queries as territory


@dataclass(frozen=True)
class SpotDraft:
    """A spot as it is set up. A point, in ``datum``, decides in which place it lies."""

    name: str
    kind: str = "other"
    place: str = ""
    area: str = ""
    address: str = ""
    hours: str = ""
    access: str = ""
    fire: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: str = "WGS84"


def add_spot(draft: SpotDraft, *, actor: Actor, now: datetime) -> Spot:
    """Set up a spot in a grid. Refused are a point outside of every grid, a name that stands there already,
    facts that `rules.facts` refuses, and whoever neither plans nor works there.
    """
    said = {name: getattr(draft, name) for name in facts.FACTS}
    values = facts.checked(said, kinds=queries.SPOT_KINDS, struck=without_numbers)
    point = datum.point_given(draft.lon, draft.lat, draft.datum)
    place = _place(draft, point)
    if not any(actor.holds_at(right, place) for right in (permissions.MAKE, permissions.DO)):
        raise Refusal(say("您没有在此地办理这件事的权限"), Kind.FORBIDDEN)
    with store.writing():
        if Spot.objects.filter(place=place, name=values["name"], closed_at=None).exists():
            raise Refusal(say("此地已有名为“{name}”的点位", name=values["name"]), Kind.CONFLICT, field="name")
        lon, lat = point or (None, None)
        row = Spot(place=place, lon=lon, lat=lat, added_by=actor.ref, added_at=now, **values)
        row.save(force_insert=True)
        SpotVersion.objects.create(
            spot=row, number=1, values=values, by=actor.ref, made_at=now, arrived_at=now
        )
        stream.tell(events.SpotAdded(id=row.pk, place=place), actor=actor, now=now)
    return row


def close_spot(spot_id: UUID, *, actor: Actor, now: datetime) -> Spot:
    """Close a spot: no new plan stops there, and what was recorded of it stays."""
    with store.writing():
        row = Spot.objects.select_for_update().filter(pk=spot_id, closed_at=None).first()
        if row is None:
            raise Refusal(say("没有这个点位"), Kind.MISSING)
        permissions.require_at(actor, permissions.MAKE, row.place)
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        stream.tell(events.SpotClosed(id=row.pk, place=row.place), actor=actor, now=now)
    return row


def _place(draft: SpotDraft, point: tuple[float, float] | None) -> str:
    located = territory.locate(*point) if point else None
    found = (located.place if located else "") if point else territory.place(draft.place).code
    if not found or len(found) < Level.GRID.digits:
        raise Refusal(say("点位要在某个网格之内"), field="place", advice=say("请选择网格，或标出准确的位置"))
    return found
