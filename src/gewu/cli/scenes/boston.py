"""Boston: real points and limits of open 311 records. Not in China: every code is made up and says so.

The records are read when the scene is loaded and are no part of the platform.
"""

from __future__ import annotations

import csv
import gzip
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gewu.catalogue import actions as catalogue
from gewu.catalogue.actions import ClassSpec, RouteSpec
from gewu.cli import founding
from gewu.cli.cast import cast_of
from gewu.cli.scenes import staging
from gewu.cli.scenes.staging import Shown
from gewu.infra import store
from gewu.intake import actions as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import Unit
from gewu.security import queries as accounts
from gewu.security.actors import ANONYMOUS, operator
from gewu.territory import actions as territory

COUNTY = "990101"
FILE = Path("data") / "boston311" / "requests_2011.csv.gz"
ABOVE = (
    ("99", "示例省（非中国区划）"),
    ("9901", "示例市（非中国区划）"),
    (COUNTY, "波士顿（示例代码）"),
)
#: How many of the records become reports, and how many columns and rows of cells are drawn over them.
REPORTS, CELLS = 300, 20
STAGES = 4
#: Names of areas with fewer records are other spellings of larger ones.
FEWEST = 500
#: Which of our offices stands for which of theirs.
OFFICES = {
    "PWDx": "municipal_works",
    "ISD": "housing_construction",
    "PARK": "landscape",
    "BTDT": "transport",
    "PROP": "housing_construction",
    "BWSC": "drainage",
}
OTHERWISE = "government_services"

CAST = cast_of(
    COUNTY, street=f"{COUNTY}001", called=("街道办", "sub-district office"), centre=f"{COUNTY}-grid_centre"
)


@dataclass(frozen=True)
class Request:
    """One record: where, what, whose, and how long it was to take."""

    lon: float
    lat: float
    type: str
    office: str
    area: str
    limit: timedelta


def records(folder: str) -> list[Request]:
    """The records that name an area and a limit; refused when the folder does not hold them."""
    path = Path(folder) / FILE
    if not folder or not path.is_file():
        raise Refusal(
            say("没有找到波士顿的公开记录 {file}", file=str(FILE)),
            Kind.MISSING,
            advice=say("请用 GEWU_SHARED_DATA 指定放有 data/ 的文件夹"),
        )
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["neighborhood"].strip() and row["target_dt"]]
    found = [one for one in map(_request, rows) if one.limit > timedelta()]
    areas = Counter(one.area for one in found)
    return [one for one in found if areas[one.area] >= FEWEST]


def _request(row: dict[str, str]) -> Request:
    return Request(
        float(row["longitude"]),
        float(row["latitude"]),
        row["type"],
        OFFICES.get(row["department"], OTHERWISE),
        row["neighborhood"].strip(),
        datetime.fromisoformat(row["target_dt"]) - datetime.fromisoformat(row["open_dt"]),
    )


def build(now: datetime, shown: list[Shown]) -> Iterator[None]:
    """Places round the points, classes with the limits of the records, people, and a sample of reports."""
    founded, found = now - timedelta(days=30), records(os.environ.get("GEWU_SHARED_DATA", ""))
    founding.lay_ground(COUNTY, now=founded, divisions=False)
    lay_places(found, now=founded)
    yield
    founding.set_up_units(COUNTY, now=founded)
    codes = add_classes(found, now=founded)
    yield
    shown += staging.take_up_posts(CAST, now=founded)
    yield
    report(found, codes, now=now)
    yield


def lay_places(found: list[Request], *, now: datetime) -> None:
    """A sub-district with one community for each area, and cells given to the area most seen in them."""
    areas = {area: f"{COUNTY}{n:03d}" for n, area in enumerate(sorted({one.area for one in found}), 1)}
    rows = [*ABOVE, *((code, area) for area, code in areas.items())]
    rows += [(f"{code}001", f"{area}（示意社区）") for area, code in areas.items()]
    named = [territory.DivisionRow(code, name) for code, name in rows]
    territory.record_divisions(named, FILE.name, actor=operator(), now=now)
    cells = _cells(found, areas)
    territory.lay_cells(cells, within_=COUNTY, since=founding.SINCE, actor=operator(COUNTY), now=now)


def _cells(found: list[Request], areas: dict[str, str]) -> dict[str, list[BaseGeometry]]:
    lons, lats = (np.array([getattr(one, name) for one in found]) for name in ("lon", "lat"))
    xs, ys = (np.round(np.linspace(v.min() - 1e-4, v.max() + 1e-4, CELLS + 1), 6) for v in (lons, lats))
    seen: dict[tuple[int, int], Counter[str]] = {}
    for one, x, y in zip(found, np.searchsorted(xs, lons) - 1, np.searchsorted(ys, lats) - 1, strict=True):
        seen.setdefault((int(x), int(y)), Counter())[one.area] += 1
    cells: dict[str, list[BaseGeometry]] = {}
    for (x, y), counted in sorted(seen.items()):
        community = f"{areas[counted.most_common(1)[0][0]]}001"
        cells.setdefault(community, []).append(shapely.box(xs[x], ys[y], xs[x + 1], ys[y + 1]))
    return cells


def add_classes(found: list[Request], *, now: datetime) -> dict[str, str]:
    """A class for each type with the median of its recorded limits, routed to its office; codes by type."""
    by_type: dict[str, list[Request]] = {}
    for one in found:
        by_type.setdefault(one.type, []).append(one)
    codes = {name: f"Z{n:03d}" for n, name in enumerate(sorted(by_type), 1)}
    specs = [ClassSpec("Z", "Boston 311", FILE.name)]
    specs += [_class(codes[name], name, some) for name, some in by_type.items()]
    catalogue.add_classes(specs, place=COUNTY, actor=operator(COUNTY), now=now)
    with store.writing():
        for name, some in by_type.items():
            office = Counter(one.office for one in some).most_common(1)[0][0]
            route = RouteSpec(codes[name], COUNTY, founding.SINCE, f"记录中“{name}”的部门", office)
            catalogue.add_route(route, actor=operator(COUNTY), now=now)
    return codes


def _class(code: str, name: str, some: list[Request]) -> ClassSpec:
    days = max(round(median(one.limit / timedelta(days=1) for one in some)), 1)
    office = Counter(one.office for one in some).most_common(1)[0][0]
    limits = (Decimal(2), Unit.WORK_HOUR), (Decimal(days), Unit.CALENDAR_DAY)
    return ClassSpec(code, name[:60], FILE.name, "Z", "event", office, 3, *limits)


def report(found: list[Request], codes: dict[str, str], *, now: datetime) -> int:
    """Raise a sample of the records at their own points, over the last days; answers with how many."""
    chance = random.Random(2011)  # noqa: S311 -- the scene must look the same every time
    clerk = accounts.actor_named("shouli", now=now)
    if clerk is None:
        raise LookupError("shouli")
    sample = chance.sample(found, min(REPORTS, len(found)))
    with store.writing():
        for one in sample:
            at = now - timedelta(hours=chance.uniform(1, 24 * 12))
            draft = intake.ReportDraft(
                channel="web", text=f"{one.type}（{one.area}）", lon=one.lon, lat=one.lat
            )
            raised = intake.receive(draft, actor=ANONYMOUS, now=at)
            intake.take(
                raised.pk, "accept", actor=clerk, now=at + timedelta(minutes=20), matter=codes[one.type]
            )
    return len(sample)
