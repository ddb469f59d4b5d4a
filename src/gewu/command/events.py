"""What happens to alerts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class AlertEvent(Event):
    subject = "alert"


@dataclass(frozen=True, kw_only=True)
class AlertDrafted(AlertEvent):
    sentence = say("{actor}起草")
    first = True
    msg_type: str
    follows: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AlertRewritten(AlertEvent):
    sentence = say("{actor}修改了草稿")


@dataclass(frozen=True, kw_only=True)
class AlertSubmitted(AlertEvent):
    sentence = say("{actor}提请审批")


@dataclass(frozen=True, kw_only=True)
class AlertSentBack(AlertEvent):
    sentence = say("{actor}退回修改")


@dataclass(frozen=True, kw_only=True)
class AlertIssued(AlertEvent):
    sentence = say("{actor}批准发布")
    public = True
    audit = "rule"


@dataclass(frozen=True, kw_only=True)
class AlertDropped(AlertEvent):
    sentence = say("{actor}作废草稿")


@dataclass(frozen=True, kw_only=True)
class AlertReceived(AlertEvent):
    sentence = say("收到外部发来的消息")
    first = True
    msg_type: str
    status: str


@dataclass(frozen=True, kw_only=True)
class AlertSuperseded(AlertEvent):
    sentence = say("被新的一版取代")
    by: UUID


@dataclass(frozen=True, kw_only=True)
class AlertCancelled(AlertEvent):
    sentence = say("被解除")
    by: UUID


@dataclass(frozen=True, kw_only=True)
class AlertExpired(AlertEvent):
    sentence = say("到期失效")


@dataclass(frozen=True, kw_only=True)
class AlertAcknowledged(AlertEvent):
    sentence = say("{actor}确认收到")
    by: UUID
