"""The alarm of a household: help asked for, and the household's own word to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gewu.channels.household import rules
from gewu.channels.matters import reported
from gewu.infra import connectors
from gewu.infra.connectors import Adapter, Facts, Field, Line, Record, Unwanted
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

CHANNEL = "device"
_SWITCH = "household_off", "household_on"


def _number(values: Mapping[str, Any]) -> str:
    """Of its alarms and of its own word each is taken once, under the household they come from."""
    household, number, kind = (
        str(values.get(name) or "").strip() for name in ("household", "number", "kind")
    )
    mark = "!" if kind in (rules.ON, rules.OFF) else "#"
    return f"{household}{mark}{number}" if household and number else ""


def _take(line: Line) -> Record:
    household, kind = str(line.values["household"]), str(line.values["kind"])
    if kind in (rules.ON, rules.OFF):
        return Record(_SWITCH[kind == rules.ON], new_id())
    if is_off(line.connector, household):
        raise Unwanted(say("这户已关闭报警"), Kind.CONFLICT, advice=say("由这户自己重新开启后才会再收"))
    if not line.values["address"]:
        raise Refusal(say("缺少“{field}”", field=say("楼栋")), field="address")
    return reported(line, CHANNEL, f"【家庭报警】{line.values['address']}：{kind}")


def is_off(connector: Facts, household: str) -> bool:
    """Whether the household's own last word was to be left alone."""
    return connectors.last_kind(connector.id, f"{household}!") == _SWITCH[0]


def _ready(connector: Facts) -> None:
    if not connector.place:
        raise Refusal(say("还没有说明这些住户在哪个区划"), Kind.CONFLICT, field="place")


HOUSEHOLD = Adapter(
    "household",
    say("家庭报警"),
    say("住户自己发出的求助，送到网格；住户随时可以自己关闭，不收画面和声音"),
    fields=(
        Field("number", say("消息编号"), required=True, longest=30),
        Field("household", say("户代码"), required=True, longest=40),
        Field("kind", say("求助种类"), required=True, choices=(*rules.KINDS, rules.ON, rules.OFF)),
        Field("at", say("发生时间"), form="time"),
        Field("address", say("楼栋"), longest=100),
    ),
    ways=("push",),
    identity="number",
    numbered=_number,
    screen=rules.check_row,
    take=_take,
    ready=_ready,
    samples=lambda: (
        {
            "id": "1",
            "home": "H-0301",
            "event": "烟雾",
            "time": "2026-03-02 09:00:00",
            "building": "滨江花园 3 栋",
        },
    ),
    mapping=(
        {"field": "number", "source": "id"},
        {"field": "household", "source": "home"},
        {
            "field": "kind",
            "source": "event",
            "values": {
                "help": "求助",
                "smoke": "烟雾",
                "gas": "燃气",
                "leak": "漏水",
                "on": "开启",
                "off": "关闭",
            },
        },
        {"field": "at", "source": "time"},
        {"field": "address", "source": "building"},
    ),
)
