"""What a door system declares: a device, an alarm or a fault, and when."""

from __future__ import annotations

from gewu.channels.doors import rules
from gewu.channels.matters import reported
from gewu.infra.connectors import Adapter, Facts, Field, Line, Option, Record
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

CHANNEL = "device"


def _take(line: Line) -> Record:
    site, kind, door = line.connector.name.zh, line.values["kind"], line.values["door"]
    return reported(line, CHANNEL, f"【{site}】{door}：{kind}")


def _ready(connector: Facts) -> None:
    rules.check_site(connector.options)
    if not connector.place:
        raise Refusal(say("还没有说明小区在哪个区划"), Kind.CONFLICT, field="place")


DOORS = Adapter(
    "doors",
    say("小区门禁"),
    say("只收警情和故障，由物业和网格处理；不收进出记录"),
    fields=(
        Field("number", say("对方编号"), required=True, longest=40),
        Field("door", say("哪个门"), required=True, longest=60),
        Field("kind", say("警情或故障"), required=True, choices=rules.KINDS),
        Field("at", say("发生时间"), required=True, form="time"),
    ),
    options=(
        Option("other_entry", say("不刷脸怎样进门"), choices=("没有", *rules.WAYS_IN)),
        Option("property", say("物业公司")),
    ),
    ways=("push",),
    identity="number",
    screen=rules.check_row,
    take=_take,
    ready=_ready,
    samples=lambda: ({"id": "D-1", "door": "3 栋单元门", "event": "离线", "time": "2026-03-02 09:00:00"},),
    mapping=(
        {"field": "number", "source": "id|编号"},
        {"field": "door", "source": "door|门"},
        {
            "field": "kind",
            "source": "event|事件",
            "values": {
                "forced": "强行开门", "held": "门未关好", "tamper": "防拆报警", "fire": "消防联动",
                "offline": "离线", "lock_fault": "门锁故障", "reader_fault": "读卡器故障",
                "power_fault": "电源故障",
            },
        },
        {"field": "at", "source": "time|时间"},
    ),
)  # fmt: skip
