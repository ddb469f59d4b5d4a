"""Quannan: 359 all-round grid workers, one to a grid, with the grids that still wait for theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from gewu.cli import founding
from gewu.cli.cast import cast_of
from gewu.cli.scenes import staging
from gewu.cli.scenes.pukou import spread
from gewu.cli.scenes.staging import SEEDS, Shown
from gewu.security.actors import operator
from gewu.territory import actions as territory
from gewu.territory import queries as places
from gewu.territory.actions import BoundaryFile
from gewu.territory.queries import Layer

COUNTY = "360729"
STREET = "360729100"
#: The number of workers is public; the number of grids is ours, so that some wait for a worker.
WORKERS, GRIDS = 359, 365
ROUNDS = 2
STAGES = ROUNDS + 4

CAST = cast_of(COUNTY, street=STREET, called=("城厢镇", "town government"), centre=f"{COUNTY}-grid_centre")


def build(now: datetime, shown: list[Shown]) -> Iterator[None]:
    """Places, offices, the grid workers on their posts, and matters at every stage of their way."""
    founded = now - timedelta(days=30)
    founding.lay_ground(COUNTY, now=founded, divisions=False)
    lay_places(now=founded)
    yield
    founding.set_up_units(COUNTY, now=founded)
    yield
    shown += staging.take_up_posts(CAST, now=founded)
    yield
    staging.man(worker_rows(), COUNTY, now=founded)
    yield
    yield from staging.play(CAST, now, ROUNDS)


def lay_places(*, now: datetime) -> None:
    """The divisions of the file, the county's boundary, and the grids drawn within it."""
    rows = [
        territory.DivisionRow(row["code"], row["name"]) for row in staging.rows_of("quannan_divisions.csv")
    ]
    territory.record_divisions(rows, "quannan_divisions.csv", actor=operator(), now=now)
    outline = SEEDS / "quannan_boundary.geojson"
    file = BoundaryFile(outline.read_bytes(), outline.name, COUNTY, founding.SINCE, layer=Layer.DIVISION)
    territory.import_boundaries(file, actor=operator(COUNTY), now=now)
    territory.draw_grids(COUNTY, GRIDS, since=founding.SINCE, actor=operator(COUNTY), now=now)


def worker_rows() -> list[dict[str, str]]:
    """One all-round worker for each of so many grids, called by a number and not by a name."""
    rest = {"contact": "", "hours": "", "holder_unit": "", "days": ""}
    return [
        {"kind": "allround_grid_worker", "seat": grid, "name": f"全科网格员 {n:03d}", **rest}
        for n, grid in enumerate(spread(places.grids_in(COUNTY), WORKERS), 1)
    ]
