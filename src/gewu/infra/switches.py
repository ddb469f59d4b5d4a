"""Assistants and modules that an installation turns on and off, as dated rows with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gewu.infra import store, stream, versions
from gewu.infra.events import SwitchSet
from gewu.infra.models import Switch
from gewu.kernel.identifiers import id_after
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

MANAGE = "switches.manage"
LONGEST_REASON = 300


@dataclass(frozen=True)
class Known:
    """One thing that can be switched: what it is, what it does, and how it stands before anyone decides."""

    label: Text
    purpose: Text
    on: bool = True


#: Everything that can be switched. A new one is one line here.
KNOWN: Mapping[str, Known] = {
    "suggest.matter": Known(say("推荐事项分类"), say("按描述推荐事项类别，由人选定")),
    "suggest.route": Known(say("推荐承办单位"), say("说明派遣给谁的理由和把握，由人决定")),
    "suggest.place": Known(say("识别地点"), say("从描述里找出街道、社区，由人选定")),
    "suggest.duplicates": Known(say("提示可能重复"), say("列出附近相似的反映，由人决定是否合并")),
    "suggest.answers": Known(say("参照往案答复"), say("列出同类相似工单的答复，由人决定是否引用")),
}


class Managing(stream.Acting, Protocol):
    """Whoever acts, with a word on what they may."""

    def holds(self, right: str) -> bool: ...


def _load() -> dict[str, bool]:
    return dict(Switch.objects.order_by("id").values_list("name", "on"))


_held = versions.Held("switches", _load)


def is_on(name: str, default: bool | None = None) -> bool:
    """Whether a function is on. Until someone decides: ``default``, else what the table says."""
    decided = _held.get().get(name)
    if decided is not None:
        return decided
    return KNOWN[name].on if default is None else default


def set_switch(name: str, on: bool, *, reason: str, actor: Managing, now: datetime) -> None:
    """Turn a function on or off. Refused: without the right, an unknown name, no reason, no change."""
    if not actor.holds(MANAGE):
        raise Refusal(say("没有开关功能的权限"), Kind.FORBIDDEN, advice=say("请联系系统管理员"))
    if name not in KNOWN:
        raise Refusal(say("没有“{name}”这个开关", name=name), Kind.MISSING, field="name")
    if not reason.strip():
        raise Refusal(say("请写明原因"), field="reason")
    with store.writing():
        if _load().get(name, KNOWN[name].on) == on:
            raise Refusal(say("开关已经是这个状态"), Kind.CONFLICT)
        kept = reason.strip()[:LONGEST_REASON]
        row = Switch.objects.create(
            id=id_after(_newest(name)), name=name, on=on, reason=kept, set_by=actor.ref, set_at=now
        )
        versions.changed("switches")
        stream.tell(SwitchSet(id=row.pk, name=name, on=int(on)), actor=actor, now=now)


def _newest(name: str) -> UUID | None:
    """The row in force: the newest decides, so the next one must sort behind it."""
    return Switch.objects.filter(name=name).order_by("-id").values_list("id", flat=True).first()


@dataclass(frozen=True)
class Change:
    """One turning on or off as it is read back."""

    name: str
    on: bool
    reason: str
    by: str
    at: datetime


def history(*, limit: int = 50) -> tuple[Change, ...]:
    """The newest changes of all switches, newest first."""
    rows = Switch.objects.order_by("-id")[:limit]
    return tuple(Change(row.name, row.on, row.reason, row.set_by, row.set_at) for row in rows)
