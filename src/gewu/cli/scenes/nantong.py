"""Nantong: one city, eleven counties and ninety-six towns, each with its command centre (1+11+96)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from gewu.catalogue import actions as catalogue
from gewu.cli import founding
from gewu.cli.cast import cast_of
from gewu.cli.scenes import staging
from gewu.cli.scenes.staging import Shown
from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security.actors import operator
from gewu.territory import actions as territory

CITY = "3206"
#: The town whose own staff have accounts.
STREET = "320613001"
ROUNDS = 2
STAGES = ROUNDS + 4
#: West, south, east, north of the drawn net, which is nowhere near the shape of the city.
BOUNDS = (120.4, 31.8, 121.6, 32.6)
COLUMNS = 16
GRIDS_PER_COMMUNITY = 2

CAST = cast_of(
    CITY, street=STREET, called=("城东街道办", "sub-district office"), centre=f"{CITY}-command_centre"
)


def build(now: datetime, shown: list[Shown]) -> Iterator[None]:
    """Places, offices of eleven counties, the centres, people, and matters in every county."""
    founded, rows = now - timedelta(days=30), staging.rows_of("nantong_divisions.csv")
    founding.lay_ground(CITY, now=founded, divisions=False)
    lay_places(rows, now=founded)
    yield
    named = [(row["code"], row["name"]) for row in rows]
    for county in [code for code, _ in named if len(code) == 6]:
        places = [one for one in named if one[0].startswith(county)]
        catalogue.load_district(county, places=places, actor=operator(CITY), now=founded)
    yield
    organisation.add_units(centres(rows), actor=operator(CITY), now=founded)
    yield
    shown += staging.take_up_posts(CAST, now=founded)
    yield
    yield from staging.play(CAST, now, ROUNDS)


def lay_places(rows: list[dict[str, str]], *, now: datetime) -> None:
    """The divisions of the file, and a drawn net with equal grids for every community of it."""
    named = [territory.DivisionRow(row["code"], row["name"]) for row in rows]
    territory.record_divisions(named, "nantong_divisions.csv", actor=operator(), now=now)
    counts = {row["code"]: GRIDS_PER_COMMUNITY for row in rows if len(row["code"]) == 12}
    territory.lay_lattice(
        CITY, counts, BOUNDS, columns=COLUMNS, since=founding.SINCE, actor=operator(CITY), now=now
    )


def centres(rows: list[dict[str, str]]) -> list[UnitSpec]:
    """A command centre for the city, for each county and for each town."""
    return [_centre(row["code"], row["name"]) for row in rows if len(row["code"]) in _CENTRES]


_CENTRES = {
    4: ("command_centre_city", "市域社会治理现代化指挥中心"),
    6: ("command_centre_county", "指挥中心"),
    9: ("command_centre_town", "指挥中心"),
}


def _centre(place: str, name: str) -> UnitSpec:
    kind, tail = _CENTRES[len(place)]
    above = {4: "", 6: place[:4], 9: place[:6]}[len(place)]
    parent = f"{above}-command_centre" if above else ""
    return UnitSpec(kind, f"{place}-command_centre", f"{name}{tail}", place, parent)
