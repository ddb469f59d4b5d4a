"""What happens to a matter that is handed over between this desk and a body outside."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class ReferralEvent(Event):
    subject = "referral"


@dataclass(frozen=True, kw_only=True)
class ReferralSent(ReferralEvent):
    """Handed over: by this desk out of a case, or by the other body as a report."""

    sentence = say("{actor}转出")
    first = True
    kind: UUID
    case: UUID | None = None
    report: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ReferralAccepted(ReferralEvent):
    sentence = say("接收方接收（{actor}记录）")


@dataclass(frozen=True, kw_only=True)
class ReferralRefused(ReferralEvent):
    sentence = say("接收方退回（{actor}记录）")


@dataclass(frozen=True, kw_only=True)
class ReferralLapsed(ReferralEvent):
    """Nobody took it over in time, and it is the sender's again."""

    sentence = say("逾期无人接收，回到转出方")


@dataclass(frozen=True, kw_only=True)
class ReferralLate(ReferralEvent):
    """A clock ran out and the matter stays where it is; both sides are told."""

    sentence = say("超过时限：{clock}")
    clock: str


@dataclass(frozen=True, kw_only=True)
class ReferralWithdrawn(ReferralEvent):
    sentence = say("转出方撤回（{actor}记录）")


@dataclass(frozen=True, kw_only=True)
class ReferralDone(ReferralEvent):
    sentence = say("接收方办结（{actor}记录）")
