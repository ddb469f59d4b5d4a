"""What happens to the catalogue and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class CatalogueEvent(Event):
    subject = "catalogue"
    audit = "rule"


class RouteEvent(Event):
    subject = "route"
    audit = "rule"


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


class MatterEvent(Event):
    subject = "matter"


@dataclass(frozen=True, kw_only=True)
class LimitRevised(MatterEvent):
    sentence = say("{actor}修改处置时限：{matter} 自 {since} 起为 {after}")
    first = True
    matter: str
    since: str
    before: str
    after: str


class ListEvent(Event):
    subject = "list"


@dataclass(frozen=True, kw_only=True)
class EditionDrafted(ListEvent):
    sentence = say("{actor}起草清单第 {number} 版")
    first = True
    kind: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ItemsChanged(ListEvent):
    sentence = say("{actor}修改条目 {codes}")
    codes: str
    items: int


@dataclass(frozen=True, kw_only=True)
class ConsultationOpened(ListEvent):
    sentence = say("{actor}就清单征求意见")


@dataclass(frozen=True, kw_only=True)
class OpinionGiven(ListEvent):
    sentence = say("收到一条意见")
    opinion: UUID


@dataclass(frozen=True, kw_only=True)
class OpinionAnswered(ListEvent):
    sentence = say("{actor}答复一条意见")
    opinion: UUID


@dataclass(frozen=True, kw_only=True)
class EditionSentBack(ListEvent):
    sentence = say("{actor}退回修改")


@dataclass(frozen=True, kw_only=True)
class EditionApproved(ListEvent):
    sentence = say("{actor}批准清单")


@dataclass(frozen=True, kw_only=True)
class EditionPublished(ListEvent):
    sentence = say("{actor}公布清单，自 {since} 起施行")
    since: str


@dataclass(frozen=True, kw_only=True)
class EditionSuperseded(ListEvent):
    sentence = say("由新版替代，自 {since} 起")
    since: str


@dataclass(frozen=True, kw_only=True)
class EditionWithdrawn(ListEvent):
    sentence = say("{actor}撤回清单")


class ApplicationEvent(Event):
    subject = "application"


@dataclass(frozen=True, kw_only=True)
class ApplicationMade(ApplicationEvent):
    sentence = say("{actor}申请准入")
    first = True
    kind: str
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class ApplicationAssessed(ApplicationEvent):
    sentence = say("{actor}完成评估")


@dataclass(frozen=True, kw_only=True)
class ApplicationApproved(ApplicationEvent):
    sentence = say("{actor}批准准入")


@dataclass(frozen=True, kw_only=True)
class ApplicationPublished(ApplicationEvent):
    sentence = say("{actor}公布准入")
    item: UUID


@dataclass(frozen=True, kw_only=True)
class ApplicationDeclined(ApplicationEvent):
    sentence = say("{actor}不予准入")


@dataclass(frozen=True, kw_only=True)
class ApplicationEnded(ApplicationEvent):
    sentence = say("{actor}让该事项退出")
    until: str


class RefusedEvent(Event):
    subject = "refused_task"


@dataclass(frozen=True, kw_only=True)
class TaskRefused(RefusedEvent):
    sentence = say("按清单拒绝向{unit}交办“{matter}”")
    first = True
    kind: str
    matter: str
    unit: UUID
    department: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskUnrouted(RefusedEvent):
    sentence = say("“{matter}”没有去处：清单没有指明可以承办的单位")
    first = True
    kind: str
    matter: str
    department: str = ""


@dataclass(frozen=True, kw_only=True)
class RulingRecorded(RouteEvent):
    sentence = say(
        "{actor}按工单 {case} 的裁定新增派遣规则：事项 {matter_prefix}，区域 {place}，自 {since} 起"
    )
    first = True
    matter_prefix: str
    since: str
    unit: UUID
    case: str


class RuleChangeEvent(Event):
    subject = "rule_change"
    audit = "rule"


@dataclass(frozen=True, kw_only=True)
class RuleChangeProposed(RuleChangeEvent):
    sentence = say("{actor}提出改动规则（{kind}），自 {since} 起")
    first = True
    kind: str
    since: str


@dataclass(frozen=True, kw_only=True)
class RuleChangeApproved(RuleChangeEvent):
    sentence = say("{actor}批准规则改动")


@dataclass(frozen=True, kw_only=True)
class RuleChangeRefused(RuleChangeEvent):
    sentence = say("{actor}不批准规则改动")


@dataclass(frozen=True, kw_only=True)
class RuleChangeWithdrawn(RuleChangeEvent):
    sentence = say("{actor}撤回规则改动")
