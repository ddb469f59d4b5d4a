"""What happens to a case and to those who work on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class CaseEvent(Event):
    subject = "case"


@dataclass(frozen=True, kw_only=True)
class CaseFiled(CaseEvent):
    sentence = say("{actor}立案，事项为“{matter}”")
    first = True
    matter: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class CaseDispatched(CaseEvent):
    sentence = say("{actor}派遣给{unit}")
    public = True
    unit: UUID
    route: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseReturned(CaseEvent):
    sentence = say("{unit}退回，建议由{proposed}承办")
    unit: UUID
    #: Nobody when the office could not say.
    proposed: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CaseRecalled(CaseEvent):
    sentence = say("{actor}从{unit}收回")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class CaseRuled(CaseEvent):
    sentence = say("{actor}裁定由{unit}承办")
    public = True
    unit: UUID
    route: str = ""


@dataclass(frozen=True, kw_only=True)
class CasePassed(CaseEvent):
    unit: UUID
    before: UUID


@dataclass(frozen=True, kw_only=True)
class CasePassedUp(CasePassed):
    sentence = say("{before}上交{unit}")
    public = True


@dataclass(frozen=True, kw_only=True)
class CasePassedDown(CasePassed):
    sentence = say("{before}交{unit}办理")
    public = True


@dataclass(frozen=True, kw_only=True)
class CaseSignedFor(CaseEvent):
    sentence = say("{unit}签收，开始处置")
    public = True
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class CaseHandled(CaseEvent):
    sentence = say("{unit}上报办结，等待核查")
    public = True
    unit: UUID
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseSelfHandled(CaseEvent):
    sentence = say("{actor}当场处置，等待核查")
    public = True
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseSentOn(CaseEvent):
    sentence = say("{actor}核查未通过，改由承办单位办理")


@dataclass(frozen=True, kw_only=True)
class ExtensionAsked(CaseEvent):
    sentence = say("{unit}申请延期 {amount} 个{time_unit}")
    unit: UUID
    amount: str
    time_unit: str


@dataclass(frozen=True, kw_only=True)
class ExtensionApproved(CaseEvent):
    sentence = say("{actor}同意延期 {amount} 个{time_unit}")
    public = True
    unit: UUID
    amount: str
    time_unit: str


@dataclass(frozen=True, kw_only=True)
class ExtensionRefused(CaseEvent):
    sentence = say("{actor}不同意{unit}延期")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class ShelvingAsked(CaseEvent):
    sentence = say("{unit}申请挂账到{until}")
    unit: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class ShelvingRefused(CaseEvent):
    sentence = say("{actor}不同意{unit}挂账")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class CaseShelved(CaseEvent):
    sentence = say("{actor}同意挂账到{until}，期间时限暂停")
    public = True
    public_words = ("reason",)
    unit: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class ShelvingReviewed(CaseEvent):
    sentence = say("{actor}复核挂账，截止{until}")
    unit: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class CaseResumed(CaseEvent):
    sentence = say("{actor}恢复办理，由{unit}继续")
    public = True
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class ApplicationLapsed(CaseEvent):
    sentence = say("申请未决，随办理进展作废")
    kind: str


@dataclass(frozen=True, kw_only=True)
class AppealMade(CaseEvent):
    sentence = say("{unit}就超时提出申诉")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class AppealPassed(CaseEvent):
    sentence = say("{actor}初审同意{unit}的超时申诉")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class AppealGranted(CaseEvent):
    sentence = say("{actor}复审同意{unit}的超时申诉；超时的事实仍在记录中")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class AppealRefused(CaseEvent):
    sentence = say("{actor}不同意{unit}的超时申诉")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class CaseTagged(CaseEvent):
    sentence = say("{actor}标为“{tag}”")
    tag: str


@dataclass(frozen=True, kw_only=True)
class CaseUntagged(CaseEvent):
    sentence = say("{actor}去掉标签“{tag}”")
    tag: str


@dataclass(frozen=True, kw_only=True)
class ConcernNamed(CaseEvent):
    sentence = say("{actor}注明被反映单位：{unit}")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class RungReached(CaseEvent):
    sentence = say("{unit}的处置时限已用 {percent}%")
    unit: UUID | None
    percent: int
    tells: str


@dataclass(frozen=True, kw_only=True)
class CheckBegun(CaseEvent):
    sentence = say("{actor}开始核查")


@dataclass(frozen=True, kw_only=True)
class CheckFailed(CaseEvent):
    sentence = say("{actor}核查未通过，退回{unit}返工")
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class CaseClosed(CaseEvent):
    sentence = say("{actor}核查通过，结案并答复")
    public = True
    public_words = ("answer",)


@dataclass(frozen=True, kw_only=True)
class CaseConfirmed(CaseEvent):
    sentence = say("反映人确认已解决")
    public = True


@dataclass(frozen=True, kw_only=True)
class CaseReopened(CaseEvent):
    sentence = say("{actor}要求重新办理，交回{unit}")
    public = True
    unit: UUID


@dataclass(frozen=True, kw_only=True)
class CaseVoided(CaseEvent):
    sentence = say("{actor}作废")
    public = True
    public_words = ("reason",)


@dataclass(frozen=True, kw_only=True)
class DeadlinePassed(CaseEvent):
    sentence = say("超过时限：{clock}")
    clock: str
    unit: UUID | None = None
    #: The part of a called party, when it is that clock.
    assignment: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AssistEvent(CaseEvent):
    """Of one called party: a unit, or else an official whom the assignment names."""

    assignment: UUID
    unit: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AssistCalled(AssistEvent):
    sentence = say("{actor}请{unit}协办")


@dataclass(frozen=True, kw_only=True)
class AssistSignedFor(AssistEvent):
    sentence = say("{unit}签收协办")


@dataclass(frozen=True, kw_only=True)
class AssistDone(AssistEvent):
    sentence = say("{unit}完成协办")


@dataclass(frozen=True, kw_only=True)
class AssistReturned(AssistEvent):
    sentence = say("{unit}退回协办")


@dataclass(frozen=True, kw_only=True)
class AssistWithdrawn(AssistEvent):
    sentence = say("{actor}撤回{unit}的协办")


@dataclass(frozen=True, kw_only=True)
class AssistOfferedAgain(AssistEvent):
    sentence = say("{actor}再次请{unit}协办")


@dataclass(frozen=True, kw_only=True)
class CheckedIn(AssistEvent):
    sentence = say("{unit}到场报到")


class AnswerTemplateEvent(Event):
    subject = "answer_template"


@dataclass(frozen=True, kw_only=True)
class AnswerTemplateAdded(AnswerTemplateEvent):
    sentence = say("{actor}启用一条答复模板")
    first = True
    matter_prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerTemplateEnded(AnswerTemplateEvent):
    sentence = say("{actor}停用一条答复模板")
    until: str


@dataclass(frozen=True, kw_only=True)
class WhistleEvent(CaseEvent):
    whistle: UUID


@dataclass(frozen=True, kw_only=True)
class WhistleBlown(WhistleEvent):
    sentence = say("{actor}吹哨，召集 {parties} 方到场")
    public = True
    kind: UUID
    parties: int
    supporters: int


@dataclass(frozen=True, kw_only=True)
class WhistleClosed(WhistleEvent):
    sentence = say("{actor}结束吹哨，各方均有结果")
    public = True


@dataclass(frozen=True, kw_only=True)
class WhistleWithdrawn(WhistleEvent):
    sentence = say("{actor}撤回吹哨")


@dataclass(frozen=True, kw_only=True)
class FollowUpEvent(CaseEvent):
    follow_up: UUID


@dataclass(frozen=True, kw_only=True)
class FollowUpAsked(FollowUpEvent):
    sentence = say("抽中回访")


@dataclass(frozen=True, kw_only=True)
class FollowUpAnswered(FollowUpEvent):
    sentence = say("{actor}回访得到答复：{solved}，{satisfaction}")
    solved: bool
    satisfaction: int = 0


@dataclass(frozen=True, kw_only=True)
class HandlingRated(FollowUpEvent):
    sentence = say("反映人评价办理情况：{satisfaction}")
    public = True
    satisfaction: int


@dataclass(frozen=True, kw_only=True)
class FollowUpMissed(FollowUpEvent):
    sentence = say("{actor}回访未联系上")


@dataclass(frozen=True, kw_only=True)
class FollowUpGivenUp(FollowUpEvent):
    sentence = say("{actor}结束回访，没有得到答复")


@dataclass(frozen=True, kw_only=True)
class HazardReported(CaseEvent):
    sentence = say("{actor}登记企业隐患，由{unit}整改")
    unit: UUID


class SelfCheckEvent(Event):
    subject = "self_check"


@dataclass(frozen=True, kw_only=True)
class SelfChecked(SelfCheckEvent):
    sentence = say("{actor}完成企业自查，发现隐患 {found} 处")
    first = True
    unit: UUID
    found: int
