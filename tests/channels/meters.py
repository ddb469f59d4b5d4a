"""A small real channel, as a city's water works might have it: readings, each with its number."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.infra import connectors
from gewu.infra.connectors import Adapter, Answer, Declared, Facts, Field, Line, Option, Record, Unwanted
from gewu.infra.models import Connector, Outgoing
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from tests.world import COUNTY, World

#: What came of the rows that were taken, and the messages that left; each test looks at its own.
TAKEN: list[dict[str, Any]] = []
SENT: list[UUID] = []
ANSWERS: list[Answer] = []


def _take(line: Line) -> Record | None:
    if line.values["note"] == "face":
        raise Unwanted(say("不收人脸"), field="note")
    if line.values["note"] == "bug":
        raise KeyError("a fault of ours")
    if line.values["reading"] < 0:
        raise Refusal(say("读数“{reading}”不能为负", reading=line.values["reading"]), field="reading")
    TAKEN.append(dict(line.values))
    return Record("reading", new_id())


def _send(connector: Facts, message: Outgoing, now: datetime) -> Answer:
    SENT.append(message.pk)
    return ANSWERS.pop(0) if ANSWERS else Answer(status=200)


METERS = Adapter(
    "meters",
    say("水表"),
    say("读数"),
    fields=(
        Field("number", say("编号"), required=True, longest=40),
        Field("reading", say("读数"), required=True, form="number"),
        Field("read_at", say("抄表时间"), form="time"),
        Field("owner", say("户主"), personal=True, longest=20),
        Field("leaking", say("是否漏水"), form="yes_no"),
        Field("note", say("备注")),
    ),
    options=(Option("street", say("街道"), required=True),),
    ways=("push", "out"),
    identity="number",
    take=_take,
    send=_send,
    samples=lambda: ({"id": "S1", "value": "3.5", "holder": {"name": "张三"}},),
    mapping=(
        {"field": "number", "source": "id"},
        {"field": "reading", "source": "value"},
        {"field": "read_at", "source": "at"},
        {"field": "owner", "source": "holder.name"},
        {"field": "leaking", "source": "leak", "values": {"L": "是", "-": "否"}},
        {"field": "note", "source": "note"},
    ),
)


def declared(world: World, code: str = "water", **more: Any) -> Connector:
    """A connector of this channel, named and not yet tried."""
    connectors.register([METERS])
    given = {"name_zh": "水务", "purpose_zh": "抄表", "place": COUNTY, "options": {"street": "江浦"}, **more}
    return connectors.declare(Declared(code, "meters", **given), actor=world.actor("qian.lei"), now=world.now)


def running(world: World, code: str = "water", **more: Any) -> Connector:
    """A connector of this channel that takes rows."""
    row = declared(world, code, **more)
    for event in ("try", "start"):
        row = connectors.take_step(row.pk, event, actor=world.actor("qian.lei"), now=world.now)
    return row


def reading(number: str = "A1", value: object = "3.5", **more: Any) -> dict[str, Any]:
    """A row as the water works write it."""
    return {"id": number, "value": value, **more}
