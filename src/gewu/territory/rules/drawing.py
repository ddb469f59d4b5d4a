"""Grids drawn by us where no boundaries are public: whole, without overlap or gap, the same every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .measures import Shapes, degree_lengths

Points = NDArray[np.float64]
Numbers = NDArray[np.intp]

#: Random points that stand for the ground while it is shared out, for each grid to be drawn.
_GROUND_PER_GRID = 90
_ROUNDS = 25
#: A tenth of a millimetre: corners are rounded to it, so that neighbours share theirs exactly.
_STEP = 1e-9


def share_out(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide ``total`` whole things by weight, at least one to each (largest remainder method).

    Refuses with ``ValueError`` when there are fewer things than takers.
    """
    if total < len(weights):
        raise ValueError(f"{total} cannot be divided among {len(weights)}")
    rest = total - len(weights)
    whole = sum(weights.values())
    exact = {key: rest * weight / whole for key, weight in weights.items()}
    shares = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in by_remainder[: rest - sum(shares.values())]:
        shares[key] += 1
    return {key: share + 1 for key, share in shares.items()}


def draw_cells(
    area: BaseGeometry,
    counts: Mapping[str, int],
    centres: Mapping[str, tuple[float, float]],
    *,
    seed: int,
) -> dict[str, list[BaseGeometry]]:
    """Cells for each community of ``counts`` (12-digit code to number of grids) that together fill ``area``.

    Streets lie round their ``centres`` (or where the ground puts them), communities within their street,
    grids within their community. Same arguments, same cells.
    """
    rng = np.random.default_rng(seed)
    east, north = degree_lengths(area.centroid.y)
    ground = _ground(area, _GROUND_PER_GRID * sum(counts.values()), rng) * (1.0, float(north / east))
    flat = {code: (lon, lat * float(north / east)) for code, (lon, lat) in centres.items()}
    owners: list[str] = []
    middles: list[Points] = []
    for codes, part in _streets(ground, sorted(counts), flat, rng):
        homes = _clusters(part, len(codes), rng, [counts[code] for code in codes])
        for code, home in zip(codes, homes, strict=True):
            cells = _clusters(home, counts[code], rng)
            middles.extend(cell.mean(axis=0) for cell in cells)
            owners.extend([code] * counts[code])
    shapes = _cells_round(np.array(middles) / (1.0, float(north / east)), area)
    drawn: dict[str, list[BaseGeometry]] = {code: [] for code in counts}
    for owner, shape in zip(owners, shapes, strict=True):
        drawn[owner].append(shape)
    return drawn


def lattice(
    bounds: tuple[float, float, float, float], counts: Mapping[str, int], columns: int
) -> dict[str, list[BaseGeometry]]:
    """Equal rectangles in rows from the north-west corner, handed to the communities in their order.

    ``bounds`` is west, south, east, north. Refuses with ``ValueError`` when the last row is not full.
    """
    total = sum(counts.values())
    if total % columns:
        raise ValueError(f"{total} cells do not fill rows of {columns}")
    west, south, east, north = bounds
    xs = np.round(np.linspace(west, east, columns + 1), 9)
    ys = np.round(np.linspace(north, south, total // columns + 1), 9)
    boxes = iter(
        [shapely.box(xs[i], ys[j + 1], xs[i + 1], ys[j]) for j in range(len(ys) - 1) for i in range(columns)]
    )
    return {code: [next(boxes) for _ in range(count)] for code, count in counts.items()}


def _ground(area: BaseGeometry, wanted: int, rng: np.random.Generator) -> Points:
    shapely.prepare(area)
    west, south, east, north = area.bounds
    found: list[Points] = []
    have = 0
    while have < wanted:
        drawn = rng.uniform((west, south), (east, north), (wanted, 2))
        inside = drawn[shapely.contains_xy(area, drawn[:, 0], drawn[:, 1])]
        found.append(inside)
        have += len(inside)
    return np.concatenate(found)[:wanted]


def _streets(
    ground: Points,
    communities: Sequence[str],
    centres: Mapping[str, tuple[float, float]],
    rng: np.random.Generator,
) -> list[tuple[list[str], Points]]:
    members: dict[str, list[str]] = {}
    for code in communities:
        members.setdefault(code[:9], []).append(code)
    streets = list(members)
    if all(street in centres for street in streets):
        nearest = _nearest(ground, np.array([centres[street] for street in streets]))
        parts = [ground[nearest == k] for k in range(len(streets))]
    else:
        parts = _clusters(ground, len(streets), rng, [len(members[street]) for street in streets])
    return [(members[street], part) for street, part in zip(streets, parts, strict=True)]


def _clusters(
    ground: Points, k: int, rng: np.random.Generator, weights: Sequence[int] | None = None
) -> list[Points]:
    """The ground in ``k`` compact parts from west to east; the larger parts to the larger weights."""
    if k == 1:
        return [ground]
    middles = _spread(ground, k, rng)
    for _ in range(_ROUNDS):
        nearest = _nearest(ground, middles)
        sums = np.stack([np.bincount(nearest, ground[:, axis], k) for axis in (0, 1)], axis=1)
        sizes = np.bincount(nearest, minlength=k)
        middles = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], middles)
    nearest = _nearest(ground, middles)
    parts = [ground[nearest == i] for i in np.argsort(middles[:, 0], kind="stable")]
    if weights is None or len(set(weights)) == 1:
        return parts
    parts.sort(key=len, reverse=True)
    ranks = sorted(range(k), key=lambda i: (-weights[i], i))
    return [part for _, part in sorted(zip(ranks, parts, strict=True), key=lambda pair: pair[0])]


def _spread(ground: Points, k: int, rng: np.random.Generator) -> Points:
    """Starting middles far from each other: each next one is the farthest point from those chosen."""
    chosen = [int(rng.integers(len(ground)))]
    distance = np.full(len(ground), np.inf)
    for _ in range(k - 1):
        distance = np.minimum(distance, ((ground - ground[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(distance.argmax()))
    return ground[chosen]


def _nearest(ground: Points, middles: Points) -> Numbers:
    distances = [((ground - middle) ** 2).sum(axis=1) for middle in middles]
    nearest: Numbers = np.argmin(distances, axis=0)
    return nearest


def _cells_round(middles: Points, area: BaseGeometry) -> Shapes:
    """The part of ``area`` nearest to each middle (Voronoi cells), each in one piece where it can be."""
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(middles), extend_to=area, ordered=True)
    )
    clipped: Shapes = shapely.intersection(cells, area, grid_size=_STEP)
    return _without_islands(clipped)


def _without_islands(cells: Shapes) -> Shapes:
    """Give every cut-off part of a cell to the neighbour with which it shares the longest border."""
    whole = cells.copy()
    for number in np.flatnonzero(shapely.get_num_geometries(cells) > 1):
        parts = shapely.get_parts(whole[number])
        largest = int(shapely.area(parts).argmax())
        whole[number] = parts[largest]
        for part in np.delete(parts, largest):
            _join_neighbour(whole, int(number), part)
    return whole


def _join_neighbour(cells: Shapes, origin: int, part: Any) -> None:
    shared = shapely.length(shapely.intersection(cells, part))
    shared[origin] = 0
    taker = int(shared.argmax()) if shared.max() > 0 else origin
    cells[taker] = shapely.union(cells[taker], part)
