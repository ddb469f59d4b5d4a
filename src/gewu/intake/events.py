"""What happens to a report."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class ReportEvent(Event):
    subject = "report"


@dataclass(frozen=True, kw_only=True)
class ReportReceived(ReportEvent):
    sentence = say("收到反映，来源：{channel}")
    first = True
    public = True
    channel: str


@dataclass(frozen=True, kw_only=True)
class ReportAccepted(ReportEvent):
    sentence = say("{actor}受理，立案为工单 {number}")
    public = True
    case: UUID
    number: str
    #: Where the report stood before, when whoever accepted it found that it lies elsewhere.
    moved_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReportDeclined(ReportEvent):
    sentence = say("{actor}决定不予受理")
    public = True
    public_words = ("reason",)


@dataclass(frozen=True, kw_only=True)
class ReportUrged(ReportEvent):
    """Whoever passed it on asks to be quick about it."""

    sentence = say("{actor}催办")


@dataclass(frozen=True, kw_only=True)
class ReportSupplemented(ReportEvent):
    """Whoever passed it on has learned more about it; what stands in the words told with it."""

    sentence = say("{actor}补充了情况")


@dataclass(frozen=True, kw_only=True)
class VerificationAsked(ReportEvent):
    sentence = say("{actor}要求现场核实")
    public = True


@dataclass(frozen=True, kw_only=True)
class FindingRecorded(ReportEvent):
    sentence = say("{actor}填写了核实情况")


@dataclass(frozen=True, kw_only=True)
class ReportAnswered(ReportEvent):
    sentence = say("{actor}直接答复")
    public = True
    public_words = ("answer",)


@dataclass(frozen=True, kw_only=True)
class ReportJoined(ReportEvent):
    sentence = say("{actor}并入工单 {number}")
    public = True
    case: UUID
    number: str


@dataclass(frozen=True, kw_only=True)
class SupportGiven(ReportEvent):
    sentence = say("反映人表示遇到同一件事，并入工单 {number}")
    public = True
    case: UUID
    number: str


@dataclass(frozen=True, kw_only=True)
class JoinUndone(ReportEvent):
    sentence = say("{actor}撤销并入工单 {number}，单独办理")
    public = True
    case: UUID
    number: str


@dataclass(frozen=True, kw_only=True)
class ReportSplit(ReportEvent):
    sentence = say("{actor}从工单 {number} 拆出，单独办理")
    public = True
    public_words = ("reason",)
    case: UUID
    number: str


@dataclass(frozen=True, kw_only=True)
class SuggestionsLearned(Event):
    subject = "suggestions"
    first = True
    sentence = say("{actor}让推荐模型重新学习，版本 {version}，往事 {examples} 件")
    version: str
    examples: int


class ResidentEvent(Event):
    subject = "resident"


@dataclass(frozen=True, kw_only=True)
class ResidentRegistered(ResidentEvent):
    sentence = say("居民开设账号")
    first = True


@dataclass(frozen=True, kw_only=True)
class ResidentLocked(ResidentEvent):
    sentence = say("居民账号因多次输错密码暂停登录")


@dataclass(frozen=True, kw_only=True)
class ReportKept(ResidentEvent):
    sentence = say("居民把一件反映放入自己的列表")
    report: UUID


@dataclass(frozen=True, kw_only=True)
class ResidentLeft(ResidentEvent):
    sentence = say("居民注销账号")


@dataclass(frozen=True, kw_only=True)
class VerdictGiven(ReportEvent):
    sentence = say("反映人作出评价")
    public = True
    public_words = ("reason",)
    solved: bool
