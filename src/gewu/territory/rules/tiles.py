"""Vector tiles (Mapbox Vector Tile 2.1) of shapes and points: clipped, rounded and written in bulk.

Every step works on all coordinates of a tile at once, as arrays; only the frame of each feature is put
together one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import numpy as np
import shapely
from numpy.typing import NDArray

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

from .measures import Shapes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Units along the side of a tile, and how far beyond it shapes go on, so that no border shows at its edge.
EXTENT = 4096
_MARGIN = 64
DEEPEST = 22
#: Half the side of the square that Web Mercator (EPSG:3857) makes of the earth, in metres.
_HALF = 20_037_508.342789244
_POINT, _POLYGON = 1, 3
_MOVE_TO, _CLOSE = 1, 15


@dataclass(frozen=True)
class Tile:
    """One square of the map: ``z`` halvings of the earth, column from the west, row from the north."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= DEEPEST and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            raise Refusal(say("没有这块地图"), Kind.MISSING)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in metres of Web Mercator."""
        side = 2 * _HALF / 2**self.z
        west, north = self.x * side - _HALF, _HALF - self.y * side
        return west, north - side, west + side, north


def projected(degrees: Floats) -> Floats:
    """Longitudes and latitudes (n × 2, WGS84) as metres of Web Mercator."""
    lat = np.clip(degrees[:, 1], -85.0511, 85.0511) * (pi / 180)
    north = np.log(np.tan(pi / 4 + lat / 2)) * (_HALF / pi)
    return np.column_stack((degrees[:, 0] * (_HALF / 180), north))


class TileLayer:
    """Shapes of one layer, ready to be cut into tiles: projected, wound as the format asks, indexed.

    ``names`` are the properties of each shape, the same keys for all; their values are texts.
    """

    def __init__(self, name: str, shapes: Shapes, properties: dict[str, Sequence[str]]) -> None:
        self.name = name
        self._shapes = shapely.orient_polygons(shapely.transform(shapes, projected), exterior_cw=True)
        self._tree = shapely.STRtree(self._shapes)
        self._keys = tuple(properties)
        self._values, self._numbers = _numbered(properties)

    def __len__(self) -> int:
        return len(self._shapes)

    def encoded(self, tile: Tile) -> bytes:
        """The tile with every shape that is larger than nothing in it; no bytes when it has none."""
        west, south, east, north = tile.bounds
        margin = (east - west) * _MARGIN / EXTENT
        box = (west - margin, south - margin, east + margin, north + margin)
        hits = np.sort(self._tree.query(shapely.box(*box)))
        if not len(hits):
            return b""
        clipped = shapely.clip_by_rect(self._shapes[hits], *box)
        features, streams = _polygons(clipped, west, north, EXTENT / (east - west))
        return self._layer(hits[features], streams) if len(features) else b""

    def _layer(self, numbers: Ints, streams: list[bytes]) -> bytes:
        """The layer message around the features, with only those values that stand in the tile."""
        used, tags = np.unique(self._numbers[numbers], return_inverse=True)
        tags = tags.reshape(len(numbers), -1)
        parts = [b"\x78\x02", _field(0x0A, self.name.encode())]
        for tag, stream in zip(tags.tolist(), streams, strict=True):
            pairs = b"".join(_VARINT[n] + _varint(value) for n, value in enumerate(tag))
            body = b"\x12" + _VARINT[len(pairs)] + pairs + b"\x18\x03\x22" + _varint(len(stream)) + stream
            parts.append(b"\x12" + _varint(len(body)) + body)
        parts += [_field(0x1A, key.encode()) for key in self._keys]
        parts += [_field(0x22, _field(0x0A, self._values[n])) for n in used.tolist()]
        parts.append(b"\x28\x80\x20")
        return _field(0x1A, b"".join(parts))


def _numbered(properties: dict[str, Sequence[str]]) -> tuple[list[bytes], Ints]:
    """Each text once, and for each shape the numbers of its texts."""
    known: dict[str, int] = {}
    columns = [[known.setdefault(text, len(known)) for text in texts] for texts in properties.values()]
    return [text.encode() for text in known], np.array(columns, dtype=np.int64).T


