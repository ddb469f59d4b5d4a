"""Coordinates in the three systems that Chinese maps use; records hold WGS84 only.

CGCS2000 and WGS84 differ by centimetres and are one here. In China GCJ-02 is shifted by 20 to 720 m and BD-09
by some 900 m more. The formulas of both are not official; they are the ones that public map software has long
shared, with a = 6378245.0, ee = 0.00669342162296594323, applied within 72.004 to 137.8347 E and 0.8293 to
55.8271 N (domain notes 2.8). They are turned round by iteration, to well below a centimetre.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .refusals import Refusal
from .texts import say

#: One coordinate, or many at once.
Degrees = TypeVar("Degrees", float, NDArray[np.float64])

_AXIS_M = 6378245.0
_EE = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD_TURN = math.pi * 3000.0 / 180.0
_BD_LON, _BD_LAT = 0.0065, 0.006
#: Each round leaves less than a hundredth of the error of the last; the first error is under 2 km.
_ROUNDS = 5


class Datum(Enum):
    """The system that a coordinate was measured or drawn in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


#: CGCS2000, the national system, is WGS84 for this use.
_SPOKEN = {datum.value: datum for datum in Datum} | {"cgcs2000": Datum.WGS84}


def datum_named(name: str) -> Datum:
    """The system of that name, in any case, with or without a dash. Refuses unknown names."""
    found = _SPOKEN.get(name.strip().lower().replace("-", "").replace("_", ""))
    if found is None:
        raise Refusal(
            say("未知的坐标系：“{name}”", name=name),
            field="datum",
            advice=say("可用：WGS84、CGCS2000、GCJ-02、BD-09"),
        )
    return found


def to_wgs84(lon: Degrees, lat: Degrees, datum: Datum) -> tuple[Degrees, Degrees]:
    """Degrees of the given system in WGS84; single values or arrays. Refuses impossible coordinates."""
    _check(lon, lat)
    if datum is Datum.BD09:
        lon, lat = _undone(lon, lat, _bd_shift)
    if datum is not Datum.WGS84:
        lon, lat = _undone(lon, lat, _gcj_shift)
    return lon, lat


def point_given(lon: float | None, lat: float | None, datum: str) -> tuple[float, float] | None:
    """A point that somebody gave, in WGS84; None when none was given, and one half of it is refused."""
    if (lon is None) != (lat is None):
        raise Refusal(say("经度和纬度要一起给出"), field="lon" if lon is None else "lat")
    return None if lon is None or lat is None else to_wgs84(lon, lat, datum_named(datum))


def from_wgs84(lon: Degrees, lat: Degrees, datum: Datum) -> tuple[Degrees, Degrees]:
    """Degrees of WGS84 in the given system; single values or arrays. Refuses impossible coordinates."""
    _check(lon, lat)
    if datum is not Datum.WGS84:
        east, north = _gcj_shift(lon, lat)
        lon, lat = lon + east, lat + north
    if datum is Datum.BD09:
        east, north = _bd_shift(lon, lat)
        lon, lat = lon + east, lat + north
    return lon, lat


def _undone(lon: Any, lat: Any, shift: Any) -> tuple[Any, Any]:
    """Where the shift starts that ends here."""
    x, y = lon, lat
    for _ in range(_ROUNDS):
        east, north = shift(x, y)
        x, y = lon - east, lat - north
    return x, y


def _gcj_shift(lon: Any, lat: Any) -> tuple[Any, Any]:
    """How far GCJ-02 moves a point of WGS84, in degrees; nothing outside its rectangle."""
    inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    if inside is False:
        return 0.0, 0.0
    m: Any = np if isinstance(lon, np.ndarray) else math
    x, y = lon - 105.0, lat - 35.0
    phi = lat * (math.pi / 180.0)
    flat = 1.0 - _EE * m.sin(phi) ** 2
    root = m.sqrt(flat)
    metres_east, metres_north = _gcj_metres(x, y, m)
    east = metres_east / (_AXIS_M / root * m.cos(phi)) * (180.0 / math.pi)
    north = metres_north / (_AXIS_M * (1.0 - _EE) / (flat * root)) * (180.0 / math.pi)
    return east * inside, north * inside


def _gcj_metres(x: Any, y: Any, m: Any) -> tuple[Any, Any]:
    """The shift in metres, as a polynomial with waves, around 105 E 35 N."""
    root, px, py = m.sqrt(abs(x)), x * math.pi, y * math.pi
    both = (20.0 * m.sin(6.0 * px) + 20.0 * m.sin(2.0 * px)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += (20.0 * m.sin(px) + 40.0 * m.sin(px / 3.0)) * 2.0 / 3.0
    east += (150.0 * m.sin(px / 12.0) + 300.0 * m.sin(px / 30.0)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += (20.0 * m.sin(py) + 40.0 * m.sin(py / 3.0)) * 2.0 / 3.0
    north += (160.0 * m.sin(py / 12.0) + 320.0 * m.sin(py / 30.0)) * 2.0 / 3.0
    return east, north


def _bd_shift(lon: Any, lat: Any) -> tuple[Any, Any]:
    """How far BD-09 moves a point of GCJ-02, in degrees."""
    m: Any = np if isinstance(lon, np.ndarray) else math
    radius = m.sqrt(lon * lon + lat * lat) + 0.00002 * m.sin(lat * _BD_TURN)
    angle = (np.arctan2 if m is np else math.atan2)(lat, lon) + 0.000003 * m.cos(lon * _BD_TURN)
    return radius * m.cos(angle) + _BD_LON - lon, radius * m.sin(angle) + _BD_LAT - lat


def _check(lon: Any, lat: Any) -> None:
    if isinstance(lon, np.ndarray) and not lon.size:
        return
    if _all((lat >= 73.0) & (lat <= 136.0) & (lon >= 0.0) & (lon <= 56.0)):
        raise Refusal(say("看起来经度和纬度写反了"), field="lon", advice=say("先写经度，再写纬度"))
    # NaN is in no range, so it is refused here as well.
    if not _all((lat >= -90.0) & (lat <= 90.0) & (lon >= -180.0) & (lon <= 180.0)):
        raise Refusal(
            say("坐标超出可能的范围"),
            field="lon",
            advice=say("经度须在-180至180之间，纬度须在-90至90之间"),
        )


def _all(answer: Any) -> bool:
    return answer if isinstance(answer, bool) else bool(answer.all())
