"""Devices of the tests, and what they say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gewu.security.actors import operator
from gewu.sensing import actions
from gewu.sensing.actions import DeviceSpec, Message, TakenIn
from gewu.sensing.queries import in_ms
from tests.world import COUNTY, GRID, World

#: Where the first grid of the world lies.
SPOT: dict[str, Any] = {"lon": 118.6025, "lat": 32.0575}


def registered(world: World, code: str = "gauge-1", kind: str = "river_gauge", **more: Any) -> str:
    """A device in the first grid, unless it is said where."""
    given = {"name": "城南河闸水位站", "owner": f"{COUNTY}-water_affairs", "place": GRID, **more}
    spec = DeviceSpec(code, kind, **given)
    actions.register(spec, actor=operator(COUNTY), now=world.now)
    return code


def said(world: World, code: str, seq: int = 0, late_s: float = 0, **values: object) -> Message:
    """What a device says now; ``late_s`` seconds ago by its own clock."""
    ts = in_ms(world.now - timedelta(seconds=late_s))
    return Message(code, ts, seq, in_ms(world.now), values)


def hears(world: World, *messages: Message) -> TakenIn:
    return actions.take_in(messages, now=world.now)


def levels(world: World, code: str, *values: float, every_min: float = 60) -> TakenIn:
    """Water levels one after the other, time passing between them; what became of all of them."""
    total = TakenIn()
    for value in values:
        world.later(minutes=every_min)
        one = hears(world, said(world, code, level_m=value))
        total.stored += one.stored
        total.raised += one.raised
        total.cleared += one.cleared
        for fault, count in one.set_aside.items():
            total.set_aside[fault] = total.set_aside.get(fault, 0) + count
    return total
