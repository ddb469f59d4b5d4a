"""What happens to the handbook of an installation."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class HandbookEvent(Event):
    subject = "handbook"
    audit = "rule"


@dataclass(frozen=True, kw_only=True)
class HelpReworded(HandbookEvent):
    sentence = say("{actor}改写帮助“{item}”，第 {version} 版")
    first = True
    item: str
    version: int


@dataclass(frozen=True, kw_only=True)
class HelpPictureAdded(HandbookEvent):
    sentence = say("{actor}给帮助“{item}”添了影片或图片")
    first = True
    item: str


@dataclass(frozen=True, kw_only=True)
class HelpPictureEnded(HandbookEvent):
    sentence = say("{actor}从帮助“{item}”撤下影片或图片")
    item: str
