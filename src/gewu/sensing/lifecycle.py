"""The table of an alarm. Whether someone knows of it and whether it is over are two bits; four states."""

from __future__ import annotations

from gewu.kernel.lifecycle import Clock, Guard, Lifecycle, State, Step
from gewu.kernel.texts import say
from gewu.sensing import events, rules

UNANSWERED = Guard(rules.not_yet_answered, say("已经响应过"))
CASE_RUNS = Guard(rules.case_runs, say("工单已办结"))
CASE_ENDED = Guard(rules.case_ended, say("工单没有办结"))

ALARM = Lifecycle(
    "alarm",
    say("告警"),
    states=(
        State("raised", say("告警中"), say("告警中")),
        State("acknowledged", say("已确认"), say("告警中"), stage=1),
        State("cleared", say("已恢复，待确认"), say("已恢复"), stage=2),
        State("settled", say("已了结"), say("已恢复"), open=False, clock=Clock.STOPPED, stage=3),
    ),
    steps=(
        Step(
            "acknowledge", say("确认"), ("raised",), "acknowledged", "responder",
            events.AlarmAcknowledged, key="a",
        ),
        Step(
            "acknowledge", say("确认"), ("cleared",), "settled", "responder",
            events.AlarmAcknowledged, key="a",
        ),
        Step("clear", say("恢复"), ("raised",), "cleared", "rule", events.AlarmCleared),
        Step("clear", say("恢复"), ("acknowledged",), "settled", "rule", events.AlarmCleared),
        Step(
            "stand_down", say("人工解除"), ("raised", "acknowledged"), "settled", "responder",
            events.AlarmStoodDown, needs=("reason",), key="d", danger=True,
        ),
        Step(
            "respond", say("响应"), ("raised", "acknowledged", "cleared", "settled"), None, "rule",
            events.AlarmResponded, only_if=(UNANSWERED,),
        ),
        Step(
            "end_case", say("工单办结"), ("raised", "acknowledged"), "acknowledged", "rule",
            events.AlarmCaseEnded, only_if=(CASE_RUNS,),
        ),
        Step(
            "end_case", say("工单办结"), ("cleared", "settled"), "settled", "rule",
            events.AlarmCaseEnded, only_if=(CASE_RUNS,),
        ),
        Step(
            "reopen_case", say("工单重新办理"), ("raised", "acknowledged", "cleared", "settled"), None,
            "rule", events.AlarmCaseReopened, only_if=(CASE_ENDED,),
        ),
    ),
)  # fmt: skip
