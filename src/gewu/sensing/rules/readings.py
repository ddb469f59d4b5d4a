"""Which readings are believed. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from gewu.kernel.texts import Name, Text, say

#: A device's clock may run ahead of ours by five minutes; what it kept while it was cut off comes for a week.
AHEAD_MS = 5 * 60 * 1000
OLDEST_MS = 7 * 24 * 3600 * 1000
#: What the columns of number and time take.
LARGEST_SEQ = 2**53

#: Why a reading is set aside, by the code it is kept under, in the order in which they are asked.
FAULTS: Mapping[str, Text] = {
    "invalid": say("不是有效数值"),
    "future": say("设备时间在将来"),
    "past": say("设备时间过早"),
    "impossible": say("数值或变化超出物理范围"),
    "duplicate": say("同一时间和序号，内容不同"),
}


@dataclass(frozen=True)
class Measure:
    """A quantity of a kind of device, with what can physically be; ``fastest`` is per second, 0 no bound."""

    name: str
    label: Name
    unit: str
    low: float
    high: float
    fastest: float = 0.0


@dataclass(frozen=True)
class Known:
    """What was last believed of a device: its time in milliseconds, and the value of each quantity."""

    ts: int = 0
    values: Mapping[str, float] = field(default_factory=dict)


def numbers_in(given: Mapping[str, object], measures: Mapping[str, Measure]) -> dict[str, float] | None:
    """The values of known quantities; None when one of them is no finite number. Yes is 1 and no is 0."""
    found: dict[str, float] = {}
    for name, value in given.items():
        if name in measures:
            if not isinstance(value, int | float) or not _finite(value):
                return None
            found[name] = float(value)
    return found


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of more than three hundred digits
        return False


def fault_of(
    values: Mapping[str, float] | None,
    ts: int,
    seq: int,
    measures: Mapping[str, Measure],
    known: Known,
    now_ms: int,
) -> str:
    """Why a reading is not believed, as a code of `FAULTS`; empty for one that is."""
    if not values or ts <= 0 or not 0 <= seq <= LARGEST_SEQ:
        return "invalid"
    if ts > now_ms + AHEAD_MS:
        return "future"
    if ts < now_ms - OLDEST_MS:
        return "past"
    for name, value in values.items():
        measure = measures[name]
        if not measure.low <= value <= measure.high or _leaps(measure, value, ts, known):
            return "impossible"
    return ""


def _leaps(measure: Measure, value: float, ts: int, known: Known) -> bool:
    """Faster than can be since what was last believed; the longer ago that was, the more may have changed."""
    if not measure.fastest or ts <= known.ts or measure.name not in known.values:
        return False
    return abs(value - known.values[measure.name]) > measure.fastest * (ts - known.ts) / 1000
