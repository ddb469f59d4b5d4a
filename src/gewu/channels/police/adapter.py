"""What 110 declares: a matter handed over, and what it says of what was handed to it."""

from __future__ import annotations

from gewu.channels import wire
from gewu.channels.police import handing, telling
from gewu.infra.connectors import Adapter, Facts, Field, Option
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

FIELDS = (
    Field("number", say("对方编号"), required=True, longest=40),
    Field("action", say("流转类型"), choices=handing.ACTIONS),
    Field("referral", say("我方转办编号"), longest=40),
    Field("at", say("接警时间"), form="time"),
    Field("urgent", say("是否紧急"), required=True, form="yes_no"),
    Field("joint", say("是否请联合到场"), form="yes_no"),
    Field("text", say("情况"), longest=2000),
    Field("address", say("地点"), longest=200),
    Field("place", say("所属区划代码"), longest=17),
    Field("lon", say("经度"), form="number"),
    Field("lat", say("纬度"), form="number"),
    Field("datum", say("坐标系"), choices=("WGS84", "GCJ02", "BD09")),
    Field("matter", say("事项类别代码"), longest=12),
    Field("caller", say("来电人"), longest=40, personal=True),
    Field("phone", say("联系电话"), longest=30, personal=True),
)

MAPPING = (
    {"field": "number", "source": "number|jjdbh"},
    {"field": "action", "source": "action", "fixed": handing.HANDED},
    {"field": "referral", "source": "referral"},
    {"field": "at", "source": "at|jjsj"},
    {"field": "urgent", "source": "urgent|sfjj", "fixed": "0"},
    {"field": "joint", "source": "joint", "fixed": "0"},
    {"field": "text", "source": "text|bjnr"},
    {"field": "address", "source": "address|sfdz"},
    {"field": "place", "source": "place"},
    {"field": "lon", "source": "lon"},
    {"field": "lat", "source": "lat"},
    {"field": "datum", "source": "datum", "fixed": "WGS84"},
    {"field": "matter", "source": "matter"},
    {"field": "caller", "source": "caller.name"},
    {"field": "phone", "source": "caller.phone"},
)

SAMPLES = (
    {
        "number": "JJ2026030200311", "at": "2026-03-02 08:50:00", "urgent": "0",
        "text": "楼上漏水到楼下，双方要求社区到场看管道，没有争执。", "address": "南门社区 6 栋",
        "caller": {"name": "周女士", "phone": "13900000017"},
    },
    {
        "number": "JJ2026030200312", "at": "2026-03-02 09:05:00", "urgent": "1", "joint": "1",
        "text": "路口护栏被撞倒横在车道上，民警已到，请城管一起到场。", "address": "凤凰大街路口",
    },
    {"number": "JJ2026030200313", "action": "接收", "referral": "0198f0c0-0000-7000-8000-000000000001"},
)  # fmt: skip


def _ready(connector: Facts) -> None:
    if not connector.place:
        raise Refusal(say("还没有说明这个系统管哪个区划"), Kind.CONFLICT, field="place")


POLICE = Adapter(
    "police",
    say("110 报警服务台"),
    say("非警务诉求转来，警情转去，每一步双方都知道；紧急警情不分流"),
    fields=FIELDS,
    options=(Option("address", say("对方接口地址"), check=wire.check_address, required=True),),
    ways=("push", "out"),
    identity="number",
    numbered=handing.number_of,
    take=handing.take,
    ready=_ready,
    send=telling.send,
    samples=lambda: SAMPLES,
    mapping=MAPPING,
)
