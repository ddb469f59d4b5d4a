"""The tables of a plan, of a task, and of what someone goes and looks at."""

from __future__ import annotations

from gewu.fieldwork import events, rules
from gewu.kernel.lifecycle import Clock, Guard, Lifecycle, State, Step
from gewu.kernel.texts import say

BACKED = Guard(
    rules.backed_by_patrols,
    say("这段时间没有走完的巡查记录，不能签“未发现问题”；请先巡查"),
)
NO_BARE_ZERO = Guard(
    rules.is_no_bare_zero, say("不能空报为零：请上报发现的问题，或凭巡查记录签字确认未发现问题")
)
HOURS_LEFT = Guard(rules.has_hours_left, say("今天巡查已满八小时，请休息，明天再巡"))
ALL_SIGNED = Guard(rules.all_signed, say("还有部门没有签字，记录不完整"))
SIGNERS_NAMED = Guard(rules.signers_named, say("联合排查要写明由哪些部门签字"))
ON_ITS_LIST = Guard(rules.on_its_list, say("不在这个岗位的工作清单内，要先由联席办同意"))
OUTSIDE_LIST = Guard(rules.outside_its_list, say("在工作清单内，或联席办已经同意"))
ANOTHER = Guard(rules.another_person, say("计划由拟定人以外的人批准"))
IN_TIME = Guard(rules.in_time, say("不在任务的执行时间内"), of_input=True)
LASTS = Guard(rules.while_it_lasts, say("任务已过期，超出可补传的时间"))
OVER = Guard(rules.is_over, say("任务还没有到期"))
CHECKED_IN = Guard(rules.checked_in, say("还没有签到"))
FOUND_OR_WHY = Guard(
    rules.found_or_said_why, say("没有发现问题的，请签字确认；没有巡完的，请写明理由"), of_input=True
)
SIGNABLE = Guard(rules.may_sign_none, say("此类任务不用签“未发现问题”"))
NOTHING_FOUND = Guard(rules.has_found_nothing, say("已上报发现的问题，不能签“未发现问题”"))
OF_ITSELF = Guard(rules.of_itself, say("核实、核查的结果在原件上填写，任务随之完成"))
ALL_LOOKED_AT = Guard(rules.all_looked_at, say("还有检查项或地点没有看过，不能签“未发现问题”"))

