"""The shapes of the net for a map on screen."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import msgspec
import numpy as np
import shapely

from gewu.kernel.places import Level, prefix_range
from gewu.territory.models import Layer
from gewu.territory.queries.names import paths_of
from gewu.territory.queries.net import Cover, net
from gewu.territory.rules.measures import Shapes
from gewu.territory.rules.tiles import Tile, TileLayer

#: Degrees: bends smaller than about 20 m are left out of a map of a county; neighbours keep common borders.
_DETAIL = 2e-4
_DIGITS = 6
#: Drawn layers that one process keeps.
_KEPT = 64
_TILES_KEPT = 4096


@dataclass(frozen=True)
class MapLayer:
    """A GeoJSON FeatureCollection as bytes (properties ``code``, ``name``, ``schematic``), ready to send.

    ``version`` names its content, for an ETag; ``bounds`` is west, south, east, north in degrees of WGS84.
    """

    version: str
    count: int
    bounds: tuple[float, float, float, float] | None
    geojson: bytes


def cells(inside: str, *, level: Level = Level.GRID, on: date | None = None) -> MapLayer:
    """The grids within a place, or the places of a wider level that they make up, simplified and cached.

    Where a level has no boundaries of its own its shape is that of its grids together.
    """
    layer = Layer.MICRO if level is Level.MICRO_GRID else Layer.GRID
    held = net()
    cover = held.cover(layer, on)
    found = cover.drawn.get((inside, level))
    if found is None:
        if len(cover.drawn) >= _KEPT:
            cover.drawn.clear()
        found = cover.drawn[inside, level] = _drawn(cover, inside, level, held.version)
    return cast(MapLayer, found)


def middle_of(code: str) -> tuple[float, float] | None:
    """The middle of a place, longitude and latitude, by the bounds of its grids; None where it has none."""
    cover = net().cover(Layer.GRID, None)
    low, high = prefix_range(code[: Level.GRID.digits])
    shapes = cover.shapes[bisect_left(cover.codes, low) : bisect_left(cover.codes, high)]
    if not len(shapes):
        return None
    west, south, east, north = (float(one) for one in shapely.total_bounds(shapes))
    return (west + east) / 2, (south + north) / 2


@dataclass(frozen=True)
class MapTile:
    """One vector tile; ``version`` names its content, for an ETag. No bytes where nothing is to be seen."""

    version: str
    content: bytes


def tile(square: Tile, *, level: Level = Level.GRID, on: date | None = None) -> MapTile:
    """A square of the map with the places of a level in it, whole and not simplified; cached.

    Its layer is named as the level; properties are ``code`` and ``name``.
    """
    layer = Layer.MICRO if level is Level.MICRO_GRID else Layer.GRID
    held = net()
    cover = held.cover(layer, on)
    cut: dict[Tile, bytes] = cover.drawn.setdefault(("tiles", level), {})
    if square not in cut:
        if len(cut) >= _TILES_KEPT:
            cut.clear()
        cut[square] = _tiled(cover, level).encoded(square)
    return MapTile(held.version, cut[square])


def _tiled(cover: Cover, level: Level) -> TileLayer:
    found = cover.drawn.get(("layer", level))
    if found is None:
        codes, shapes = (cover.codes, cover.shapes) if level.digits > 12 else _joined(cover, "", level)
        named = paths_of(codes, on=cover.day)
        names = [named[code].name if code in named else code for code in codes]
        found = TileLayer(level.name.lower(), shapes, {"code": codes, "name": names})
        cover.drawn["layer", level] = found
    return cast(TileLayer, found)


def _drawn(cover: Cover, inside: str, level: Level, version: str) -> MapLayer:
    codes, shapes = _joined(cover, inside, level)
    if not codes:
        return MapLayer(version, 0, None, _collection([]))
    simple = shapely.coverage_simplify(shapes, _DETAIL)
    rounded = shapely.to_geojson(shapely.transform(simple, lambda points: np.round(points, _DIGITS)))
    named = paths_of(codes, on=cover.day)
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": code,
                "name": named[code].name if code in named else code,
                "schematic": named[code].schematic if code in named else False,
            },
            "geometry": msgspec.Raw(shape.encode()),
        }
        for code, shape in zip(codes, rounded, strict=True)
    ]
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return MapLayer(version, len(codes), (west, south, east, north), _collection(features))


def _joined(cover: Cover, inside: str, level: Level) -> tuple[list[str], Shapes]:
    members: dict[str, list[int]] = {}
    for number, code in enumerate(cover.codes):
        if code.startswith(inside):
            members.setdefault(code[: level.digits], []).append(number)
    joined = [shapely.union_all(cover.shapes[numbers]) for numbers in members.values()]
    return list(members), np.array(joined, dtype=object)


def _collection(features: list[dict[str, Any]]) -> bytes:
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})
