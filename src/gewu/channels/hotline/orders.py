"""A work order becomes a report; what the city says of it later follows that report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gewu.infra.connectors import Line, Record, record_of
from gewu.intake import actions as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actors
from gewu.security.actors import Actor
from gewu.security.vault import Contact

#: The channel of intake that all hotlines share; which city it was says the connector.
CHANNEL = "hotline"
#: What the city does with an order: passes it on, urges, adds to it, rules that it stays here.
ACTIONS = ("转办", "催办", "补充", "裁定")
#: Kinds of demand (诉求类型).
DEMANDS = ("咨询", "求助", "投诉", "举报", "建议", "表扬", "其他")
#: Parts the number of an order from what is said of it later, each of which is taken once as well.
MARK = "#"


def number_of(values: Mapping[str, Any]) -> str:
    """The number under which a row is taken once: that of the order, with the step of its way behind it."""
    number, action, flow = (str(values.get(name) or "").strip() for name in ("number", "action", "flow"))
    return f"{number}{MARK}{action}{flow}" if number and action and action != ACTIONS[0] else number


def order_of(number: str) -> str:
    """The number of the order itself."""
    return number.partition(MARK)[0]


def take(line: Line) -> Record:
    """Take one row of a hotline. Refused: what intake refuses, a word about an order that never came."""
    actor = actors.connector(line.connector.code, line.connector.place)
    action = line.values["action"] or ACTIONS[0]
    if action == "转办":
        return _received(line, actor, str(line.values["text"]))
    report = _earlier(line)
    if action == "裁定":
        said = say(
            "12345 裁定仍由本地承办（原工单 {number}）：{text}",
            number=line.values["number"],
            text=line.values["text"],
        )
        return _received(line, actor, str(said), ruled=True)
    note = intake.urge if action == "催办" else intake.supplement
    note(report, words=_without_caller(line, str(line.values["text"])), actor=actor, now=line.now)
    return Record("report", report)


def _received(line: Line, actor: Actor, text: str, *, ruled: bool = False) -> Record:
    values = line.values
    draft = intake.ReportDraft(
        channel=CHANNEL,
        text=f"【{values['demand']}】{_without_caller(line, text)}",
        lon=values["lon"],
        lat=values["lat"],
        datum=values["datum"] or "WGS84",
        place=values["place"] or ("" if values["address"] else line.connector.place),
        address=_without_caller(line, values["address"]),
        matter=values["matter"],
        contact=Contact(values["caller"], values["phone"]),
        outside_id=line.outside_id,
        received_at=values["received_at"],
        confidential=values["confidential"],
        ruled=ruled,
    )
    report = intake.receive(draft, actor=actor, now=line.now)
    if not report.place.startswith(line.connector.place):
        raise Refusal(say("地点不在这条热线的辖区内"), field="place", advice=say("请核对地点或区划代码"))
    return Record("report", report.pk, values["due_at"])


def _earlier(line: Line) -> UUID:
    number = str(line.values["number"])
    if not line.values["flow"]:
        raise Refusal(say("缺少“{field}”", field=say("流转编号")), field="flow")
    found = record_of(line.connector.id, number)
    if found is None:
        raise Refusal(
            say("没有收过工单“{number}”", number=number[:40]),
            Kind.CONFLICT,
            field="number",
            advice=say("请先发送这张工单，再发送催办、补充或裁定"),
        )
    return found


def _without_caller(line: Line, text: str) -> str:
    """What was said, without the name and number of someone who asked not to be named."""
    if line.values["confidential"]:
        for own in (line.values["caller"], line.values["phone"]):
            text = text.replace(own, "（来电人）") if len(own) > 1 else text
    return text
