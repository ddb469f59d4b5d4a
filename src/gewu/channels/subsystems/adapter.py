"""One exchange for the systems of the departments: matters in, public changes back, health asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from gewu.channels import wire
from gewu.channels.matters import reported
from gewu.channels.passed_on import statuses
from gewu.infra.connectors import Adapter, Facts, Fault, Field, Line, Option, Record
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: The channel of intake that they share; which system it was says the connector.
CHANNEL = "system"
_ROWS = Path(__file__).parent / "five.json"


def _take(line: Line) -> Record:
    return reported(line, CHANNEL, str(line.values["text"]))


def _ask(connector: Facts, now: datetime) -> bool:
    """Whether the system answers: its health address says 200. Raises `Fault` when it does not."""
    address = connector.options.get("health")
    if not address:
        return False
    try:
        answer = wire.call("GET", address)
    except wire.Unreached as fault:
        raise Fault(fault.code) from None
    except Refusal:
        raise Fault("forbidden") from None
    if answer.status != 200:
        raise Fault(answer.verdict().fault or "odd")
    return True


def _ready(connector: Facts) -> None:
    if not connector.place:
        raise Refusal(say("还没有说明这个系统管哪个区划"), Kind.CONFLICT, field="place")
    if connector.options.get("write_back") == "yes" and not connector.options.get("address"):
        raise Refusal(
            say("回写状态需要对方的地址"), Kind.CONFLICT, field="address", advice=say("请先在设置里填写")
        )


def five() -> Iterable[Mapping[str, Any]]:
    """The five systems of a county: governance, emergency, city management, culture and tourism, housing."""
    found: list[Mapping[str, Any]] = json.loads(_ROWS.read_text(encoding="utf-8"))
    return found


SUBSYSTEM = Adapter(
    "subsystem",
    say("部门业务系统"),
    say("部门系统转来事项，办理状态写回去，运行状况每分钟查一次"),
    fields=(
        Field("number", say("对方编号"), required=True, longest=40),
        Field("at", say("发生时间"), required=True, form="time"),
        Field("text", say("情况"), required=True, longest=2000),
        Field("address", say("地点")),
        Field("place", say("所属区划代码"), longest=17),
        Field("lon", say("经度"), form="number"),
        Field("lat", say("纬度"), form="number"),
        Field("matter", say("事项类别代码"), longest=12),
    ),
    options=(
        Option("link", say("打开该系统的网址"), check=wire.check_address),
        Option("health", say("检查地址"), check=wire.check_address),
        Option("address", say("对方接口地址"), check=wire.check_address),
        Option("write_back", say("回写办理状态"), choices=("no", "yes")),
    ),
    ways=("push", "out"),
    identity="number",
    take=_take,
    ready=_ready,
    ask=_ask,
    every_s=60,
    send=statuses.send,
    samples=lambda: (
        {"id": "S-1", "time": "2026-03-02 09:00:00", "content": "示例事项", "location": "示例路口"},
    ),
    mapping=(
        {"field": "number", "source": "id"},
        {"field": "at", "source": "time"},
        {"field": "text", "source": "content"},
        {"field": "address", "source": "location"},
    ),
    usual=five,
)
