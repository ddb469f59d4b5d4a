"""What may be the same thing: open cases and reports close to a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
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
#: Texts that share this part are surely of one thing.
_VERY_ALIKE = 0.6
#: Cases that a desk chooses from where nothing is proposed.
_CHOSEN_FROM = 50


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
    #: How much the words share, and whether the class is the same.
    alike: float = 0.0
    same_class: bool = False

    @property
    def confidence(self) -> float:
        """How likely it is the same thing: half by how close, half by the words, more in the same class."""
        close = 0.5 if self.distance_m is None else 1 - self.distance_m / RADIUS_M
        words = min(1.0, self.alike / _VERY_ALIKE)
        return round(min(0.95, (close + words) / 2 + (0.15 if self.same_class else 0)), 3)


@dataclass(frozen=True)
class Spot:
    """Something with words and a place that may have been raised before. ``id`` is empty until it is kept."""

    text: str
    place: str
    lon: float | None = None
    lat: float | None = None
    matter: str = ""
    id: UUID | None = None
    case: UUID | None = None

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Its words as `rules.alike` compares them, taken apart once for all that lies about."""
        return rules.pairs_of(self.text)


def near(actor: Actor, report_id: UUID, *, now: datetime) -> tuple[Near, ...]:
    """What may be the same thing: open, of the last thirty days, visible to the actor, within a kilometre.

    Of the same class or in words that are alike, nearest first; it is for a person to judge. Without a
    point it is what lies in the same community. Three queries.
    """
    row = visible_to(actor).filter(pk=report_id).first()
    return near_spot(actor, spot_of_report(row), now=now) if row else ()


def spot_of_report(row: Report) -> Spot:
    """A report that has come, as something to look about for."""
    return Spot(row.text, row.place, row.lon, row.lat, row.matter, row.pk, row.case_id)


def near_spot(actor: Actor, here: Spot, *, now: datetime) -> tuple[Near, ...]:
    """The same for something that is still being typed: two queries."""
    if here.lon is None and len(here.place) < Level.COMMUNITY.digits:
        return ()
    if here.lon is not None and here.lat is not None:
        close = _box(here.lon, here.lat)
    else:
        close = scopes.within("place", here.place[: Level.COMMUNITY.digits])
    filed = cases.visible_to(actor).filter(close, filed_at__gte=now - LATELY, closed_at=None)
    raised = visible_to(actor).filter(close, received_at__gte=now - LATELY, state__in=REPORT.names(open=True))
    strange = filed.exclude(pk=here.case) if here.case else filed
    found = [*_cases(here, strange.order_by("-filed_at")[:_LOOKED_AT])]
    others = raised.exclude(pk=here.id) if here.id else raised
    found += _reports(here, others.order_by("-received_at")[:_LOOKED_AT])
    within = [one for one in found if _may_be_the_same(one)]
    return tuple(sorted(within, key=lambda one: (one.distance_m or 0, -one.at.timestamp()))[:MOST])


def here_open(actor: Actor, place: str) -> tuple[lists.CaseLine, ...]:
    """The newest open cases of a community, to choose from where nothing is proposed: one query."""
    rows = cases.visible_to(actor).filter(
        scopes.within("place", place[: Level.COMMUNITY.digits]), closed_at=None
    )
    lines = (lists.line_of(row) for row in rows.order_by("-filed_at")[:_CHOSEN_FROM])
    return tuple(line for line in lines if line.open)


def _may_be_the_same(one: Near) -> bool:
    """Close enough, and of the same class or in words that are alike."""
    close = one.distance_m is None or one.distance_m <= RADIUS_M
    return close and (one.same_class or one.alike >= rules.ALIKE)


def _box(lon: float, lat: float) -> Q:
    high = RADIUS_M / _METRES_A_DEGREE
    wide = high / cos(radians(lat))
    return Q(lon__gte=lon - wide, lon__lte=lon + wide, lat__gte=lat - high, lat__lte=lat + high)


def _cases(here: Spot, rows: Iterable[Any]) -> Iterable[Near]:
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
                **_likeness(here, line.title, line.matter),
            )


def _reports(here: Spot, rows: Iterable[Report]) -> Iterable[Near]:
    for row in rows:
        label = REPORT.state(row.state).label
        yield Near(
            "report", "", row.pk, row.text[:120], label, _distance(here, row), row.received_at, row.matter,
            **_likeness(here, row.text, row.matter),
        )  # fmt: skip


def _likeness(here: Spot, text: str, matter: str) -> dict[str, Any]:
    return {"alike": rules.alike(here.pairs, text), "same_class": bool(here.matter) and here.matter == matter}


def _distance(here: Spot, there: Any) -> int | None:
    """Metres on the plane that touches the earth here: good to a metre in a kilometre."""
    if here.lon is None or here.lat is None or there.lon is None or there.lat is None:
        return None
    north = (there.lat - here.lat) * _METRES_A_DEGREE
    east = (there.lon - here.lon) * _METRES_A_DEGREE * cos(radians(here.lat))
    return round(hypot(north, east))
