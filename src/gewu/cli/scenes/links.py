"""What is connected in a demo: a 12345 hotline with orders taken and orders that wait to be corrected."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gewu.cli.cast import Cast
from gewu.cli.scene import Scene
from gewu.infra import connectors, store
from gewu.infra.connectors import Declared
from gewu.infra.models import Connector

#: Kind of demand, words, place in words, class; what is missing or wrong is so on purpose.
ORDERS: tuple[tuple[str, str, str, str], ...] = (
    ("02", "小区门口人行道塌了一块，老人走路不方便，请尽快修。", "文德路小学旁", "C0104"),
    ("03", "来电人要求保密：楼下烧烤店每晚占道经营到十二点，油烟很大。", "龙华路夜市口", ""),
    ("01", "咨询：旧家具搬下楼以后应该放到哪里，谁来收？", "滨江花园", ""),
    ("02", "公交站台的座椅断了一条腿，木刺会扎人。", "凤凰大街公交站", ""),
)
WRONG: tuple[dict[str, Any], ...] = (
    {"content": ""},
    {"demand_type": "11", "content": "夜里高架下面有人飙车。"},
    {"accepted_at": "昨天下午", "content": "路口的红绿灯黑了。"},
)


def connect(scene: Scene, cast: Cast, now: datetime) -> None:
    """Declare, try and start what is connected, and have it bring what it brought today."""
    hotline = running(
        scene,
        Declared(
            "city12345",
            "hotline",
            "市 12345 政务服务便民热线",
            "按市热线管理办法接收转办工单，只用于办理和答复来电人",
            "City hotline 12345",
            "Orders passed on by the city hotline, to be handled and answered and for nothing else",
            cast.home,
            options={"write_back": "no"},
        ),
        now,
    )
    rows = [_order(scene, n, now) | dict(zip(_KEYS, one, strict=True)) for n, one in enumerate(ORDERS)]
    rows[1] |= {"secret": "1"}
    rows += [_order(scene, len(ORDERS) + n, now) | one for n, one in enumerate(WRONG)]
    with store.writing():
        connectors.take(hotline.pk, rows, way="push", now=now)
    _systems(scene, cast, now)
    _police(scene, cast, now)
    _others(scene, cast, now)


#: Systems that run in the demo, with their settings; no name under .invalid ever answers.
SYSTEMS = {
    "zhcg": {"link": "https://chengguan.example.org/"},
    "zhyj": {"link": "https://yingji.example.org/", "health": "https://yingji.invalid/health"},
    "zhzz": {"link": "https://zongzhi.example.org/"},
}


def _systems(scene: Scene, cast: Cast, now: datetime) -> None:
    """The five systems of the departments: one has passed something on, one will be found to be down."""
    keeper = scene.people["guanli"]
    connectors.load_set("subsystem", cast.home, actor=keeper, now=now)
    for code, options in SYSTEMS.items():
        row = connectors.named(code)
        connectors.set_options(row.pk, options, actor=keeper, now=now)
        for event in ("try", "start"):
            connectors.take_step(row.pk, event, actor=keeper, now=now)
    _, lon, lat = scene.chance.choice(scene.grids)
    at = (now - timedelta(minutes=50)).isoformat()
    passed_on: dict[str, Any] = {"taskNum": "CG-30418", "createTime": at, "description": "雨水箅子缺了两根"}
    passed_on |= {"coordX": lon, "coordY": lat}
    with store.writing():
        connectors.take(connectors.named("zhcg").pk, [passed_on], way="push", now=now)


def _police(scene: Scene, cast: Cast, now: datetime) -> None:
    """110: a non-police matter that waits to be taken over, and an emergency that was refused."""
    police = running(
        scene,
        Declared(
            "police110", "police", "区公安分局 110 报警服务台", "按联动办法互转事项，转出时不带反映人信息",
            "District police (110)", "Matters exchanged; what goes out says nothing about people",
            cast.home, options={"address": "https://police.example.org/api"},
        ),
        now,
    )  # fmt: skip
    _, lon, lat = scene.chance.choice(scene.grids)
    at = (now - timedelta(minutes=12)).isoformat()
    spot = {"lon": lon, "lat": lat, "at": at}
    noise = {"number": "JJ-30871", "urgent": "0", "text": "夜间广场舞音响太大，双方没有争执，请社区劝导。"}
    brawl = {"number": "JJ-30872", "urgent": "1", "text": "路口有人打架。"}
    with store.writing():
        connectors.take(police.pk, [noise | spot, brawl | spot], way="push", now=now)


def _others(scene: Scene, cast: Cast, now: datetime) -> None:
    """A door system, and a subscription that was tried and not started yet."""
    doors = running(
        scene,
        Declared(
            "binjiang-doors", "doors", "滨江花园门禁", "门禁警情和故障转物业和网格处理，不收进出记录",
            "Doors of Binjiang Gardens", "Alarms and faults of doors; never who went in", cast.home,
            options={"other_entry": "刷卡", "property": "滨江物业服务有限公司"},
        ),
        now,
    )  # fmt: skip
    at = (now - timedelta(minutes=20)).isoformat()
    event = {"id": "M-7731", "door": "5 栋单元门", "event": "held", "time": at}
    with store.writing():
        connectors.take(doors.pk, [event], way="push", now=now)
    hook = Declared(
        "partner-hook", "webhooks", "大数据中心事件订阅", "把工单的公开变化同步到区大数据中心",
        "Events for the data centre", "Public changes of cases for the data centre", cast.home,
        options={"address": "https://data.example.org/gewu", "topics": "case.filed case.closed"},
    )  # fmt: skip
    row = connectors.declare(hook, actor=scene.people["guanli"], now=now)
    connectors.take_step(row.pk, "try", actor=scene.people["guanli"], now=now)


_KEYS = ("demand_type", "content", "address", "matter")


def running(scene: Scene, given: Declared, now: datetime) -> Connector:
    """A connector that was declared, tried and started, with its secret."""
    keeper = scene.people["guanli"]
    row = connectors.declare(given, actor=keeper, now=now)
    connectors.rotate_secret(row.pk, actor=keeper, now=now)
    for event in ("try", "start"):
        row = connectors.take_step(row.pk, event, actor=keeper, now=now)
    return row


def _order(scene: Scene, n: int, now: datetime) -> dict[str, Any]:
    _, lon, lat = scene.chance.choice(scene.grids)
    at = now - timedelta(minutes=35 - 3 * n)
    return {
        "order_no": f"ZX{now:%Y%m%d}{2041 + n * 7:05d}",
        "accepted_at": at.isoformat(),
        "demand_type": "02",
        "secret": "0",
        "caller": {"name": scene.chance.choice("赵钱孙周吴郑") + "女士", "phone": f"1390000{3100 + n * 17}"},
        "address": "江浦街道",
        "lon": lon,
        "lat": lat,
        "due_at": (at + timedelta(days=5)).isoformat(),
    }
