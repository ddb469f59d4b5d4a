"""Door for reading: alarms, devices and their series, what a rule would have raised."""

from gewu.sensing.queries.alarms import (
    AlarmLine,
    AlarmPage,
    AlarmStep,
    alarm,
    alarms,
    of_case,
    responses,
)
from gewu.sensing.queries.devices import (
    Aside,
    Asked,
    DeviceLine,
    DevicePage,
    Series,
    Work,
    counts,
    device,
    devices,
    grids_without_device,
    series,
)
from gewu.sensing.queries.known import KindFacts, device_named, in_ms, watch
from gewu.sensing.queries.rehearsal import AlarmRehearsal, WouldBe, rehearse
from gewu.sensing.queries.wording import number_words
from gewu.sensing.rules import COMMANDS, AlarmRule, Measure, Responses

__all__ = [
    "COMMANDS",
    "AlarmLine",
    "AlarmPage",
    "AlarmRehearsal",
    "AlarmRule",
    "AlarmStep",
    "Aside",
    "Asked",
    "DeviceLine",
    "DevicePage",
    "KindFacts",
    "Measure",
    "Responses",
    "Series",
    "Work",
    "WouldBe",
    "alarm",
    "alarms",
    "counts",
    "device",
    "device_named",
    "devices",
    "grids_without_device",
    "in_ms",
    "number_words",
    "of_case",
    "rehearse",
    "responses",
    "series",
    "watch",
]
