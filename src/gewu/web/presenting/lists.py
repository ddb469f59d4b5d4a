"""Rows of the desk's lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gewu.cases import queries as cases
from gewu.infra import files
from gewu.intake import queries as intake
from gewu.web.presenting.names import (
    called,
    grid_name,
    matters_named,
    origin_named,
    places_named,
    whereabouts,
)
from gewu.web.presenting.parts import Words


@dataclass(frozen=True)
class CaseLine:
    """A case in a list."""

    number: str
    state: str
    state_label: Words
    matter: str
    text: str
    place: str
    grid: str
    unit: str
    origin: str
    filed_at: datetime
    due_at: datetime | None
    open: bool
    photos: int
    returned: int
    paused: bool = False
    reports: int = 1
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class ReportLine:
    """A report in a list."""

    id: str
    number: str
    state: str
    state_label: Words
    text: str
    place: str
    grid: str
    origin: str
    received_at: datetime
    due_at: datetime | None
    open: bool
    photos: int
    matter: str
    near: int = 0


def number_of(report: intake.ReportLine) -> str:
    """The short name of a report on screen, from the random end of its key."""
    return f"L{report.received_at:%m%d}-{report.id.hex[-5:].upper()}"


def case_lines(rows: Sequence[cases.CaseLine], on: date) -> tuple[CaseLine, ...]:
    """Cases with their names: one query for photos, none for names that are in memory."""
    places, matters = places_named(row.place for row in rows), matters_named(on)
    photos = files.counted([row.id for row in rows])
    return tuple(
        CaseLine(
            number=row.number,
            state=row.state,
            state_label=row.state_label,
            matter=matters.get(row.matter, row.matter),
            text=row.title,
            place=whereabouts(places, row.place),
            grid=grid_name(places, row.place),
            unit=called(row.unit),
            origin=origin_named(row.origin),
            filed_at=row.filed_at,
            due_at=row.due_at,
            open=row.open,
            photos=photos.get(row.id, 0),
            returned=row.returns,
            paused=row.held,
            reports=row.reports,
            lon=row.lon,
            lat=row.lat,
        )
        for row in rows
    )


def report_lines(rows: Sequence[intake.ReportLine], on: date) -> tuple[ReportLine, ...]:
    """Reports with their names: one query for photos, none for names that are in memory."""
    places, matters = places_named(row.place for row in rows), matters_named(on)
    photos = files.counted([row.id for row in rows])
    return tuple(
        ReportLine(
            id=str(row.id),
            number=number_of(row),
            state=row.state,
            state_label=row.state_label,
            text=row.text,
            place=whereabouts(places, row.place),
            grid=grid_name(places, row.place),
            origin=origin_named(row.channel),
            received_at=row.received_at,
            due_at=row.due_at,
            open=row.open,
            photos=photos.get(row.id, 0),
            matter=matters.get(row.matter, ""),
        )
        for row in rows
    )


@dataclass(frozen=True)
class Near:
    """A case or a report close by. ``distance_m`` is None where one of the two has no point."""

    kind: str
    number: str
    id: str
    text: str
    state_label: Words
    distance_m: int | None
    at: datetime
    matter: str


def near_lines(found: Sequence[intake.Near], on: date) -> tuple[Near, ...]:
    """What lies close by, with names."""
    matters = matters_named(on)
    return tuple(
        Near(
            one.kind,
            one.number or f"L{one.at:%m%d}-{one.id.hex[-5:].upper()}",
            str(one.id),
            one.text,
            one.state_label,
            one.distance_m,
            one.at,
            matters.get(one.matter, one.matter),
        )
        for one in found
    )
