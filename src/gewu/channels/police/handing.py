"""What 110 hands over becomes a report; what it says of a handing over is a step of its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.infra.connectors import Line, Record, Unwanted, record_of
from gewu.intake import actions as intake
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actors
from gewu.security.actors import Actor
from gewu.security.vault import Contact

#: The channel of intake, and the body outside of the kinds of referral.
CHANNEL = "police"
HANDED, WITHDRAWN = "转办", "撤回"
#: What 110 says of what was handed to it, and the step that it is.
ANSWERS: Mapping[str, str] = {"接收": "accept", "退回": "refuse", "办结": "finish"}
ACTIONS = (HANDED, WITHDRAWN, *ANSWERS)
MARK = "#"


def number_of(values: Mapping[str, Any]) -> str:
    """The number under which a row is taken once: that of the matter, with the step of its way behind it."""
    number, action, ours = (str(values.get(name) or "").strip() for name in ("number", "action", "referral"))
    return f"{number}{MARK}{action}{ours[:12]}" if number and action not in ("", HANDED) else number


def take(line: Line) -> Record:
    """Take one row of 110.

    Refused for good, with nothing kept: an emergency that would be handed away. Refused: what intake
    refuses, a word about a handing over that is not between this desk and this system.
    """
    actor = actors.connector(line.connector.code, line.connector.place)
    action = line.values["action"] or HANDED
    if action == HANDED:
        return _received(line, actor)
    if action == WITHDRAWN:
        return _withdrawn(line, actor)
    key = _ours(line)
    words = {"refuse": "reason", "finish": "result"}
    event = ANSWERS[action]
    given = {words[event]: line.values["text"]} if event in words else {}
    cases.take_referral(key, event, actor=actor, now=line.now, **given)
    return Record("referral", key)


def _received(line: Line, actor: Actor) -> Record:
    values, here = line.values, line.connector
    if values["urgent"] and not values["joint"]:
        raise Unwanted(
            say("紧急警情不得分流，请先行处置"),
            Kind.CONFLICT,
            field="urgent",
            advice=say("需要联合处置的，请发“联合到场”"),
        )
    if not values["text"]:
        raise Refusal(say("缺少“{field}”", field=say("情况")), field="text")
    draft = intake.ReportDraft(
        channel=CHANNEL,
        text=values["text"],
        lon=values["lon"],
        lat=values["lat"],
        datum=values["datum"] or "WGS84",
        place=values["place"] or ("" if values["address"] else here.place),
        address=values["address"],
        matter=values["matter"],
        contact=Contact(values["caller"], values["phone"]),
        outside_id=f"{here.code}:{line.outside_id}"[:60],
        received_at=values["at"],
    )
    report = intake.receive(draft, actor=actor, now=line.now)
    if not is_within(report.place, here.place):
        raise Refusal(say("地点不在这个对接的辖区内"), field="place", advice=say("请核对地点或区划代码"))
    kind = "from_police_on_site" if values["joint"] else "from_police"
    came = cases.Incoming(kind, report.pk, report.place, here.code, line.outside_id)
    cases.receive(came, actor=actor, now=line.now)
    return Record("report", report.pk)


def _withdrawn(line: Line, actor: Actor) -> Record:
    """Their own matter, taken back; the report stays on its desk, which decides what becomes of it."""
    report = record_of(line.connector.id, str(line.values["number"]))
    found = queries.handed_as(report) if report else None
    if found is None:
        raise Refusal(
            say("没有收过“{number}”", number=str(line.values["number"])[:40]), Kind.CONFLICT, field="number"
        )
    cases.take_referral(found, "withdraw", actor=actor, now=line.now, reason=line.values["text"])
    return Record("referral", found)


def _ours(line: Line) -> UUID:
    try:
        return UUID(str(line.values["referral"]))
    except ValueError:
        raise Refusal(
            say("缺少“{field}”", field=say("我方转办编号")),
            field="referral",
            advice=say("请写转出时给的编号"),
        ) from None
