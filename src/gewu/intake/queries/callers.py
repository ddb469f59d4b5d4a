"""What a telephone desk may know while someone speaks: what they raised before, and where it may be."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from gewu.intake.models import Report
from gewu.intake.queries.nearby import Spot
from gewu.intake.queries.queue import ReportLine, line_of, visible_to
from gewu.kernel import datum
from gewu.security import vault
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: Earlier reports shown; of more the number is told.
MOST = 5


@dataclass(frozen=True)
class Earlier:
    """What the same number has raised before, within the reader's own places."""

    count: int
    lines: tuple[ReportLine, ...]


def earlier(actor: Actor, phone: str) -> Earlier:
    """The earlier reports of a number, newest first: two queries, and nothing of any identity is opened.

    Only what was left with reports is looked through. Who may not screen reports learns nothing.
    """
    tokens = vault.same_person(vault.Contact(phone=phone), purpose="report")
    if not tokens or not actor.holds("reports.screen"):
        return Earlier(0, ())
    rows: list[Report] = list(visible_to(actor).filter(identity__in=tokens).order_by("-received_at", "-id"))
    return Earlier(len(rows), tuple(line_of(row) for row in rows[:MOST]))


def spot_of(
    text: str, *, address: str, place: str, lon: float | None, lat: float | None, matter: str
) -> Spot:
    """Where something that is still being typed may be: at its point, in its grid, or by its words."""
    if lon is not None and lat is not None:
        datum.to_wgs84(lon, lat, datum.Datum.WGS84)
        return Spot(text, place or settings.COUNTY, lon, lat, matter)
    named = territory.suggest(address, inside=settings.COUNTY, limit=1) if address and not place else ()
    return Spot(text, place or (named[0].code if named else settings.COUNTY), matter=matter)
