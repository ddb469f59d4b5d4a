"""What a channel brings becomes a report, within the places of its connector."""

from __future__ import annotations

from gewu.infra.connectors import Line, Record
from gewu.intake import actions as intake
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security import actors


def reported(line: Line, channel: str, text: str) -> Record:
    """The report of a row with the usual fields. Refused: a place outside of its connector's."""
    values, here = line.values, line.connector
    draft = intake.ReportDraft(
        channel=channel,
        text=text,
        lon=values.get("lon"),
        lat=values.get("lat"),
        place=values.get("place") or ("" if values.get("address") else here.place),
        address=values.get("address") or "",
        matter=values.get("matter") or "",
        outside_id=f"{here.code}:{line.outside_id}"[:60],
        received_at=values.get("at"),
    )
    report = intake.receive(draft, actor=actors.connector(here.code, here.place), now=line.now)
    if not is_within(report.place, here.place):
        raise Refusal(say("地点不在这个对接的辖区内"), field="place", advice=say("请核对地点或区划代码"))
    return Record("report", report.pk)
