"""Another city's Open311 server: its new requests become reports, what becomes of them goes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.request import Request

from gewu.channels import wire
from gewu.channels.matters import reported
from gewu.channels.open311 import codec
from gewu.channels.open311.client import Client, Refused
from gewu.infra import connectors
from gewu.infra.connectors import Adapter, Answer, Facts, Fault, Field, Line, Option, Record
from gewu.infra.models import Outgoing
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: The channel of intake that systems share; which city it was says the connector.
CHANNEL = "system"
#: What of a request does not change while it is handled: the same request again is the same row.
LASTING = (
    "service_request_id", "service_code", "service_name", "description", "address", "lat", "long",
    "requested_datetime", "media_url",
)  # fmt: skip
#: How far back a new connector begins, and how long a request may take to appear in their list.
BEGINNING, LATENESS = timedelta(days=1), timedelta(hours=1)
ROWS = 500


class Wired(Client):
    """The client on the only way out: looked up once, no redirection, no inner address that is not listed."""

    def _tree(self, request: Request) -> Any:
        body = request.data if isinstance(request.data, bytes) else b""
        headers = dict(request.header_items())
        answered = wire.call(request.get_method(), request.full_url, headers=headers, body=body)
        if answered.status != 200:
            raise Refused(answered.status, ())
        try:
            return codec.read(self.format, answered.body)
        except Refusal:
            raise wire.Unreached("odd") from None


def client_of(connector: Facts, now: datetime) -> Client:
    """The client for a connector; its secret is the key that the other city gave."""
    options = connector.options
    key = next(iter(connectors.secrets_of(connector.id, now=now)), "")
    return Wired(
        options["address"].rstrip("/"), key, options["format"], jurisdiction=options.get("jurisdiction", "")
    )


def ask(connector: Facts, now: datetime) -> bool:
    """Fetch what was filed since the last time. Raises `Fault` when the other side fails."""
    if connector.options.get("pull") != "yes":
        return False
    since = datetime.fromisoformat(connector.cursor) - LATENESS if connector.cursor else now - BEGINNING
    try:
        found = list(client_of(connector, now).harvest(since, now))
    except Refused as refused:
        raise Fault(_verdict(refused).fault) from None
    except wire.Unreached as fault:
        raise Fault(fault.code) from None
    except Refusal:
        raise Fault("forbidden") from None
    rows = [_lasting(one) for one in found if str(one.get("status", "")).lower() != "closed"]
    for start in range(0, len(rows), ROWS):
        connectors.take(connector.id, rows[start : start + ROWS], way="pull", now=now)
    connectors.keep_cursor(connector.id, now.isoformat())
    return True


def _lasting(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in LASTING if one.get(name) not in (None, "")}


def _verdict(refused: Refused) -> Answer:
    return wire.Answered(refused.status, b"").verdict()


def send(connector: Facts, message: Outgoing, now: datetime) -> Answer:
    """Tell one change as an update of their request (mySociety's extension), once by its number."""
    told = json.loads(message.body)
    words = "：".join(filter(None, (told["status_name"], told.get("answer") or told.get("reason"))))
    try:
        client_of(connector, now).update(
            service_request_id=told["order_no"],
            update_id=message.pk.hex,
            updated_datetime=told["at"],
            status="closed" if told["status"] in CLOSED else "open",
            description=words,
        )
    except Refused as refused:
        return _verdict(refused)
    except wire.Unreached as fault:
        return Answer(fault.code)
    return Answer(status=200)


#: What is settled for whoever reported it.
CLOSED = ("closed", "returned", "answered", "void")


def _take(line: Line) -> Record:
    return reported(line, CHANNEL, str(line.values["text"]))


def _ready(connector: Facts) -> None:
    if not connector.place:
        raise Refusal(say("还没有说明这个系统管哪个区划"), Kind.CONFLICT, field="place")


OPEN311 = Adapter(
    "open311",
    say("其他城市的 Open311 平台"),
    say("定时取回对方的新诉求，把办理状态写回去；密钥由对方给"),
    fields=(
        Field("number", say("对方编号"), required=True, longest=60),
        Field("at", say("发生时间"), required=True, form="time"),
        Field("text", say("情况"), required=True, longest=2000),
        Field("address", say("地点")),
        Field("place", say("所属区划代码"), longest=17),
        Field("lon", say("经度"), form="number"),
        Field("lat", say("纬度"), form="number"),
        Field("matter", say("事项类别代码"), longest=12),
    ),
    options=(
        Option("address", say("对方接口地址"), check=wire.check_address, required=True),
        Option("jurisdiction", say("对方辖区代码（jurisdiction_id）")),
        Option("format", say("数据格式"), choices=("json", "xml")),
        Option("pull", say("取回新诉求"), choices=("yes", "no")),
        Option("write_back", say("回写办理状态"), choices=("no", "yes")),
    ),
    ways=("pull", "out"),
    identity="number",
    take=_take,
    ready=_ready,
    ask=ask,
    every_s=300,
    send=send,
    foreign_secret=True,
    samples=lambda: (
        {
            "service_request_id": "638344", "service_code": "C0101", "service_name": "上水井盖",
            "description": "人行道上的井盖不见了", "address": "凤凰大街路口", "lat": 32.0575,
            "long": 118.6025, "requested_datetime": "2026-03-02T08:30:00+08:00",
        },
    ),
    mapping=(
        {"field": "number", "source": "service_request_id"},
        {"field": "at", "source": "requested_datetime"},
        {"field": "text", "source": "description|service_name"},
        {"field": "address", "source": "address"},
        {"field": "lon", "source": "long"},
        {"field": "lat", "source": "lat"},
    ),
)  # fmt: skip
