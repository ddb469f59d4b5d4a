"""Many positions in few bytes: differences to the one before, in numbers of as many bytes as they need.

A point of a walk takes some nine bytes, so a county's million points a day are ten megabytes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gewu.fieldwork.rules.positions import Mark, Point

#: The first byte says how the rest is written.
VERSION = 1
_MOCK = 1


def packed(points: Sequence[Point], marks: Sequence[Mark]) -> bytes:
    """Points with their marks, in their order."""
    out = bytearray([VERSION])
    at = x = y = arrived = 0
    for point, mark in zip(points, marks, strict=True):
        for value in (point.at_ms - at, point.x - x, point.y - y, point.arrived_ms - arrived):
            _put(out, value << 1 if value >= 0 else (-value << 1) - 1)
        _put(out, 0 if point.accuracy_m is None else point.accuracy_m + 1)
        _put(out, int(mark) << 1 | (_MOCK if point.mock else 0))
        at, x, y, arrived = point.at_ms, point.x, point.y, point.arrived_ms
    return bytes(out)


def unpacked(data: bytes) -> tuple[list[Point], list[Mark]]:
    """What was packed. A byte that says another way of writing is an error of the program."""
    if data[0] != VERSION:
        raise ValueError(f"positions packed in a way {data[0]} that nobody knows")
    points: list[Point] = []
    marks: list[Mark] = []
    at = x = y = arrived = 0
    numbers = _numbers(data)
    for first in numbers:
        at, x = at + _signed(first), x + _signed(next(numbers))
        y, arrived = y + _signed(next(numbers)), arrived + _signed(next(numbers))
        accuracy, flags = next(numbers), next(numbers)
        points.append(Point(at, x, y, accuracy - 1 if accuracy else None, bool(flags & _MOCK), arrived))
        marks.append(Mark(flags >> 1))
    return points, marks


def _put(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def _signed(value: int) -> int:
    return -((value + 1) >> 1) if value & 1 else value >> 1


def _numbers(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data[1:]:
        value |= (byte & 127) << shift
        if byte & 128:
            shift += 7
        else:
            yield value
            value = shift = 0
