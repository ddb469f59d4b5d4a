"""What happens to assistants."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class AssistantEvent(Event):
    subject = "assistant"
    audit = "rule"
    first = True


@dataclass(frozen=True, kw_only=True)
class AssistantTrained(AssistantEvent):
    sentence = say("{actor}让助手“{kind}”重新学习，版本 {version}，样本 {rows} 件")
    kind: str
    version: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class ThresholdSet(AssistantEvent):
    sentence = say("{actor}设定助手“{kind}”的最低把握，自 {since} 起")
    kind: str
    since: str
