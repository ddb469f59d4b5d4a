"""Shapes and files that the tests of places are made of."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


def tiling(per_side: int, seed: int = 1) -> NDArray[np.object_]:
    """Crooked quadrangles that fill one degree without overlap or gap."""
    rng = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(*[np.arange(per_side + 1.0)] * 2, indexing="ij"), axis=-1)
    corners[1:-1, 1:-1] += rng.uniform(-0.3, 0.3, (per_side - 1, per_side - 1, 2))
    corners = corners / per_side + (118.0, 32.0)
    rings = np.stack([corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]], axis=2)
    shapes: NDArray[np.object_] = shapely.polygons(rings.reshape(-1, 4, 2))
    return shapes


def collection(shapes: dict[str, BaseGeometry | Any], **members: Any) -> bytes:
    """A GeoJSON file with one feature for each code; a shape may also be any JSON value."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": json.loads(shapely.to_geojson(shape)) if isinstance(shape, BaseGeometry) else shape,
        }
        for code, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


def square(west: float, south: float, side: float = 0.01) -> BaseGeometry:
    found: BaseGeometry = shapely.box(west, south, west + side, south + side)
    return found
