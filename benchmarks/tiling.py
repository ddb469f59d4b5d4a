"""Vector tiles of two hundred thousand shapes, beside PostGIS's own encoder where one answers."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import psycopg
import shapely

from benchmarks.points import tiling
from benchmarks.table import Row
from gewu.territory.rules.tiles import Tile, TileLayer, projected

_POSTGIS = "PostGIS ST_AsMVT"
_URL = os.environ.get("POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
_SQL = """
SELECT ST_AsMVT(tile, 'grid', 4096, 'shape') FROM (
  SELECT code, name, ST_AsMVTGeom(shape, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS shape
  FROM tiled WHERE shape && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)
) AS tile WHERE shape IS NOT NULL
"""


def measure(*, shapes: int) -> Iterator[Row]:
    """Build, then one tile of each depth about the middle; the median of five."""
    grids = tiling(int(shapes**0.5))
    codes = [f"{number:015d}" for number in range(len(grids))]
    begun = time.perf_counter()
    layer = TileLayer("grid", grids, {"code": codes, "name": codes})
    yield Row("tiles", f"build over {len(grids):,} polygons", time.perf_counter() - begun, "s", "", None)
    database = _postgis(grids, codes)
    for z in (14, 13, 12, 11, 10):
        square = _about(z, 118.5, 32.5)
        ours = _median(lambda square=square: layer.encoded(square))
        theirs = _median(lambda square=square: _encoded(database, square)) if database else None
        more = {"KiB": len(layer.encoded(square)) / 1024}
        rate = 1 / theirs if theirs else None
        yield Row("tiles", f"a tile at depth {z}", 1 / ours, "per s", _POSTGIS if rate else "", rate, more)


def _about(z: int, lon: float, lat: float) -> Tile:
    side = 2 * 20_037_508.342789244 / 2**z
    east, north = projected(np.array([[lon, lat]]))[0]
    return Tile(z, int((east + 20_037_508.342789244) / side), int((20_037_508.342789244 - north) / side))


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _postgis(
    grids: np.ndarray[tuple[int], np.dtype[np.object_]], codes: list[str]
) -> psycopg.Connection | None:
    """The same shapes in a table of one session, indexed; None where there is no PostGIS."""
    try:
        database = psycopg.connect(_URL, autocommit=True, connect_timeout=2)
        database.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    except psycopg.Error as fault:
        print(f"tiles: without PostGIS beside them ({type(fault).__name__})")
        return None
    database.execute("CREATE TEMPORARY TABLE tiled (code text, name text, shape geometry(Polygon, 3857))")
    metres = shapely.set_srid(shapely.transform(grids, projected), 3857)
    with database.cursor().copy("COPY tiled FROM STDIN") as rows:
        for code, shape in zip(codes, shapely.to_wkb(metres, hex=True, include_srid=True), strict=True):
            rows.write_row((code, code, shape))
    database.execute("CREATE INDEX ON tiled USING gist (shape)")
    database.execute("ANALYZE tiled")
    return database


def _encoded(database: psycopg.Connection, tile: Tile) -> bytes:
    row = database.execute(_SQL, {"z": tile.z, "x": tile.x, "y": tile.y}).fetchone()
    return bytes(row[0]) if row else b""
