"""What happens to consoles."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class ConsoleEvent(Event):
    subject = "console"
    audit = "rule"


@dataclass(frozen=True, kw_only=True)
class PanelsSet(ConsoleEvent):
    sentence = say("{actor}设置工作台“{console}”，共 {panels} 块")
    first = True
    console: str
    panels: int


class ReclassingEvent(Event):
    subject = "reclassing"
    audit = "rule"


@dataclass(frozen=True, kw_only=True)
class MattersReclassed(ReclassingEvent):
    sentence = say("{actor}把 {matters} 件往事重新分类，抽查 {drawn} 件")
    first = True
    matters: int
    drawn: int


@dataclass(frozen=True, kw_only=True)
class ReclassingReviewed(ReclassingEvent):
    sentence = say("{actor}核对往事 {number} 的分类")
    number: str
