"""The tables of a case and of an assignment. Gate, buttons, API, diagram and test come from them."""

from __future__ import annotations

from gewu.cases import events, rules
from gewu.kernel.lifecycle import Clock, Guard, Lifecycle, State, Step
from gewu.kernel.texts import say

EVIDENCE = Guard(rules.evidence_complete, rules.say_missing_evidence, of_input=True)
ASSISTS = Guard(rules.assists_settled, rules.say_open_assists)
NOT_OWN_WORK = Guard(rules.other_than_handler, say("核查人不能是办理人，请换一人核查"))
OWN_CHECK = Guard(rules.same_checker, say("此单由他人核查，请由开始核查的人作结论"))
UNSAID = Guard(rules.not_yet_confirmed, say("您已确认解决"))
IN_TIME = Guard(rules.within_reopening_period, say("已超过结案后十五天的重新办理期限，请重新反映"))

CASE = Lifecycle(
    "case",
    say("工单"),
    states=(
        State("filed", say("待派遣"), say("已立案")),
        State("dispatched", say("待签收"), say("已派遣"), stage=1),
        State("handling", say("处置中"), say("处置中"), stage=2),
        State("handled", say("待核查"), say("已处置，等待核查"), stage=3),
        State("checking", say("核查中"), say("核查中"), stage=3),
        State("closed", say("已结案"), say("已办结"), open=False, clock=Clock.STOPPED, stage=4),
        State("void", say("已作废"), say("已终止"), open=False, clock=Clock.STOPPED, stage=4),
    ),
    steps=(
        Step(
            "dispatch", say("派遣"), ("filed",), "dispatched", "dispatcher", events.CaseDispatched,
            needs=("unit",), may_take=("reason",), key="d",
        ),
        Step(
            "return", say("退回"), ("dispatched", "handling"), "filed", "lead", events.CaseReturned,
            needs=("reason",), may_take=("unit",), key="r",
        ),
        Step("sign_for", say("签收"), ("dispatched",), "handling", "lead", events.CaseSignedFor, key="s"),
        Step(
            "report_done", say("办结上报"), ("handling",), "handled", "lead", events.CaseHandled,
            needs=("result",), may_take=("answer", "evidence"), only_if=(ASSISTS, EVIDENCE), key="h",
        ),
        Step(
            "begin_check", say("开始核查"), ("handled",), "checking", "checker", events.CheckBegun,
            only_if=(NOT_OWN_WORK,), key="c",
        ),
        Step(
            "fail_check", say("核查不通过"), ("checking",), "handling", "checker", events.CheckFailed,
            needs=("reason",), only_if=(OWN_CHECK,), key="f",
        ),
        Step(
            "close", say("核查通过并结案"), ("checking",), "closed", "checker", events.CaseClosed,
            needs=("answer",), may_take=("finding",), only_if=(ASSISTS, NOT_OWN_WORK, OWN_CHECK), key="x",
        ),
        Step(
            "confirm", say("确认已解决"), ("closed",), None, "reporter", events.CaseConfirmed,
            may_take=("reason",), only_if=(UNSAID, IN_TIME),
        ),
        Step(
            "reopen", say("重新办理"), ("closed",), "dispatched", "reporter or supervisor",
            events.CaseReopened, needs=("reason",), only_if=(IN_TIME,), key="o",
        ),
        Step(
            "void", say("作废"), ("filed", "dispatched"), "void", "supervisor", events.CaseVoided,
            needs=("reason",), only_if=(ASSISTS,), key="v", danger=True,
        ),
    ),
)  # fmt: skip

ASSIGNMENT = Lifecycle(
    "assignment",
    say("协办任务"),
    states=(
        State("offered", say("待签收"), say("已通知")),
        State("working", say("办理中"), say("办理中")),
        State("done", say("已完成"), say("已完成"), open=False, clock=Clock.STOPPED),
        State("returned", say("已退回"), say("已退回"), open=False, clock=Clock.STOPPED),
        State("withdrawn", say("已撤回"), say("已撤回"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step("sign_for", say("签收协办"), ("offered",), "working", "assistant", events.AssistSignedFor),
        Step(
            "finish", say("完成协办"), ("working",), "done", "assistant", events.AssistDone,
            needs=("result",),
        ),
        Step(
            "return", say("退回协办"), ("offered", "working"), "returned", "assistant",
            events.AssistReturned, needs=("reason",),
        ),
        Step(
            "withdraw", say("撤回协办"), ("offered", "working"), "withdrawn", "dispatcher or lead",
            events.AssistWithdrawn, needs=("reason",),
        ),
    ),
)  # fmt: skip
