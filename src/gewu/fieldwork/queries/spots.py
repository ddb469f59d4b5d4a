"""Spots of a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from gewu.fieldwork import permissions
from gewu.fieldwork.models import Spot
from gewu.fieldwork.queries import seeing
from gewu.kernel.texts import Text, say
from gewu.security import scopes
from gewu.security.actors import Actor

SPOT_KINDS: Mapping[str, Text] = {
    "market": say("市场商圈"),
    "school": say("学校医院"),
    "enterprise": say("企业单位"),
    "site": say("工地"),
    "square": say("广场公园"),
    "water": say("河道水域"),
    "estate": say("小区楼院"),
    "dispute": say("纠纷易发点"),
    "other": say("其他点位"),
}


@dataclass(frozen=True)
class SpotLine:
    """A spot as lists and pickers show it."""

    id: UUID
    place: str
    name: str
    kind: str
    area: str
    address: str
    hours: str
    access: str
    fire: str
    lon: float | None
    lat: float | None
    version: int

    @property
    def kind_name(self) -> Text:
        return SPOT_KINDS[self.kind]


def visible_to(actor: Actor) -> QuerySet[Spot]:
    """The open spots in the places where one reads, does or plans fieldwork."""
    seen = [
        scopes.visible(actor, right, place="place", unit=seeing.nobody_by_unit)
        for right in (permissions.READ, permissions.DO, permissions.MAKE)
    ]
    return Spot.objects.filter(seeing.either(*seen), closed_at=None)


def spots(actor: Actor, inside: str, *, kind: str = "", most: int = 500) -> tuple[SpotLine, ...]:
    """The spots of a place, by grid and name: one query. Only for whoever reads or does fieldwork there."""
    rows = visible_to(actor).filter(scopes.within("place", inside))
    rows = rows.filter(kind=kind) if kind else rows
    return tuple(line_of(row) for row in rows.order_by("place", "name")[:most])


def line_of(row: Spot) -> SpotLine:
    """A spot as it stands."""
    return SpotLine(
        row.pk, row.place, row.name, row.kind, row.area, row.address, row.hours, row.access, row.fire,
        row.lon, row.lat, row.version,
    )  # fmt: skip
