"""The table of a report, from its arrival to its answer."""

from __future__ import annotations

from gewu.intake import events, rules
from gewu.kernel.lifecycle import Clock, Guard, Lifecycle, State, Step
from gewu.kernel.texts import say

FINDING = Guard(rules.finding_is_in, say("现场核实还没有结果"))
FRESH = Guard(
    rules.join_is_fresh, say("并案已超过 {minutes} 分钟，不能撤销，可以拆出", minutes=rules.UNDO_MINUTES)
)

NOT_RULED = Guard(rules.may_be_declined, say("上级热线已裁定由本地办理，不能再退回"))

REPORT = Lifecycle(
    "report",
    say("反映"),
    states=(
        State("received", say("待受理"), say("已收到")),
        State("verifying", say("核实中"), say("正在核实")),
        State("accepted", say("已受理"), say("已受理"), open=False, clock=Clock.STOPPED),
        State("clustered", say("已并案"), say("已受理"), open=False, clock=Clock.STOPPED),
        State("declined", say("不予受理"), say("不予受理"), open=False, clock=Clock.STOPPED, stage=4),
        State("answered", say("已答复"), say("已答复"), open=False, clock=Clock.STOPPED, stage=4),
    ),
    steps=(
        Step(
            "accept", say("受理立案"), ("received", "verifying"), "accepted", "screener",
            events.ReportAccepted, needs=("matter",), may_take=("place", "about"),
            only_if=(FINDING,), key="a",
        ),
        Step(
            "join", say("并入工单"), ("received", "verifying"), "clustered", "screener",
            events.ReportJoined, needs=("case",), key="j",
        ),
        Step(
            "support", say("我也遇到"), ("received",), "clustered", "reporter",
            events.SupportGiven, needs=("case",),
        ),
        # Both lead back to the state the report was joined from, which is not one but either of two.
        Step(
            "undo_join", say("撤销并案"), ("clustered",), None, "screener",
            events.JoinUndone, only_if=(FRESH,), key="z",
        ),
        Step(
            "split", say("拆出单独办理"), ("clustered",), None, "screener",
            events.ReportSplit, needs=("reason",), key="x",
        ),
        Step(
            "ask_verification", say("派员核实"), ("received",), "verifying", "screener",
            events.VerificationAsked, may_take=("reason",), key="y",
        ),
        Step(
            "record_finding", say("填写核实情况"), ("verifying",), None, "verifier",
            events.FindingRecorded, needs=("finding",), may_take=("evidence",), key="i",
        ),
        Step(
            "answer", say("直接答复"), ("received", "verifying"), "answered", "screener",
            events.ReportAnswered, needs=("answer",), only_if=(FINDING,), key="w",
        ),
        Step(
            "decline", say("不予受理"), ("received", "verifying"), "declined", "screener",
            events.ReportDeclined, needs=("reason",), only_if=(FINDING, NOT_RULED), key="n", danger=True,
        ),
    ),
)  # fmt: skip
