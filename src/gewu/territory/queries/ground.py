"""What stands already where a boundary file is to take force: the facts of its check."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

import numpy as np
import shapely
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from gewu.kernel import places
from gewu.kernel.places import Level
from gewu.security.scopes import within
from gewu.territory.models import Boundary, Division, Grid, GridKind, Layer
from gewu.territory.queries.net import in_force, shapes_of
from gewu.territory.rules.coverage import Ground
from gewu.territory.rules.geojson import Feature


def ground(inside: str, layer: Layer, since: date, features: Sequence[Feature]) -> Ground:
    """Codes that exist and shapes in force above and beside these features: four queries at most."""
    length = layer.digits or _commonest_length(features)
    holds = in_force(since)
    grids = Grid.objects.filter(within("code", inside), holds)
    known = set(Division.objects.filter(within("code", inside)).values_list("code", flat=True))
    if layer is Layer.MICRO:
        known |= set(grids.filter(layer=Layer.GRID).values_list("code", flat=True))
    return Ground(
        within=inside,
        length=length,
        known=frozenset(known),
        parents=_shapes(_above(inside, length), holds, range(length)),
        neighbours=_shapes(_beside(inside, layer, features), holds, (length,)),
        kinds=frozenset({"", GridKind.COMPREHENSIVE.value, GridKind.DEDICATED.value}),
        in_force=frozenset(grids.filter(layer=layer).values_list("code", flat=True)),
    )


def _above(inside: str, length: int) -> Q:
    """Boundaries of the places that hold the features: those above ``inside`` and those within it."""
    layers = [Layer.DIVISION] + ([Layer.GRID] if length == Level.MICRO_GRID.digits else [])
    wider = Q(place__in=places.ancestors(inside)) if inside else Q()
    return Q(layer__in=layers) & (within("place", inside) | wider)


def _beside(inside: str, layer: Layer, features: Sequence[Feature]) -> Q:
    """Shapes of the same level outside ``inside`` whose box meets that of the features."""
    if not features or not inside:
        return Q(pk__in=())
    west, south, east, north = shapely.total_bounds(np.array([one.shape for one in features], dtype=object))
    box = Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    return Q(layer=layer) & box & ~within("place", inside)


def _shapes(wanted: Q, holds: Q, lengths: Container[int]) -> dict[str, BaseGeometry]:
    found = Boundary.objects.filter(wanted, holds).order_by("place").values_list("place", "geometry")
    rows = [(place, row) for place, row in found if len(place) in lengths]
    shapes = shapes_of(row for _, row in rows)
    return {place: shape for (place, _), shape in zip(rows, shapes, strict=True)}


def _commonest_length(features: Sequence[Feature]) -> int:
    lengths = [len(one.code) for one in features]
    return max(set(lengths), key=lengths.count) if lengths else Level.COUNTY.digits
