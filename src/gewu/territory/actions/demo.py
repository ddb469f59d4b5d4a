"""Nets drawn by us, for places whose own are not public. Every grid of theirs says so."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from gewu.kernel.datum import Datum
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.security.scopes import within
from gewu.territory import permissions
from gewu.territory.actions.boundaries import BoundaryFile, Terms, import_boundaries, take_force
from gewu.territory.actions.divisions import load_divisions
from gewu.territory.models import Boundary, Division, ImportBatch, Layer
from gewu.territory.queries.net import in_force, shapes_of
from gewu.territory.rules import divisions, drawing
from gewu.territory.rules.geojson import Feature

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
#: The real number of grids of Pukou, which is all that is public about them.
PUKOU_GRIDS = 467
#: A village gets fewer grids than an urban community, about as 3 to 5.
_WEIGHTS = {"村委会": 3}
_WEIGHT = 5


def load_demo_territory(
    *, county: str = "320111", grids: int = PUKOU_GRIDS, since: date, actor: Actor, now: datetime
) -> ImportBatch:
    """Divisions, the county's boundary and drawn grids from the shipped seeds."""
    outline = SEEDS / f"{county}_boundary.geojson"
    if not outline.is_file():
        raise Refusal(say("没有 {county} 的示例边界", county=county), Kind.MISSING, field="place")
    load_divisions(SEEDS, prefix="", actor=actor, now=now)
    file = BoundaryFile(outline.read_bytes(), outline.name, county, since, layer=Layer.DIVISION)
    import_boundaries(file, actor=actor, now=now)
    return draw_grids(county, grids, since=since, actor=actor, now=now)


def draw_grids(county: str, grids: int, *, since: date, actor: Actor, now: datetime) -> ImportBatch:
    """Draw this many grids over a county that has a boundary, at least one to each of its communities.

    Refuses a county without boundary or communities, and fewer grids than communities.
    """
    permissions.require_manage(actor, county)
    named = dict(Division.objects.filter(within("code", county)).values_list("code", "name"))
    communities = divisions.inhabited(named.items())
    rows = Boundary.objects.filter(in_force(since), place=county, layer=Layer.DIVISION)
    shapes = shapes_of(rows.values_list("geometry", flat=True))
    if not communities or not len(shapes) or grids < len(communities):
        raise Refusal(say("要画网格，须有边界和社区，且网格不少于社区（{count} 个）", count=len(communities)))
    weights = {code: _weight(named[code]) for code in communities}
    counts = drawing.share_out(grids, weights)
    cells = drawing.draw_cells(shapes[0], counts, _centres(county), seed=int(county))
    return lay_cells(cells, within_=county, since=since, actor=actor, now=now)


def lay_lattice(
    street: str,
    counts: Mapping[str, int],
    bounds: tuple[float, float, float, float],
    *,
    columns: int = 3,
    since: date,
    actor: Actor,
    now: datetime,
) -> ImportBatch:
    """Equal rectangles for the communities of a street, in rows from the north-west: a small world for tests.

    ``bounds`` is west, south, east, north in degrees of WGS84.
    """
    cells = drawing.lattice(bounds, counts, columns)
    return lay_cells(cells, within_=street, since=since, actor=actor, now=now)


def lay_cells(
    cells: Mapping[str, Sequence[BaseGeometry]], *, within_: str, since: date, actor: Actor, now: datetime
) -> ImportBatch:
    """Grids of these shapes for each community, all marked schematic; refuses overlaps like any other net."""
    permissions.require_manage(actor, within_)
    features = [
        Feature(f"{community}{number:03d}", "", "", shape)
        for community in sorted(cells)
        for number, shape in enumerate(cells[community], 1)
    ]
    terms = Terms(within_, since, Layer.GRID, "schematic", "", Datum.WGS84, schematic=True)
    return take_force(features, terms, [], actor=actor, now=now)


def _weight(name: str) -> int:
    return next((weight for tail, weight in _WEIGHTS.items() if name.endswith(tail)), _WEIGHT)


def _centres(county: str) -> dict[str, tuple[float, float]]:
    path = SEEDS / f"{county}_centres.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
