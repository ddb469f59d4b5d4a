"""How far two points lie apart."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

#: Mean radius of the Earth in metres (IUGG).
_EARTH_M = 6_371_008.8


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two points (longitude, latitude in degrees) by the haversine formula."""
    lon_a, lat_a, lon_b, lat_b = map(radians, (*one, *other))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(half)))
