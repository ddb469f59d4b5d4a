"""How an outside system fares: when it last worked, when it last failed and how, and that it is down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from gewu.infra import store, stream
from gewu.infra.lifecycle import CONNECTOR
from gewu.infra.models import Connector
from gewu.kernel.texts import Text, say

#: Every fault there is, by the code it is kept under. What the other side said may hold names: it is not.
FAULTS: Mapping[str, Text] = {
    "silent": say("没有应答"),
    "denied": say("对方拒绝了我们的签名或账号"),
    "odd": say("有应答，但不是应有的应答"),
    "refused": say("对方不收这条内容"),
    "folder": say("文件夹不存在或不能读写"),
    "forbidden": say("地址在内部网络，没有列入许可"),
    "broken": say("处理时出错，已记入日志"),
}
#: So many failures in a row, and it counts as down.
PATIENCE = 3
#: The longest that one which is down waits for the next try.
SLOWEST = timedelta(hours=1)


@dataclass(frozen=True)
class _Clock:
    """What notices by itself: no person acts when a system falls silent."""

    ref: str = "clock"


def note_well(connector_id: UUID, *, now: datetime, **changes: Any) -> None:
    """Keep that it worked; one that was down is up again."""
    mine = Connector.objects.filter(pk=connector_id)
    with store.writing():
        if mine.filter(failures=0, state="running").update(well_at=now, **changes):
            return
        mine.update(well_at=now, failures=0, **changes)
        _move(connector_id, "recover", now)


def note_ill(connector_id: UUID, fault: str, *, now: datetime, **changes: Any) -> None:
    """Keep that it failed, by a code of `FAULTS`; after some failures in a row it is down."""
    if fault not in FAULTS:
        raise ValueError(fault)
    mine = Connector.objects.filter(pk=connector_id)
    with store.writing():
        mine.update(ill_at=now, fault=fault, failures=F("failures") + 1, **changes)
        if mine.filter(failures__gte=PATIENCE).exists():
            _move(connector_id, "fail", now)


def _move(connector_id: UUID, event: str, now: datetime) -> None:
    """Take a step of the clock where the table has it from here; else all stays as it is."""
    row = Connector.objects.select_for_update().get(pk=connector_id)
    for step in CONNECTOR.steps_from(row.state):
        if step.event == event and step.to:
            Connector.objects.filter(pk=row.pk).update(state=step.to)
            stream.tell(step.emits(id=row.pk, place=row.place, code=row.code), actor=_Clock(), now=now)  # type: ignore[call-arg]  # every event of a connector has its code


def again_at(failures: int, every_s: float, now: datetime) -> datetime:
    """When to ask next: at its own pace, and more and more slowly while it is down."""
    return now + min(
        timedelta(seconds=every_s * 2 ** min(failures, 12)), max(SLOWEST, timedelta(seconds=every_s))
    )
