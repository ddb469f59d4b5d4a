"""Two events of a subject that only these tests know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from gewu.kernel.events import Event
from gewu.kernel.texts import say

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class LampPutUp(Event):
    """A lamp was put up."""

    subject = "lamp"
    sentence = say("测试：路灯装好")
    first = True
    height: int = 8


@dataclass(frozen=True, kw_only=True)
class LampSeen(Event):
    """Someone looked at the lamp."""

    subject = "lamp"
    sentence = say("测试：有人看过路灯")
    times: int = 1
