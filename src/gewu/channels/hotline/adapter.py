"""What the hotline declares: the fields of a work order by GB/T 33358-2016, and where they come from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gewu.channels import wire
from gewu.channels.hotline import orders, pulling
from gewu.channels.passed_on import statuses
from gewu.infra.connectors import Adapter, Facts, Field, Option
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

FIELDS = (
    Field("number", say("工单编号"), required=True, longest=60),
    Field("action", say("流转类型"), choices=orders.ACTIONS),
    Field("flow", say("流转编号"), longest=20),
    Field("received_at", say("受理时间"), required=True, form="time"),
    Field("demand", say("诉求类型"), required=True, choices=orders.DEMANDS),
    Field("text", say("诉求内容"), required=True, longest=2000),
    Field("confidential", say("是否保密"), required=True, form="yes_no"),
    Field("caller", say("来电人"), longest=40, personal=True),
    Field("phone", say("联系电话"), longest=30, personal=True),
    Field("address", say("诉求地点"), longest=200),
    Field("place", say("所属区划代码"), longest=17),
    Field("lon", say("经度"), form="number"),
    Field("lat", say("纬度"), form="number"),
    Field("datum", say("坐标系"), choices=("WGS84", "GCJ02", "BD09")),
    Field("matter", say("事项类别代码"), longest=12),
    Field("due_at", say("办理时限"), form="time"),
)

#: As the fake city of the tests and most exports write it; the names in a file stand behind the bar.
MAPPING = (
    {"field": "number", "source": "order_no|工单编号"},
    {"field": "action", "source": "action|流转类型", "fixed": "转办"},
    {"field": "flow", "source": "flow_no|流转编号"},
    {"field": "received_at", "source": "accepted_at|受理时间"},
    {
        "field": "demand",
        "source": "demand_type|诉求类型",
        "values": {"01": "咨询", "02": "求助", "03": "投诉", "04": "举报", "05": "建议", "06": "表扬"},
    },
    {"field": "text", "source": "content|诉求内容"},
    {"field": "confidential", "source": "secret|是否保密"},
    {"field": "caller", "source": "caller.name|来电人"},
    {"field": "phone", "source": "caller.phone|联系电话"},
    {"field": "address", "source": "address|诉求地点"},
    {"field": "place", "source": "division|所属区划代码"},
    {"field": "lon", "source": "lon|经度"},
    {"field": "lat", "source": "lat|纬度"},
    {"field": "datum", "source": "datum|坐标系", "fixed": "WGS84"},
    {"field": "matter", "source": "matter|事项类别代码"},
    {"field": "due_at", "source": "due_at|办理时限"},
)


def _samples() -> Iterable[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = json.loads((Path(__file__).parent / "samples.json").read_text("utf-8"))
    return found


def _ready(connector: Facts) -> None:
    """Whoever is to be asked or told needs an address; a place says where its matters may lie."""
    asks = connector.options.get("pull") == "yes" or connector.options.get("write_back") == "yes"
    if asks and not connector.options.get("address"):
        raise Refusal(
            say("主动拉取或回写状态需要对方的地址"),
            Kind.CONFLICT,
            field="address",
            advice=say("请先在设置里填写"),
        )
    if not connector.place:
        raise Refusal(say("还没有说明这条热线管哪个区划"), Kind.CONFLICT, field="place")


HOTLINE = Adapter(
    "hotline",
    say("12345 政务热线"),
    say("按 GB/T 33358 的工单字段收工单，把办理状态写回热线"),
    fields=FIELDS,
    options=(
        Option("address", say("对方接口地址"), check=wire.check_address),
        Option("pull", say("主动拉取工单"), choices=("no", "yes")),
        Option("write_back", say("回写办理状态"), choices=("yes", "no")),
        Option("folder", say("监看文件夹"), choices=("no", "yes")),
    ),
    ways=("push", "pull", "file", "out"),
    identity="number",
    numbered=orders.number_of,
    take=orders.take,
    ready=_ready,
    ask=pulling.ask,
    every_s=60,
    send=statuses.send,
    samples=_samples,
    mapping=MAPPING,
)
