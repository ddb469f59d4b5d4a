"""Which shape is this point in: a raster for the inside of the shapes, an exact test only near borders."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .measures import Shapes

Numbers = NDArray[np.int32]
Floats = NDArray[np.float64]

OUTSIDE = -1
_BORDER = -2
#: Raster cells for each shape; more cells mean fewer exact tests and more memory (4 bytes each).
_CELLS_PER_SHAPE = 200
_MOST_CELLS = 8_000_000
#: Degrees (0.1 mm) by which a border is thought thicker than it is, against rounding.
_THICKNESS = 1e-9
#: Degrees (0.1 m) over which a point in a crack between two shapes still finds the nearer one.
_CRACK = 1e-6


class ShapeIndex:
    """Finds the number of the shape that holds a point; on a shared border always the lowest number.

    Numbers are places in the array given. Shapes must be valid polygons in degrees, free of overlaps
    beyond the tolerance with which they were checked.
    """

    def __init__(self, shapes: Shapes) -> None:
        shapely.prepare(shapes)
        self._tree = shapely.STRtree(shapes)
        bounds = shapely.total_bounds(shapes) if len(shapes) else np.array([inf, inf, -inf, -inf])
        self._west, self._south, self._east, self._north = (float(edge) for edge in bounds)
        self._lay_raster(shapes)

    def find(self, lon: float, lat: float) -> int:
        """The number of the shape at this point, or ``OUTSIDE``; so for anything that is no number too."""
        if not (self._west <= lon <= self._east and self._south <= lat <= self._north):
            return OUTSIDE
        row = int((lat - self._south) * self._per_lat)
        found = self._cells[row * self._columns + int((lon - self._west) * self._per_lon)]
        return found if found != _BORDER else self._exactly(lon, lat)

    def find_many(self, lons: Floats, lats: Floats) -> Numbers:
        """`find` for whole columns of points at once."""
        inside = (lons >= self._west) & (lons <= self._east) & (lats >= self._south) & (lats <= self._north)
        found: Numbers = np.full(len(lons), OUTSIDE, dtype=np.int32)
        if inside.any():
            found[inside] = self._find_inside(lons[inside], lats[inside])
        return found

    def _find_inside(self, lons: Floats, lats: Floats) -> Numbers:
        found: Numbers = self._raster[self._cells_of(lons, lats)]
        near = np.flatnonzero(found == _BORDER)
        found[near] = self._exactly_many(shapely.points(lons[near], lats[near]))
        return found

    def _exactly(self, lon: float, lat: float) -> int:
        point = shapely.points(lon, lat)
        hits = self._tree.query(point, predicate="intersects")
        if not len(hits):
            hits = self._tree.query_nearest(point, max_distance=_CRACK)
        return int(hits.min()) if len(hits) else OUTSIDE

    def _exactly_many(self, points: Any) -> Numbers:
        found: Numbers = np.full(len(points), np.iinfo(np.int32).max, dtype=np.int32)
        _keep_lowest(found, *self._tree.query(points, predicate="intersects"))
        missed = np.flatnonzero(found == np.iinfo(np.int32).max)
        if len(missed):
            near, hits = self._tree.query_nearest(points[missed], max_distance=_CRACK)
            found[missed] = OUTSIDE
            found[missed[near]] = np.iinfo(np.int32).max
            _keep_lowest(found, missed[near], hits)
        return found

    def _lay_raster(self, shapes: Shapes) -> None:
        """Mark every cell that a border touches, then fill what lies between."""
        if not len(shapes):
            return
        width, height = self._east - self._west, self._north - self._south
        side = (width * height / min(_CELLS_PER_SHAPE * len(shapes), _MOST_CELLS)) ** 0.5
        self._columns, rows = int(width / side) + 2, int(height / side) + 2
        self._per_lon = self._per_lat = 1 / side
        raster: Numbers = np.full(self._columns * rows, OUTSIDE, dtype=np.int32)
        raster[self._touched(shapes, side)] = _BORDER
        self._fill(raster, side)
        self._raster, self._cells = raster, raster.data

    def _fill(self, raster: Numbers, side: float) -> None:
        """Cells in a row with no border between them lie in the same shape, so the first answers for all."""
        free = raster != _BORDER
        starts = free.copy()
        starts[1:] &= ~free[:-1]
        starts[:: self._columns] = free[:: self._columns]
        first = np.flatnonzero(starts)
        lons = self._west + (first % self._columns + 0.5) * side
        lats = self._south + (first // self._columns + 0.5) * side
        owners: Numbers = np.full(len(first), OUTSIDE, dtype=np.int32)
        asked, hits = self._tree.query(shapely.points(lons, lats), predicate="intersects")
        owners[asked] = hits
        raster[free] = owners[np.cumsum(starts)[free] - 1]

    def _touched(self, shapes: Shapes, side: float) -> NDArray[np.intp]:
        """Cells that any border passes: with pieces shorter than a cell, the corners of their boxes."""
        lines = shapely.get_parts(shapely.boundary(shapes))
        lines = shapely.get_parts(shapely.segmentize(lines, side * 0.999 - 2 * _THICKNESS))
        points, line = shapely.get_coordinates(lines, return_index=True)
        joined = line[1:] == line[:-1]
        low = np.minimum(points[:-1], points[1:])[joined] - _THICKNESS
        high = np.maximum(points[:-1], points[1:])[joined] + _THICKNESS
        corners = [(low, low), (low, high), (high, low), (high, high)]
        return np.concatenate([self._cells_of(x[:, 0], y[:, 1]) for x, y in corners])

    def _cells_of(self, lons: Floats, lats: Floats) -> NDArray[np.intp]:
        columns = ((lons - self._west) * self._per_lon).astype(np.intp)
        rows = ((lats - self._south) * self._per_lat).astype(np.intp)
        cells: NDArray[np.intp] = np.maximum(rows, 0) * self._columns + np.maximum(columns, 0)
        return cells


def _keep_lowest(found: Numbers, points: NDArray[np.intp], hits: NDArray[np.intp]) -> None:
    np.minimum.at(found, points, hits.astype(np.int32))
