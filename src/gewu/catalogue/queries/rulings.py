"""Rulings on grey areas: found by class of matters, each with its case and its date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gewu.catalogue.models import Route
from gewu.kernel.texts import Name
from gewu.organisation import queries as organisation

#: What stands in the `source` of routes that follow from a ruling, before the number of its case.
SOURCE = "ruling:"
MOST_LISTED = 500


@dataclass(frozen=True)
class RulingLine:
    """A ruling: whose a matter is in a place, in which case that was decided, from when until when."""

    matter: str
    place: str
    unit: Name
    case: str
    reason: Name
    since: date
    until: date | None


def rulings(matter: str = "", place: str = "") -> tuple[RulingLine, ...]:
    """The rulings on the classes that begin so, in a place and below it, the newest first: one query.

    Those that a later one replaced stay in the list with their end: they decided the cases of their time.
    """
    rows = Route.objects.filter(
        source__startswith=SOURCE, matter_prefix__startswith=matter, place_prefix__startswith=place
    )
    return tuple(_line(row) for row in rows.order_by("-since", "-id")[:MOST_LISTED])


def _line(row: Route) -> RulingLine:
    unit = organisation.known_unit(row.unit_id).name if row.unit_id else Name("", "")
    return RulingLine(
        row.matter_prefix, row.place_prefix, unit, row.source.removeprefix(SOURCE),
        Name(row.reason_zh, row.reason_en), row.since, row.until,
    )  # fmt: skip
