"""The net and shapes drawn by others: which places a shape touches, and the outline of a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import numpy as np
import shapely

from gewu.kernel.places import Level
from gewu.territory.models import Layer
from gewu.territory.queries.net import Cover, net

#: Degrees: an outline for others leaves out bends smaller than about 50 m.
_DETAIL = 5e-4
_DIGITS = 5
#: Wider places that stand for all the grids in them.
_WIDER = (Level.COMMUNITY, Level.STREET, Level.COUNTY)

Ring = tuple[tuple[float, float], ...]


def touched(rings: Sequence[Ring], *, inside: str, on: date | None = None) -> tuple[str, ...]:
    """The places within ``inside`` that areas with these rings (longitude, latitude, WGS84) overlap.

    The widest that lie in it whole stand for their grids. A border alone is no overlap; a ring that crosses
    itself is mended first.
    """
    cover = net().cover(Layer.GRID, on)
    own = [n for n, code in enumerate(cover.codes) if code.startswith(inside)]
    if not own or not rings:
        return ()
    shape = shapely.union_all([shapely.make_valid(shapely.Polygon(ring)) for ring in rings])
    shapely.prepare(shape)
    near = _tree(cover).query(shape)
    found = {cover.codes[n] for n in near if _overlaps(shape, cover.shapes[n])}
    return _joined({cover.codes[n] for n in own}, found & {cover.codes[n] for n in own}, inside)


def _overlaps(shape: Any, cell: Any) -> bool:
    return bool(shapely.intersects(shape, cell)) and not shapely.touches(shape, cell)


def _tree(cover: Cover) -> shapely.STRtree:
    found = cover.drawn.get(("tree",))
    if found is None:
        found = cover.drawn["tree",] = shapely.STRtree(cover.shapes)
    return cast(shapely.STRtree, found)


def _joined(every: set[str], found: set[str], inside: str) -> tuple[str, ...]:
    """The same places, the grids of a wider one that are all among them replaced by it."""
    kept = set(found)
    for level in _WIDER:
        if level.digits < len(inside):
            continue
        whole, part = (Counter(code[: level.digits] for code in some) for some in (every, found))
        full = {code for code, n in part.items() if n == whole[code]}
        kept = {code for code in kept if code[: level.digits] not in full} | full
    return tuple(sorted(kept))


def outline(code: str, *, on: date | None = None) -> tuple[Ring, ...]:
    """The outer rings (longitude, latitude, WGS84, closed) of a place, simplified; none where it has none."""
    cover = net().cover(Layer.GRID, on)
    key = ("outline", code)
    if key not in cover.drawn:
        members = [n for n, one in enumerate(cover.codes) if one.startswith(code)]
        cover.drawn[key] = _rings(cover.shapes[members]) if members else ()
    return cast(tuple[Ring, ...], cover.drawn[key])


def _rings(shapes: Any) -> tuple[Ring, ...]:
    whole = shapely.simplify(shapely.union_all(shapes), _DETAIL)
    parts = [one for one in shapely.get_parts(whole) if isinstance(one, shapely.Polygon)]
    found = (np.round(shapely.get_coordinates(one.exterior), _DIGITS).tolist() for one in parts)
    return tuple(tuple((lon, lat) for lon, lat in ring) for ring in found if len(ring) >= 4)
