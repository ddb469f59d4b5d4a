"""What happens to the net of places."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class TerritoryEvent(Event):
    subject = "territory"


@dataclass(frozen=True, kw_only=True)
class DivisionsLoaded(TerritoryEvent):
    sentence = say("{actor}载入区划 {rows} 条")
    first = True
    rows: int


@dataclass(frozen=True, kw_only=True)
class BoundariesChecked(TerritoryEvent):
    sentence = say("{actor}检查边界文件：{features} 个要素，{blocking} 处须先改正")
    first = True
    features: int
    blocking: int


@dataclass(frozen=True, kw_only=True)
class BoundariesWaiting(TerritoryEvent):
    sentence = say("{actor}上传边界文件，等待检查")
    first = True


@dataclass(frozen=True, kw_only=True)
class WaitingBoundariesChecked(BoundariesChecked):
    """The same of a file that had to wait for it."""

    first = False


@dataclass(frozen=True, kw_only=True)
class BoundariesNotTaken(TerritoryEvent):
    sentence = say("边界文件没有检查成")


@dataclass(frozen=True, kw_only=True)
class BoundariesTookForce(TerritoryEvent):
    sentence = say("边界自 {since} 起施行，共 {features} 个")
    since: str
    features: int


@dataclass(frozen=True, kw_only=True)
class AliasesRecorded(TerritoryEvent):
    sentence = say("{actor}登记旧网格编号 {rows} 个")
    first = True
    rows: int


class SuccessionEvent(Event):
    subject = "succession"
    audit = "rule"


@dataclass(frozen=True, kw_only=True)
class SuccessionPlanned(SuccessionEvent):
    sentence = say("{actor}确定自 {since} 起由后继区域承接，共 {places} 个")
    first = True
    since: str
    places: int


@dataclass(frozen=True, kw_only=True)
class SuccessionUndone(SuccessionEvent):
    sentence = say("{actor}撤销区域承接")


@dataclass(frozen=True, kw_only=True)
class PlacesSucceeded(SuccessionEvent):
    sentence = say("区域由后继区域承接，共 {places} 个")
    places: int
