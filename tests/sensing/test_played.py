"""Played with real series: a river in flood, smoke detectors, the air of a city."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, islice
from pathlib import Path

from gewu.cases.models import Case
from gewu.sensing import actions
from gewu.sensing.actions import Message
from gewu.sensing.models import Alarm, Quarantined, Reading
from gewu.sensing.queries import in_ms
from tests import shared
from tests.sensing.devices import registered
from tests.world import World

#: Distances from the first, with what was measured.
Points = list[tuple[timedelta, dict[str, float]]]


def _rows(name: str) -> Iterator[dict[str, str]]:
    path: Path = shared.data("sensors") / name
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _play(world: World, code: str, points: Points) -> None:
    """Send points at their distance from the first, a day together as a listener might; cases follow."""
    begin, sent = world.now, 0
    for _, day in groupby(points, key=lambda one: one[0].days):
        part = list(day)
        messages = [
            Message(code, in_ms(begin + after), n, 0, values) for n, (after, values) in enumerate(part, sent)
        ]
        world.now, sent = begin + part[-1][0], sent + len(part)
        actions.take_in(messages, now=world.now)
    world.settle()


def flood() -> Points:
    """Hat Yai, the three weeks round the flood of November 2025, hour by hour."""
    found = []
    for row in _rows("hatyai_water_level_hourly.csv.gz"):
        at = datetime.fromisoformat(row["timestamp"])  # a local time; only distances are used
        if row["level_m"] and datetime(2025, 11, 5) <= at <= datetime(2025, 11, 26):  # noqa: DTZ001 -- as above
            found.append((at, {"level_m": float(row["level_m"])}))
    return [(at - found[0][0], values) for at, values in found]


def test_flood_raises_one_alarm_and_one_case_before_its_peak(world: World) -> None:
    registered(world)
    points, begin = flood(), world.now
    _play(world, "gauge-1", points)
    assert Reading.objects.count() == len(points) > 400
    peak_after, peak = max(((after, values["level_m"]) for after, values in points), key=lambda one: one[1])
    (alarm,) = Alarm.objects.all()
    assert alarm.met_at < begin + peak_after - timedelta(hours=6)
    assert alarm.worst == peak > 11
    assert Case.objects.get().pk == alarm.case_id


def test_smoke_in_one_house_is_one_alarm_for_each_fire(world: World) -> None:
    registered(world, "smoke-1", "smoke_detector")
    rows = list(islice(_rows("smoke_detection_iot.csv.gz"), 12_000))
    points = [
        (
            timedelta(seconds=n),
            {
                "smoke": float(row["Fire Alarm"]),
                "temperature": float(row["Temperature[C]"]),
                "humidity": float(row["Humidity[%]"]),
                "eco2": float(row["eCO2[ppm]"]),
            },
        )
        for n, row in enumerate(rows)
    ]
    burns = [row["Fire Alarm"] == "1" for row in rows]
    fires = sum(now and not before for before, now in zip([False, *burns], burns, strict=False))
    _play(world, "smoke-1", points)
    assert Reading.objects.count() == len(points)
    assert 1 <= Alarm.objects.count() <= fires


def test_year_of_particulate_matter_raises_days_not_hours(world: World) -> None:
    registered(world, "air-1", "air_station")
    rows = list(islice(_rows("beijing_pm25_hourly_2010_2014.csv.gz"), 8760))
    points = [
        (timedelta(hours=n), {"pm25": float(row["pm2.5"])})
        for n, row in enumerate(rows)
        if row["pm2.5"] != "NA" and row["pm2.5"]
    ]
    _play(world, "air-1", points)
    beyond = [values["pm25"] > 150 for _, values in points]
    crossings = sum(now and not before for before, now in zip([False, *beyond], beyond, strict=False))
    alarms = Alarm.objects.count()
    # Three hours and a way back: far fewer alarms than crossings of the line.
    assert 20 < alarms < crossings / 2
    assert Quarantined.objects.count() == 0
