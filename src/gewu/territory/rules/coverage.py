"""Whether shapes cover their ground once: overlaps, gaps, and what sticks out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gewu.kernel import places
from gewu.kernel.texts import Text, say

from .findings import Finding, Kind
from .geojson import Feature
from .measures import Shapes, square_metres

#: Square metres below which an overlap or a gap is only rounding.
TOLERANCE_M2 = 1.0


@dataclass(frozen=True)
class Ground:
    """What is known already: the place the file is for, codes that exist, shapes in force above it."""

    within: str
    length: int
    known: frozenset[str]
    parents: Mapping[str, BaseGeometry]
    neighbours: Mapping[str, BaseGeometry]
    in_force: frozenset[str]
    kinds: frozenset[str] = frozenset({""})


def check(features: Sequence[Feature], ground: Ground, *, tolerance_m2: float) -> list[Finding]:
    """Everything wrong with these features as the whole net of one level within ``ground.within``.

    They may not overlap each other or a neighbour outside, nor leave the nearest place above them that has
    a shape; and where that place lies in ``ground.within`` they must fill it.
    """
    faults = {one.code: fault for one in features if (fault := _wrong_label(one, ground))}
    fit = [one for one in features if one.code not in faults]
    shapes: Shapes = np.array([one.shape for one in fit], dtype=object)
    codes = [one.code for one in fit]
    findings = [*faults.values(), *_ending(features, ground)]
    findings += overlaps(codes, shapes, tolerance_m2, beside=ground.neighbours)
    members = _by_parent(codes, ground.parents)
    for parent, numbers in members.items():
        if parent:
            own = [codes[number] for number in numbers]
            findings += outside(parent, ground.parents[parent], own, shapes[numbers], tolerance_m2)
        if parent and places.is_within(parent, ground.within):
            inner = [ground.parents[code] for code in members if code != parent and code.startswith(parent)]
            filled: Shapes = np.array([*shapes[numbers], *inner], dtype=object)
            findings += gaps(parent, ground.parents[parent], filled, tolerance_m2)
        else:
            text = say("上级区域没有可比的边界，未检查 {count} 个要素之间是否有空白", count=len(numbers))
            findings.append(Finding(Kind.UNBOUNDED, text))
    return findings


def overlaps(
    codes: Sequence[str],
    shapes: Shapes,
    tolerance_m2: float,
    *,
    beside: Mapping[str, BaseGeometry] | None = None,
) -> list[Finding]:
    """Every pair of shapes, or of a shape and one beside them, that share more ground than tolerated."""
    beside = beside or {}
    codes = [*codes, *beside]
    every: Shapes = np.array([*shapes, *beside.values()], dtype=object)
    one, other = shapely.STRtree(every).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    common: Shapes = shapely.intersection(every[one], every[other])
    areas = square_metres(common)
    found = []
    for k in np.flatnonzero(areas > tolerance_m2):
        pair = (codes[one[k]], codes[other[k]])
        text = say("{one} 与 {other} 重叠 {area} 平方米", one=pair[0], other=pair[1], area=_round(areas[k]))
        found.append(_placed(Kind.OVERLAP, text, pair, areas[k], common[k]))
    return found


def outside(
    parent: str, area: BaseGeometry, codes: Sequence[str], shapes: Shapes, tolerance_m2: float
) -> list[Finding]:
    """Every shape that leaves ``area`` by more than tolerated."""
    shapely.prepare(area)
    over = np.flatnonzero(~shapely.covers(area, shapes))
    parts: Shapes = np.atleast_1d(shapely.difference(shapes[over], area))
    areas = square_metres(parts)
    found = []
    for k in np.flatnonzero(areas > tolerance_m2):
        code = codes[over[k]]
        text = say("{code} 有 {area} 平方米在 {parent} 之外", code=code, area=_round(areas[k]), parent=parent)
        found.append(_placed(Kind.OUTSIDE_PARENT, text, (code, parent), areas[k], parts[k]))
    return found


def gaps(parent: str, area: BaseGeometry, shapes: Shapes, tolerance_m2: float) -> list[Finding]:
    """Every part of ``area`` larger than tolerated that no shape covers."""
    parts: Shapes = shapely.get_parts(shapely.difference(area, shapely.union_all(shapes)))
    areas = square_metres(parts)
    return [
        _placed(
            Kind.GAP,
            say("{parent} 有 {area} 平方米没有归属", parent=parent, area=_round(areas[k])),
            (parent,),
            areas[k],
            parts[k],
        )
        for k in np.flatnonzero(areas > tolerance_m2)
    ]


def _wrong_label(feature: Feature, ground: Ground) -> Finding | None:
    if feature.kind not in ground.kinds:
        text = say("{code} 的网格类型“{kind}”不认识", code=feature.code[:20], kind=feature.kind)
        return Finding(Kind.WRONG_KIND, text, (feature.code,))
    return _wrong_code(feature.code, ground)


def _wrong_code(code: str, ground: Ground) -> Finding | None:
    if len(code) != ground.length or not (code.isascii() and code.isdigit()):
        text = say("代码 {code} 不是 {length} 位数字", code=code[:20], length=ground.length)
        return Finding(Kind.WRONG_CODE, text, (code,))
    if not places.is_within(code, ground.within):
        text = say("{code} 不在 {within} 之内", code=code, within=ground.within)
        return Finding(Kind.WRONG_CODE, text, (code,))
    needed = code if places.level_of(code).digits <= places.Level.COMMUNITY.digits else places.parent_of(code)
    if needed not in ground.known:
        return Finding(Kind.UNKNOWN, say("{code} 所属的 {needed} 不存在", code=code, needed=needed), (code,))
    return None


def _ending(features: Sequence[Feature], ground: Ground) -> list[Finding]:
    ending = sorted(ground.in_force - {one.code for one in features})
    if not ending:
        return []
    text = say("现行的 {count} 个代码不在文件中，施行后即停用", count=len(ending))
    return [Finding(Kind.ENDING, text, tuple(ending[:50]))]


def _by_parent(codes: Sequence[str], parents: Mapping[str, BaseGeometry]) -> dict[str, list[int]]:
    """Numbers of the members by the nearest place above them that has a shape; "" where none has."""
    members: dict[str, list[int]] = {}
    nearest: dict[str, str] = {}
    for number, code in enumerate(codes):
        above = places.parent_of(code) or ""
        if above not in nearest:
            chain = reversed(places.ancestors(code))
            nearest[above] = next((place for place in chain if place in parents), "")
        members.setdefault(nearest[above], []).append(number)
    return members


def _placed(
    kind: Kind, text: Text, codes: tuple[str, ...], area: NDArray[np.float64], shape: BaseGeometry
) -> Finding:
    point = shape.representative_point()
    return Finding(kind, text, codes, round(float(area), 1), round(point.x, 7), round(point.y, 7))


def _round(area: NDArray[np.float64]) -> float | int:
    value = float(area)
    return round(value) if value >= 10 else round(value, 1)