def _polygons(clipped: Shapes, west: float, north: float, scale: float) -> tuple[Ints, list[bytes]]:
    """Which of the shapes are to be seen, and the commands that draw each of them."""
    parts, of_shape = shapely.get_parts(clipped, return_index=True)
    areal = shapely.get_dimensions(parts) == 2
    parts, of_shape = parts[areal], of_shape[areal]
    rings, of_part = shapely.get_rings(parts, return_index=True)
    corners, of_ring = shapely.get_coordinates(rings, return_index=True)
    at = np.empty(corners.shape, dtype=np.int64)
    np.rint((corners[:, 0] - west) * scale, out=corners[:, 0])
    np.rint((north - corners[:, 1]) * scale, out=corners[:, 1])
    at[:] = corners
    at, of_ring = _without_repeats(at, of_ring)
    at, of_ring = _without_specks(at, of_ring, len(rings))
    if not len(at):
        return np.empty(0, dtype=np.int64), []
    return _streams(at, of_ring, of_shape[of_part])


def _without_repeats(at: Ints, of_ring: Ints) -> tuple[Ints, Ints]:
    """Corners that fall together with the next one of their ring; the last one always does with the first."""
    same = np.zeros(len(at), dtype=bool)
    same[:-1] = (at[:-1] == at[1:]).all(axis=1) & (of_ring[:-1] == of_ring[1:])
    ends = np.flatnonzero(np.append(of_ring[:-1] != of_ring[1:], True))
    same[ends] = True
    return at[~same], of_ring[~same]


def _without_specks(at: Ints, of_ring: Ints, rings: int) -> tuple[Ints, Ints]:
    """Only rings that still have an area: fewer than three corners, or none of it, is nothing to see."""
    counts = np.bincount(of_ring, minlength=rings)
    starts = np.cumsum(counts) - counts
    following = np.arange(len(at)) + 1
    full = counts > 0
    following[starts[full] + counts[full] - 1] = starts[full]
    crossed = at[:, 0] * at[following, 1] - at[following, 0] * at[:, 1] if len(at) else np.empty(0)
    area = np.bincount(of_ring, weights=crossed, minlength=rings)
    kept = ((counts >= 3) & (area != 0))[of_ring]
    return at[kept], of_ring[kept]


def _streams(at: Ints, of_ring: Ints, shape_of_ring: Ints) -> tuple[Ints, list[bytes]]:
    """The commands of the rings of each shape as bytes, one after the other."""
    first = np.append(True, of_ring[1:] != of_ring[:-1])
    starts = np.flatnonzero(first)
    counts = np.diff(np.append(starts, len(at)))
    shapes = shape_of_ring[of_ring[starts]]
    new_shape = np.append(True, shapes[1:] != shapes[:-1])
    moves = np.diff(at, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    begins = starts[new_shape]
    moves[begins] = at[begins]
    numbers = (moves << 1) ^ (moves >> 63)
    # Of each ring: MoveTo and its pair, LineTo, the pairs of all other corners, ClosePath.
    lengths = 2 * counts + 3
    offsets = np.cumsum(lengths) - lengths
    commands = np.empty(int(lengths.sum()), dtype=np.int64)
    nth = np.arange(len(at)) - np.repeat(starts, counts)
    place = np.repeat(offsets, counts) + 1 + 2 * nth + (nth > 0)
    commands[place], commands[place + 1] = numbers[:, 0], numbers[:, 1]
    commands[offsets] = _MOVE_TO << 3 | 1
    commands[offsets + 3] = (counts - 1) << 3 | 2
    commands[offsets + lengths - 1] = _CLOSE
    written, ends = _varints(commands)
    cuts = np.append(ends[offsets[new_shape]], len(written)).tolist()
    whole = written.tobytes()
    return shapes[new_shape], [whole[a:b] for a, b in zip(cuts[:-1], cuts[1:], strict=True)]


def _varints(numbers: Ints) -> tuple[NDArray[np.uint8], Ints]:
    """Numbers as protobuf writes them, and where each begins."""
    sizes = 1 + (numbers > 0x7F) + (numbers > 0x3FFF) + (numbers > 0x1FFFFF) + (numbers > 0xFFFFFFF)
    begins: Ints = np.cumsum(sizes) - sizes
    written = np.empty(int(sizes.sum()), dtype=np.uint8)
    for n in range(int(sizes.max())):
        has = sizes > n
        more = (sizes[has] > n + 1) << 7
        written[begins[has] + n] = (numbers[has] >> (7 * n)) & 0x7F | more
    return written, begins


def _varint(number: int) -> bytes:
    if number < len(_VARINT):
        return _VARINT[number]
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _field(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + _varint(len(body)) + body


_VARINT = [bytes([n]) if n < 0x80 else bytes([n & 0x7F | 0x80, n >> 7]) for n in range(1 << 14)]
