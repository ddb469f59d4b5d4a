"""What may be the same thing: open cases and reports close to a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property, lru_cache
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
    found = [*near_cases(actor, here, now=now), *_near_reports(actor, here, now=now)]
    return tuple(sorted(found, key=lambda one: (one.distance_m or 0, -one.at.timestamp()))[:MOST])


def near_cases(actor: Actor, here: Spot, *, now: datetime) -> list[Near]:
    """Every open case that may be the same thing, in no order: one query."""
    close = _close(here)
    if close is None:
        return []
    filed = cases.visible_to(actor).filter(close, filed_at__gte=now - LATELY, ended_at=None)
    strange = filed.exclude(pk=here.case) if here.case else filed
    rows = strange.order_by("-filed_at").values_list(*_CASE)[:_LOOKED_AT]
    is_open = cache(lambda state: cases.public_state(state)[1])
    return [
        Near("case", number, key, text, cases.state_label(state), away, at, matter, *likeness)
        for key, lon, lat, matter, state, text, at, number, away, likeness in _alike(here, rows, _title_pairs)
        if is_open(state)
    ]


def _near_reports(actor: Actor, here: Spot, *, now: datetime) -> list[Near]:
    close = _close(here)
    if close is None:
        return []
    raised = visible_to(actor).filter(close, received_at__gte=now - LATELY, state__in=REPORT.names(open=True))
    others = raised.exclude(pk=here.id) if here.id else raised
    rows = others.order_by("-received_at").values_list(*_REPORT)[:_LOOKED_AT]
    return [
        Near("report", "", key, text[:120], REPORT.state(state).label, away, at, matter, *likeness)
        for key, lon, lat, matter, state, text, at, away, likeness in _alike(here, rows, rules.pairs_of)
    ]


#: What is read of a candidate; the first six alike for both, so that few whole rows are made.
_CASE = ("id", "lon", "lat", "matter", "state", "title", "filed_at", "number")
_REPORT = ("id", "lon", "lat", "matter", "state", "text", "received_at")
#: Titles are short and meet every new report round about.
_title_pairs = lru_cache(maxsize=2048)(rules.pairs_of)


def _alike(
    here: Spot, rows: Iterable[tuple[Any, ...]], pairs: Callable[[str], frozenset[str]]
) -> Iterator[tuple[Any, ...]]:
    """Those close enough and of the same class or in words that are alike, with how far and how alike."""
    for row in rows:
        away = _distance(here, row[1], row[2])
        if away is not None and away > RADIUS_M:
            continue
        same_class = bool(here.matter) and here.matter == row[3]
        alike = rules.alike(here.pairs, pairs(row[5]))
        if same_class or alike >= rules.ALIKE:
            yield (*row, away, (alike, same_class))


def _close(here: Spot) -> Q | None:
    """Rows round about; nothing when it is not known where."""
    if here.lon is not None and here.lat is not None:
        return _box(here.lon, here.lat)
    if len(here.place) < Level.COMMUNITY.digits:
        return None
    return scopes.within("place", here.place[: Level.COMMUNITY.digits])


def here_open(actor: Actor, place: str) -> tuple[lists.CaseLine, ...]:
    """The newest open cases of a community, to choose from where nothing is proposed: one query."""
    rows = cases.visible_to(actor).filter(
        scopes.within("place", place[: Level.COMMUNITY.digits]), ended_at=None
    )
    lines = (lists.line_of(row) for row in rows.order_by("-filed_at")[:_CHOSEN_FROM])
    return tuple(line for line in lines if line.open)


def _box(lon: float, lat: float) -> Q:
    high = RADIUS_M / _METRES_A_DEGREE
    wide = high / cos(radians(lat))
    return Q(lon__gte=lon - wide, lon__lte=lon + wide, lat__gte=lat - high, lat__lte=lat + high)


def _distance(here: Spot, lon: float | None, lat: float | None) -> int | None:
    """Metres on the plane that touches the earth here: good to a metre in a kilometre."""
    if here.lon is None or here.lat is None or lon is None or lat is None:
        return None
    north = (lat - here.lat) * _METRES_A_DEGREE
    east = (lon - here.lon) * _METRES_A_DEGREE * cos(radians(here.lat))
    return round(hypot(north, east))