PLAN = Lifecycle(
    "plan",
    say("计划"),
    states=(
        State("drafted", say("拟定中"), say("拟定中")),
        State("running", say("执行中"), say("执行中")),
        State("ended", say("已结束"), say("已结束"), open=False, clock=Clock.STOPPED),
        State("withdrawn", say("已撤回"), say("已撤回"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step("change", say("修改"), ("drafted",), None, "planner", events.PlanChanged, key="e"),
        Step(
            "approve", say("批准"), ("drafted",), "running", "approver",
            events.PlanApproved, only_if=(ANOTHER, SIGNERS_NAMED, ON_ITS_LIST), key="a",
        ),
        Step(
            "allow", say("同意清单外任务"), ("drafted",), None, "joint office",
            events.PlanAllowed, needs=("reason",), only_if=(ANOTHER, OUTSIDE_LIST), key="j",
        ),
        Step(
            "send_back", say("退回修改"), ("drafted",), None, "approver or joint office",
            events.PlanSentBack, needs=("reason",), only_if=(ANOTHER,), key="r",
        ),
        Step(
            "withdraw", say("撤回"), ("drafted",), "withdrawn", "planner",
            events.PlanWithdrawn, may_take=("reason",), key="w", danger=True,
        ),
        Step(
            "end", say("结束"), ("running",), "ended", "planner, approver or clock",
            events.PlanEnded, may_take=("reason",), key="x", danger=True,
        ),
    ),
)  # fmt: skip

TASK = Lifecycle(
    "task",
    say("任务"),
    states=(
        State("planned", say("已计划"), say("已安排")),
        State("due", say("待执行"), say("已安排")),
        State("started", say("执行中"), say("进行中")),
        State("done", say("已完成"), say("已完成"), open=False, clock=Clock.STOPPED),
        State("signed_none", say("签无问题"), say("已完成"), open=False, clock=Clock.STOPPED),
        State("missed", say("未执行"), say("未完成"), open=False, clock=Clock.STOPPED),
        State("cancelled", say("已取消"), say("已取消"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step("open", say("到期可办"), ("planned",), "due", "clock", events.TaskOpened),
        # Work done in time without a network may arrive after the clock has given it up.
        Step(
            "start", say("开始"), ("planned", "due", "missed"), "started", "worker",
            events.TaskStarted, only_if=(IN_TIME, HOURS_LEFT), key="s",
        ),
        Step(
            "check_in", say("签到"), ("started",), None, "whoever started it",
            events.TaskCheckedIn, only_if=(LASTS,), key="i",
        ),
        Step(
            "look", say("填写检查项"), ("started",), None, "whoever started it",
            events.TaskLookedAt, needs=("looks",), only_if=(LASTS,), key="l",
        ),
        Step(
            "finish", say("完成"), ("started",), "done", "whoever started it",
            events.TaskDone, may_take=("reason",),
            only_if=(LASTS, OF_ITSELF, CHECKED_IN, ALL_SIGNED, NO_BARE_ZERO, FOUND_OR_WHY), key="f",
        ),
        Step(
            "sign_none", say("签字确认未发现问题"), ("started",), "signed_none", "whoever started it",
            events.NoneSigned, may_take=("statement",),
            only_if=(LASTS, SIGNABLE, NOTHING_FOUND, CHECKED_IN, ALL_LOOKED_AT, ALL_SIGNED, BACKED), key="n",
        ),
        Step(
            "assign", say("指定执行人"), ("planned", "due"), None, "planner",
            events.TaskAssigned, needs=("account",), key="g",
        ),
        Step(
            "cancel", say("取消"), ("planned", "due"), "cancelled", "planner",
            events.TaskCancelled, needs=("reason",), key="c", danger=True,
        ),
        # The result of a look asked for elsewhere is written there, and ends the task that sent someone.
        Step(
            "settle", say("随原件办结"), ("planned", "due", "started", "missed"), "done", "rule",
            events.TaskSettled,
        ),
        Step(
            "drop", say("不再需要"), ("planned", "due", "started"), "cancelled", "rule", events.TaskDropped,
        ),
        Step(
            "miss", say("记为未执行"), ("planned", "due", "started"), "missed", "clock",
            events.TaskMissed, only_if=(OVER,),
        ),
    ),
)  # fmt: skip

ANOTHER_LOOKS = Guard(rules.another_looks, say("由提出以外的人到现场核查"))
SOMEONE_WENT = Guard(rules.someone_went, say("还没有人到现场签到，不能下结论"))

CLUE = Lifecycle(
    "clue",
    say("线索"),
    states=(
        State("open", say("待核查"), say("待核查")),
        State("confirmed", say("属实"), say("已核查"), open=False, clock=Clock.STOPPED),
        State("false", say("不属实"), say("已核查"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step(
            "confirm", say("核查属实"), ("open",), "confirmed", "looker",
            events.ClueConfirmed, needs=("finding",), may_take=("matter",),
            only_if=(ANOTHER_LOOKS, SOMEONE_WENT), key="y",
        ),
        Step(
            "dismiss", say("核查不属实"), ("open",), "false", "looker",
            events.ClueDismissed, needs=("finding",), only_if=(ANOTHER_LOOKS, SOMEONE_WENT), key="n",
        ),
    ),
)  # fmt: skip

DRAWN = Lifecycle(
    "drawn",
    say("抽查件"),
    states=(
        State("open", say("待复查"), say("待复查")),
        State("holds", say("属实"), say("已复查"), open=False, clock=Clock.STOPPED),
        State("false", say("不实"), say("已复查"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step(
            "uphold", say("复查属实"), ("open",), "holds", "looker",
            events.DrawnUpheld, needs=("finding",), only_if=(ANOTHER_LOOKS, SOMEONE_WENT), key="y",
        ),
        Step(
            "refute", say("复查不实"), ("open",), "false", "looker",
            events.DrawnRefuted, needs=("finding",), only_if=(ANOTHER_LOOKS, SOMEONE_WENT), key="n",
        ),
    ),
)  # fmt: skip
