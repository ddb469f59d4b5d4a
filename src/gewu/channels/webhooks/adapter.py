"""A webhook is a connector that only gets: an address, a secret, topics and places within its own."""

from __future__ import annotations

from gewu.channels import wire
from gewu.channels.webhooks import sending
from gewu.channels.webhooks.topics import TOPICS, unknown, words
from gewu.infra.connectors import Adapter, Facts, Option
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: How many places one subscription may name.
MOST_PLACES = 50


def _check_topics(text: str) -> None:
    strange = unknown(words(text))
    if strange:
        raise Refusal(
            say("没有“{topic}”这类消息", topic=strange[0][:40]),
            field="topics",
            advice=say("可以是：{choices}", choices="、".join(one.name for one in TOPICS)),
        )


def _check_places(text: str) -> None:
    named = words(text)
    if len(named) > MOST_PLACES or any(not one.isdecimal() or len(one) > 17 for one in named):
        raise Refusal(say("区划代码应是数字，最多 {n} 个", n=MOST_PLACES), field="places")


def _ready(connector: Facts) -> None:
    """Nobody hears of places beyond those that the subscription was granted for."""
    if not connector.place:
        raise Refusal(say("还没有说明可以收到哪个区划的消息"), Kind.CONFLICT, field="place")
    for one in words(str(connector.options.get("places", ""))):
        if not is_within(one, connector.place):
            raise Refusal(say("区划 {place} 不在这个订阅的范围内", place=one), Kind.FORBIDDEN, field="places")


WEBHOOKS = Adapter(
    "webhooks",
    say("事件订阅（Webhook）"),
    say("工单有公开的变化时通知对方程序：只有编号和公开事实，没有任何个人信息"),
    options=(
        Option("address", say("接收地址"), check=wire.check_address, required=True),
        Option("topics", say("消息种类，空为全部"), check=_check_topics),
        Option("places", say("区划代码，空为全部范围"), check=_check_places),
    ),
    ways=("out",),
    ready=_ready,
    ask=sending.read_on,
    every_s=2,
    send=sending.send,
)
