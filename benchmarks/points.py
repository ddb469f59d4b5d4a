"""Point to grid over ten thousand polygons, beside a plain spatial tree."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.table import Row
from gewu.territory.rules.location import ShapeIndex

T = TypeVar("T")

_TREE = "shapely STRtree"


def measure(*, shapes: int, points: int) -> Iterator[Row]:
    """Build, one point at a time, and all points at once; both must give the same answers."""
    grids = tiling(int(shapes**0.5))
    rng = np.random.default_rng(7)
    lons, lats = rng.uniform(118.0, 119.0, points), rng.uniform(32.0, 33.0, points)
    build_tree, tree = _timed(lambda: _tree(grids))
    build, index = _timed(lambda: ShapeIndex(grids))
    yield Row("points", f"build over {len(grids):,} polygons", build, "s", _TREE, build_tree)
    some = min(points, 20_000)
    pairs = list(zip(lons[:some].tolist(), lats[:some].tolist(), strict=True))
    slow, by_tree = _timed(lambda: [_first(tree, lon, lat) for lon, lat in pairs])
    fast, ours = _timed(lambda: [index.find(lon, lat) for lon, lat in pairs])
    _require_same(by_tree, ours)
    yield Row("points", "one at a time", some / fast, "per s", _TREE, some / slow)
    slow, both = _timed(lambda: tree.query(shapely.points(lons, lats), predicate="intersects"))
    fast, found = _timed(lambda: index.find_many(lons, lats))
    _require_same(both[1].tolist(), found[both[0]].tolist())
    yield Row("points", f"{points:,} at once", points / fast, "per s", _TREE, points / slow)


def tiling(per_side: int) -> NDArray[np.object_]:
    """Crooked polygons of twenty corners each that fill one degree without overlap or gap."""
    rng = np.random.default_rng(1)
    steps = per_side * 5
    at = np.stack(np.meshgrid(*[np.arange(steps + 1.0)] * 2, indexing="ij"), axis=-1)
    at[1:-1, 1:-1] += rng.uniform(-0.4, 0.4, (steps - 1, steps - 1, 2))
    at = at / steps + (118.0, 32.0)
    return np.array([_cell(at, x * 5, y * 5) for x in range(per_side) for y in range(per_side)], dtype=object)


def _cell(at: NDArray[np.float64], x: int, y: int) -> shapely.Polygon:
    sides = (at[x : x + 5, y], at[x + 5, y : y + 5], at[x + 5 : x : -1, y + 5], at[x, y + 5 : y : -1])
    return shapely.Polygon(np.concatenate(sides))


def _tree(grids: NDArray[np.object_]) -> shapely.STRtree:
    shapely.prepare(grids)
    return shapely.STRtree(grids)


def _first(tree: shapely.STRtree, lon: float, lat: float) -> int:
    hits = tree.query(shapely.Point(lon, lat), predicate="intersects")
    return int(hits[0]) if len(hits) else -1


def _require_same(one: list[int], other: list[int]) -> None:
    differing = sum(a != b for a, b in zip(one, other, strict=True))
    if differing > len(one) // 10_000:  # a point exactly on a border may go either way
        raise RuntimeError(f"{differing} of {len(one)} points are put in different grids")


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found
