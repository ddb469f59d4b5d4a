"""Devices of the demo: a river in rise, smoke detectors, street boxes, the air; one alarm that is live."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gewu.cli.cast import Cast
from gewu.cli.scene import Scene
from gewu.security.actors import operator
from gewu.sensing import actions
from gewu.sensing.actions import DeviceSpec, Message
from gewu.sensing.queries import in_ms

#: What a device measures so many hours before now; ``noise`` is between -1 and 1.
Course = Callable[[float, float], dict[str, float]]


@dataclass(frozen=True)
class Told:
    """One device of the demo with its course."""

    spec: DeviceSpec
    days: float
    every_min: float
    course: Course


def leave(scene: Scene, cast: Cast, now: datetime) -> None:
    """Register the devices and have them say what they measured; what follows comes by itself."""
    devices = list(_devices(scene, cast.county))
    for one in devices:
        actions.register(one.spec, actor=operator(cast.home), now=now)
    said = [message for one in devices for message in _said(one, scene, now)]
    said.append(Message("box-wende-road", in_ms(now + timedelta(hours=8)), 9001, in_ms(now), {"tilt": 1}))
    said.append(Message("air-yongning", in_ms(now), 9001, in_ms(now), {"pm25": 9999}))
    actions.take_in(said, now=now)
    actions.set_maintenance(
        "box-binjiang", since=now, until=now + timedelta(hours=3), reason="更换门锁和蓄电池",
        actor=scene.people["paiqian"], now=now,
    )  # fmt: skip


def _devices(scene: Scene, county: str) -> Iterator[Told]:
    spots = iter(scene.chance.sample(scene.grids, 10))

    def at(code: str, kind: str, name: str, department: str, **more: object) -> DeviceSpec:
        _, lon, lat = next(spots)
        return DeviceSpec(code, kind, name, f"{county}-{department}", lon=lon, lat=lat, **more)  # type: ignore[arg-type]  # words of the specification

    sign = "此处为水位监测设备，只采集水位，由区水务局管理"
    river = at("gauge-chu-river", "river_gauge", "滁河晓桥水位站", "water_affairs", public=True, sign=sign)
    yield Told(river, 3, 10, _rising)
    calm = at("gauge-qiling-lake", "river_gauge", "七里河泵站水位站", "water_affairs", public=True, sign=sign)
    yield Told(calm, 3, 10, _calm)
    for number, house in enumerate(("南门社区养老驿站", "求雨山文化街区", "大新社区活动中心"), start=1):
        detector = at(f"smoke-{number:02d}", "smoke_detector", f"{house}烟感", "fire_rescue")
        yield Told(detector, 1, 15, _quiet_room)
    for code, name in (
        ("box-wende-road", "文德路通信箱"),
        ("box-binjiang", "滨江大道配电箱"),
        ("box-zhujiang", "珠江路路灯控制箱"),
    ):
        yield Told(at(code, "street_box", name, "municipal_works"), 3, 60, _shut_box)
    air = at("air-yongning", "air_station", "永宁街道空气微站", "ecology")
    yield Told(air, 7, 60, _air)


def _rising(ago: float, noise: float) -> dict[str, float]:
    """A river that rises through a night of rain and has stood above its line for more than an hour."""
    rise = 3.3 / (1 + math.exp((ago - 9) / 2.6))
    return {"level_m": round(6.35 + rise + noise * 0.02, 2), "battery": 86}


def _calm(ago: float, noise: float) -> dict[str, float]:
    return {"level_m": round(5.1 + 0.1 * math.sin(ago / 9) + noise * 0.02, 2), "battery": 92}


def _air(ago: float, noise: float) -> dict[str, float]:
    daily = round(8 - 4 * math.cos(ago / 3.8), 1)
    return {"pm25": round(62 + 30 * math.sin(ago / 11) + noise * 8), "temperature": daily}


def _quiet_room(ago: float, noise: float) -> dict[str, float]:
    return {
        "smoke": 0,
        "temperature": round(19 + 2 * math.sin(ago / 3.8) + noise * 0.3, 1),
        "humidity": round(52 + noise * 3),
        "eco2": round(520 + 60 * math.sin(ago / 4) + noise * 15),
    }


def _shut_box(ago: float, noise: float) -> dict[str, float]:
    return {"door": 0, "tilt": round(1 + abs(noise), 1), "water": 0, "battery": round(78 - (72 - ago) / 24)}


def _said(one: Told, scene: Scene, now: datetime) -> Iterator[Message]:
    count = int(one.days * 1440 / one.every_min)
    for n in range(count):
        ago = timedelta(minutes=one.every_min * (count - 1 - n))
        ts = in_ms(now - ago)
        noise = scene.chance.uniform(-1, 1)
        yield Message(one.spec.code, ts, n + 1, ts + 800, one.course(ago / timedelta(hours=1), noise))
