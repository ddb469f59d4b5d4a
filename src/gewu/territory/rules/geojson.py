"""A GeoJSON file read into valid polygons in WGS84, with everything that was wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gewu.kernel import datum as datums
from gewu.kernel.datum import Datum
from gewu.kernel.refusals import Kind as RefusalKind
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

from .findings import Finding, Kind
from .measures import Shapes, square_metres

LARGEST_FILE = 256 * 1024 * 1024
#: West, south, east, north of the country in degrees, generously.
COUNTRY = (73.0, 3.0, 136.0, 54.0)
_POLYGONS = (3, 6)


@dataclass(frozen=True)
class Columns:
    """Which properties of the file hold what."""

    code: str = "code"
    name: str = "name"
    kind: str = "kind"


@dataclass(frozen=True)
class Feature:
    """One place of the file: its code, its name where given, its shape in WGS84."""

    code: str
    name: str
    kind: str
    shape: BaseGeometry


@dataclass(frozen=True)
class Reading:
    """What could be read, in the order of codes, and what could not."""

    features: tuple[Feature, ...]
    findings: tuple[Finding, ...]
    datum: Datum


class _Feature(msgspec.Struct):
    properties: dict[str, Any] | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"null")


class _Collection(msgspec.Struct):
    type: str
    features: list[_Feature]
    datum: str = ""


def read(content: bytes, *, datum: Datum | None, columns: Columns) -> Reading:
    """Polygons of a FeatureCollection. Refuses what is too large, no GeoJSON, or without a declared datum.

    The datum is declared by the caller or by a member ``datum`` of the file; two that differ are refused.
    """
    collection = _decoded(content)
    declared = _declared(collection.datum, datum)
    shapes = shapely.from_geojson([bytes(one.geometry) for one in collection.features], on_invalid="ignore")
    labels = [_labelled(one.properties or {}, columns) for one in collection.features]
    findings: list[Finding] = []
    fit: list[Feature] = []
    for number, (label, shape) in enumerate(zip(labels, np.atleast_1d(shapes), strict=True), 1):
        fault = _fault(number, label, shape, declared)
        if fault:
            findings.append(fault)
        else:
            fit.append(replace(label, shape=shape))
    findings += _duplicates(fit)
    features, repairs = _repaired(sorted(fit, key=lambda one: one.code), declared)
    return Reading(features, (*findings, *repairs), declared)


def _decoded(content: bytes) -> _Collection:
    if len(content) > LARGEST_FILE:
        raise Refusal(
            say("边界文件超过 {limit} MB", limit=LARGEST_FILE // 2**20), RefusalKind.TOO_LARGE, field="file"
        )
    try:
        collection = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Collection)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise _not_geojson() from fault
    if collection.type != "FeatureCollection" or not collection.features:
        raise _not_geojson()
    return collection


def _not_geojson() -> Refusal:
    return Refusal(
        say("这不是可用的 GeoJSON 文件"),
        field="file",
        advice=say("文件应为 FeatureCollection，至少有一个要素，每个要素是一个面并带有代码"),
    )


def _declared(in_file: str, given: Datum | None) -> Datum:
    found = datums.datum_named(in_file) if in_file else given
    if found is None:
        raise Refusal(
            say("没有声明坐标系"),
            field="datum",
            advice=say("请说明文件用的是 WGS84/CGCS2000、GCJ-02 还是 BD-09；弄错会偏移几百米"),
        )
    if given is not None and given is not found:
        raise Refusal(
            say("文件声明的坐标系是 {file}，所选的是 {given}", file=found.name, given=given.name),
            field="datum",
        )
    return found


def _labelled(properties: dict[str, Any], columns: Columns) -> Feature:
    def text(name: str) -> str:
        value = properties.get(name)
        return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()[:200]

    return Feature(text(columns.code), text(columns.name), text(columns.kind), shapely.Polygon())


def _fault(number: int, label: Feature, shape: BaseGeometry | None, datum: Datum) -> Finding | None:
    if not label.code:
        return Finding(Kind.NO_CODE, say("第 {number} 个要素没有代码", number=number))
    called = {"number": number, "code": label.code[:20]}
    if shape is None or shape.is_empty or shapely.get_type_id(shape) not in _POLYGONS:
        return Finding(Kind.NO_POLYGON, say("第 {number} 个要素（{code}）不是面", **called), (label.code,))
    west, south, east, north = shape.bounds
    fits = COUNTRY[0] <= west and COUNTRY[1] <= south and east <= COUNTRY[2] and north <= COUNTRY[3]
    if not fits or not np.isfinite(shape.bounds).all():
        text = say("第 {number} 个要素（{code}）的坐标不在国内，可能不是经纬度", **called)
        return Finding(Kind.OUT_OF_BOUNDS, text, (label.code,))
    return None


def _duplicates(features: Iterable[Feature]) -> list[Finding]:
    seen: dict[str, int] = {}
    for one in features:
        seen[one.code] = seen.get(one.code, 0) + 1
    return [
        Finding(Kind.DUPLICATE, say("代码 {code} 出现了 {times} 次", code=code, times=times), (code,))
        for code, times in seen.items()
        if times > 1
    ]


def _repaired(features: list[Feature], datum: Datum) -> tuple[tuple[Feature, ...], list[Finding]]:
    """Flat polygons in WGS84; a shape that crosses itself is mended, one without area is left out."""
    if not features:
        return (), []
    given: Shapes = np.array([one.shape for one in features], dtype=object)
    shapes: Shapes = shapely.transform(shapely.force_2d(given), lambda xy: _in_wgs84(xy, datum))
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    findings: list[Finding] = []
    for number in broken:
        reason = str(shapely.is_valid_reason(shapes[number]))
        mended = _polygonal(shapely.make_valid(shapes[number]))
        shapes[number] = mended
        findings.append(_repair(features[number].code, reason, mended))
    kept = [
        replace(one, shape=shape) for one, shape in zip(features, shapes, strict=True) if not shape.is_empty
    ]
    return tuple(kept), findings


def _in_wgs84(points: Any, datum: Datum) -> Any:
    lon, lat = datums.to_wgs84(points[:, 0].copy(), points[:, 1].copy(), datum)
    return np.column_stack([lon, lat])


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) in _POLYGONS]
    found: BaseGeometry = shapely.union_all(parts)
    return found


def _repair(code: str, reason: str, mended: BaseGeometry) -> Finding:
    if mended.is_empty:
        return Finding(Kind.NO_POLYGON, say("{code} 没有面积", code=code), (code,))
    fault, _, where = reason.partition("[")
    text = say("{code} 的边界有误，已自动修复（{fault}）", code=code, fault=fault)
    point = mended.representative_point()
    area = float(square_metres(np.array([mended], dtype=object))[0])
    return Finding(Kind.REPAIRED, text, (code,), area, point.x, point.y)
