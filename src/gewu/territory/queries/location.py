"""Where a point lies, answered from memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from gewu.kernel import datum as datums
from gewu.kernel.datum import Datum
from gewu.territory.models import Layer
from gewu.territory.queries.names import paths_of, written
from gewu.territory.queries.net import Cover, net
from gewu.territory.rules.location import OUTSIDE

Degrees = NDArray[np.float64]
#: Fewer points than this are found sooner one by one than as columns.
_FEW = 8


@dataclass(frozen=True)
class Located:
    """The place of a point and its names, the province first and the place itself last."""

    place: str
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        """The names from the county down, as an address is written."""
        return written(self.names)


def locate(
    lon: float,
    lat: float,
    *,
    datum: Datum = Datum.WGS84,
    on: date | None = None,
    layer: Layer = Layer.GRID,
) -> Located | None:
    """The one place of a layer at a point on a day (the newest net without a day); None outside of all.

    A point on a shared border belongs to the lowest code. Refuses coordinates that no place on earth has.
    """
    x, y = (lon, lat) if datum is Datum.WGS84 else datums.to_wgs84(lon, lat, datum)
    cover = net().cover(layer, on)
    number = cover.index.find(x, y)
    if number != OUTSIDE:
        return _answers(cover)[number]
    datums.to_wgs84(lon, lat, datum)
    return None


def locate_many(
    lons: Degrees | Sequence[float],
    lats: Degrees | Sequence[float],
    *,
    datum: Datum = Datum.WGS84,
    on: date | None = None,
    layer: Layer = Layer.GRID,
) -> list[str]:
    """The codes of many points in their order, "" outside of all; rules as for `locate`."""
    if len(lons) == 0:
        return []
    cover = net().cover(layer, on)
    if len(lons) < _FEW:
        points = [datums.to_wgs84(lon, lat, datum) for lon, lat in zip(lons, lats, strict=True)]
        numbers = [cover.index.find(lon, lat) for lon, lat in points]
    else:
        xs, ys = datums.to_wgs84(np.asarray(lons, float), np.asarray(lats, float), datum)
        numbers = cover.index.find_many(xs, ys).tolist()
    return ["" if number == OUTSIDE else cover.codes[number] for number in numbers]


def _answers(cover: Cover) -> list[Located]:
    """One answer for each shape, made when the first is asked for: names are not read for every point."""
    if cover.answers is None:
        named = paths_of(cover.codes, on=cover.day)
        cover.answers = [Located(code, (*named[code].above, named[code].name)) for code in cover.codes]
    return cover.answers
