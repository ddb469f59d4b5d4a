"""What may be the same thing: open cases and reports close to a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Any
from uuid import UUID

from django.db.models import Q

from gewu.cases import queries as cases
from gewu.cases.queries import lists
from gewu.intake import rules
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.intake.queries.queue import visible_to
from gewu.kernel.places import Level
from gewu.kernel.texts import Text
from gewu.security import scopes
from gewu.security.actors import Actor

#: Metres; what lies further away is hardly the same thing.
RADIUS_M = 1000
#: What is older is another occurrence.
LATELY = timedelta(days=30)
MOST = 5
#: Candidates looked at: those of a busy square kilometre in a month.
_LOOKED_AT = 200
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Near:
    """A case or a report close by. ``number`` is a case's; ``distance_m`` None when one has no point."""

    kind: str
    number: str
    id: UUID
    text: str
    state_label: Text
    distance_m: int | None
    at: datetime
    matter: str


def near(actor: Actor, report_id: UUID, *, now: datetime) -> tuple[Near, ...]:
    """What may be the same thing: open, of the last thirty days, visible to the actor, within a kilometre.

    Of the same class or in words that are alike, nearest first; it is for a person to judge. Without a
    point it is what lies in the same community. Three queries.
    """
    here = visible_to(actor).filter(pk=report_id).first()
    if here is None or (here.lon is None and len(here.place) < Level.COMMUNITY.digits):
        return ()
    if here.lon is not None and here.lat is not None:
        close = _box(here.lon, here.lat)
    else:
        close = scopes.within("place", here.place[: Level.COMMUNITY.digits])
    filed = cases.visible_to(actor).filter(close, filed_at__gte=now - LATELY, closed_at=None)
    raised = visible_to(actor).filter(close, received_at__gte=now - LATELY, state__in=REPORT.names(open=True))
    found = [*_cases(here, filed.order_by("-filed_at")[:_LOOKED_AT])]
    found += _reports(here, raised.exclude(pk=here.pk).order_by("-received_at")[:_LOOKED_AT])
    within = [one for one in found if _may_be_the_same(here, one)]
    return tuple(sorted(within, key=lambda one: (one.distance_m or 0, -one.at.timestamp()))[:MOST])


def _may_be_the_same(here: Report, one: Near) -> bool:
    """Close enough, and of the same class or in words that are alike."""
    close = one.distance_m is None or one.distance_m <= RADIUS_M
    same_class = bool(here.matter) and here.matter == one.matter
    return close and (same_class or rules.alike(here.text, one.text) >= rules.ALIKE)


def _box(lon: float, lat: float) -> Q:
    high = RADIUS_M / _METRES_A_DEGREE
    wide = high / cos(radians(lat))
    return Q(lon__gte=lon - wide, lon__lte=lon + wide, lat__gte=lat - high, lat__lte=lat + high)


def _cases(here: Report, rows: Iterable[Any]) -> Iterable[Near]:
    for row in rows:
        line = lists.line_of(row)
        if line.open:
            yield Near(
                kind="case",
                number=line.number,
                id=line.id,
                text=line.title,
                state_label=line.state_label,
                distance_m=_distance(here, row),
                at=line.filed_at,
                matter=line.matter,
            )


def _reports(here: Report, rows: Iterable[Report]) -> Iterable[Near]:
    for row in rows:
        label = REPORT.state(row.state).label
        yield Near(
            "report", "", row.pk, row.text[:120], label, _distance(here, row), row.received_at, row.matter
        )


def _distance(here: Report, there: Any) -> int | None:
    """Metres on the plane that touches the earth here: good to a metre in a kilometre."""
    if here.lon is None or here.lat is None or there.lon is None or there.lat is None:
        return None
    north = (there.lat - here.lat) * _METRES_A_DEGREE
    east = (there.lon - here.lon) * _METRES_A_DEGREE * cos(radians(here.lat))
    return round(hypot(north, east))
