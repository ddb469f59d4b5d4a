"""What topics say: whose branch it is and what kind of message. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from gewu.kernel.texts import Text, say

#: Why a message cannot be taken, by the code under which it is counted.
FAULTS: Mapping[str, Text] = {
    "topic": say("主题不合约定"),
    "tenant": say("主题不属于本辖区"),
    "nobody": say("主题里没有设备编号，须由代理服务器在前面加上 tb/设备编号"),
    "large": say("消息过大"),
    "json": say("内容不是有效的 JSON"),
    "shape": say("内容不合约定"),
    "mismatch": say("内容里的设备与主题不一致"),
    "unknown": say("设备没有登记"),
    "failed": say("处理时出错"),
}


class Unreadable(Exception):
    """A message that cannot be taken; ``code`` is one of `FAULTS`. Nothing of its content is in it."""

    def __init__(self, code: str, device: str = "") -> None:
        super().__init__(code)
        self.code, self.device = code, device


@dataclass(frozen=True)
class Topic:
    """Whose message it is and of what kind; the device is empty where the content names several."""

    kind: str
    device: str = ""
    site: str = ""
    #: ``gewu`` or ``thingsboard``.
    dialect: str = "gewu"


_ID = r"[a-z0-9][a-z0-9-]{0,39}"
_OWN = re.compile(rf"gov/({_ID})/({_ID})/({_ID})/(telemetry|event|state|ack)")
_MOUNTED = re.compile(rf"tb/({_ID})/v1/devices/me/(telemetry|attributes)")
_GATEWAY = re.compile(rf"(?:tb/{_ID}/)?v1/gateway/telemetry")
_BARE = re.compile(r"v1/devices/me/(?:telemetry|attributes)")
#: No topic of the convention is longer.
LONGEST = 200


@lru_cache(maxsize=20_000)
def read_topic(text: str, tenant: str) -> Topic:
    """What a topic says, for the installation ``tenant``; raises `Unreadable` for any other."""
    if len(text) > LONGEST:
        raise Unreadable("topic")
    if own := _OWN.fullmatch(text):
        if own[1] != tenant:
            raise Unreadable("tenant")
        return Topic(own[4], own[3], own[2])
    if mounted := _MOUNTED.fullmatch(text):
        return Topic(mounted[2], mounted[1], dialect="thingsboard")
    if _GATEWAY.fullmatch(text):
        return Topic("gateway", dialect="thingsboard")
    raise Unreadable("nobody" if _BARE.fullmatch(text) else "topic")


def filters(tenant: str, group: str = "") -> tuple[str, ...]:
    """What to subscribe to; with a ``group`` several listeners share the messages among them."""
    share = f"$share/{group}/" if group else ""
    own = (f"gov/{tenant}/+/+/{kind}" for kind in ("telemetry", "event", "state", "ack"))
    foreign = (
        "tb/+/v1/devices/me/telemetry",
        "tb/+/v1/devices/me/attributes",
        "tb/+/v1/gateway/telemetry",
        "v1/gateway/telemetry",
        "v1/devices/me/telemetry",
    )
    return tuple(share + one for one in (*own, *foreign))


def command_topic(tenant: str, site: str, device: str) -> str:
    """Where a device listens for what it is asked."""
    return f"gov/{tenant}/{site}/{device}/cmd"


def state_topic(tenant: str) -> str:
    """Where the listener itself says whether it is there: retained, and left by its last will."""
    return f"gov/{tenant}/platform/listener/state"
