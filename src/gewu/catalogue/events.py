"""What happens to the catalogue and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class CatalogueEvent(Event):
    subject = "catalogue"


class RouteEvent(Event):
    subject = "route"


@dataclass(frozen=True, kw_only=True)
class CatalogueLoaded(CatalogueEvent):
    sentence = say(
        "{actor}载入事项 {matters} 类、立案条件 {criteria} 条、部门 {departments} 个、工作日历 {workdays} 天"
    )
    first = True
    matters: int
    criteria: int
    departments: int
    workdays: int
    routes: int


@dataclass(frozen=True, kw_only=True)
class RouteAdded(RouteEvent):
    sentence = say("{actor}新增派遣规则：事项 {matter_prefix}，区域 {place}，自 {since} 起")
    first = True
    matter_prefix: str
    since: str
    department: str = ""
    unit: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RouteEnded(RouteEvent):
    sentence = say("{actor}停用派遣规则，自 {until} 起")
    until: str
