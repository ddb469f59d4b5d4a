"""The table of an alert. Gate, buttons, diagram and test come from it."""

from __future__ import annotations

from gewu.command import events, rules
from gewu.kernel.lifecycle import Clock, Guard, Lifecycle, State, Step
from gewu.kernel.texts import say

SECOND_PERSON = Guard(rules.other_person, say("起草人和提请人不能自己批准，请换一人"))
CURRENT = Guard(rules.is_current, say("失效时间已过，请退回修改"))
STANDS = Guard(rules.still_stands, say("所针对的预警已不在生效，请作废本稿"))
TELLING = Guard(rules.is_telling, say("这是解除消息"))
CANCELLING = Guard(rules.is_cancelling, say("这不是解除消息"))
OUTSIDE = Guard(rules.is_from_outside, say("自己发布的预警不用确认收到"))
UNSAID = Guard(rules.not_acknowledged, say("已经确认收到"))

ALERT = Lifecycle(
    "alert",
    say("预警"),
    states=(
        State("draft", say("起草中"), say("起草中")),
        State("waiting", say("待审批"), say("待审批")),
        State("in_force", say("生效中"), say("生效中")),
        State("superseded", say("已更新"), say("已有新的一版"), open=False, clock=Clock.STOPPED),
        State("cancelled", say("已解除"), say("已解除"), open=False, clock=Clock.STOPPED),
        State("expired", say("已到期"), say("已到期"), open=False, clock=Clock.STOPPED),
        State("dropped", say("已作废"), say("未发布"), open=False, clock=Clock.STOPPED),
        # What only speaks of another message, and what is no real alert: kept, and nobody is warned by it.
        State("noted", say("已收存"), say("已收存"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step("rewrite", say("修改"), ("draft",), None, "drafter", events.AlertRewritten, only_if=(TELLING,)),
        Step("submit", say("提请审批"), ("draft",), "waiting", "drafter", events.AlertSubmitted, key="s"),
        Step(
            "send_back", say("退回修改"), ("waiting",), "draft", "approver", events.AlertSentBack,
            needs=("reason",), key="r",
        ),
        Step(
            "issue", say("批准并发布"), ("waiting",), "in_force", "approver", events.AlertIssued,
            only_if=(TELLING, SECOND_PERSON, CURRENT, STANDS), key="a",
        ),
        Step(
            "issue_cancel", say("批准并解除"), ("waiting",), "noted", "approver", events.AlertIssued,
            only_if=(CANCELLING, SECOND_PERSON, STANDS), key="x",
        ),
        Step(
            "drop", say("作废"), ("draft", "waiting"), "dropped", "drafter", events.AlertDropped,
            needs=("reason",), danger=True,
        ),
        Step(
            "supersede", say("被取代"), ("in_force",), "superseded", "message", events.AlertSuperseded,
        ),
        Step("cancel", say("被解除"), ("in_force",), "cancelled", "message", events.AlertCancelled),
        Step("expire", say("到期"), ("in_force",), "expired", "clock", events.AlertExpired),
        Step(
            "acknowledge", say("确认收到"), ("in_force",), None, "drafter", events.AlertAcknowledged,
            only_if=(OUTSIDE, UNSAID), key="k",
        ),
    ),
)  # fmt: skip
