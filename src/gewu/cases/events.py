"""What happens to a case and to those who work on it."""

from __future__ import annotations

from dataclasses import dataclass
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
    sentence = say("{unit}退回")
    unit: UUID
    proposed: UUID | None = None


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
