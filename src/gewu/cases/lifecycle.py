"""The tables of a case and of an assignment. Gate, buttons, API, diagram and test come from them."""

from __future__ import annotations

from gewu.cases import events, rules
from gewu.cases.rules import asking, parties, referrals, turns
from gewu.kernel.lifecycle import Clock, Guard, Joint, JointTable, Lifecycle, State, Step
from gewu.kernel.texts import say

EVIDENCE = Guard(rules.evidence_complete, rules.say_missing_evidence, of_input=True)
ASSISTING = Guard(parties.is_assisting, say("吹哨召集的任务请先到场报到"))
CALLED = Guard(parties.is_called, say("普通协办无需报到，请直接签收"))
SOMEWHERE = Guard(parties.says_where, say("请写明在哪里报到，或带上当前位置"), of_input=True)
SAYS_WHY = Guard(asking.unsolved_says_why, say("没有解决的，请写明还差什么"), of_input=True)
TRIED = Guard(asking.tried_enough, asking.say_tries_left)
EACH_ANSWERED = Guard(parties.every_party_answered, parties.say_unanswered)
NOT_OWN_WORK = Guard(rules.other_than_handler, say("核查人不能是办理人，请换一人核查"))
OWN_CHECK = Guard(rules.same_checker, say("此单由他人核查，请由开始核查的人作结论"))
UNSAID = Guard(rules.not_yet_confirmed, say("您已确认解决"))
IN_TIME = Guard(rules.within_reopening_period, say("已超过结案后的重新办理期限，请重新反映"))

NOT_FOR_ARBITER = Guard(turns.not_for_arbiter, say("此单已退回两次，由裁决员裁定，不能再派遣"))
FOR_ARBITER = Guard(turns.for_arbiter, say("退回不足两次，或已裁定，由派遣员派遣"))
NOT_RULED = Guard(turns.not_ruled, say("此单已经裁定，不能再退回或上交"))
NOTHING_ASKED = Guard(turns.nothing_asked, say("还有一件申请没有答复，请等答复后再申请"))
NOT_LATE = Guard(turns.before_the_limit, say("处置时限已过，不能再申请延期"))
EXTENSIONS_LEFT = Guard(turns.extensions_left, say("已同意延期两次，不能再延"))
EXTENSION_ASKED = Guard(turns.extension_asked, say("没有待答复的延期申请"))
SHELVING_ASKED = Guard(turns.shelving_asked, say("没有待答复的挂账申请"))
NOT_OWN_WISH = Guard(turns.other_than_asker, say("不能答复自己提出的申请，请换一人答复"))
WAS_LATE = Guard(turns.was_late, say("此单没有超时，无需申诉"))
NO_APPEAL_YET = Guard(turns.not_yet_appealed, say("一件工单只能申诉一次"))
APPEAL_MADE = Guard(turns.appeal_made, say("没有待初审的申诉"))
APPEAL_PASSED = Guard(turns.appeal_passed, say("没有待复审的申诉"))
APPEAL_OPEN = Guard(turns.appeal_open, say("没有待答复的申诉"))
NOT_OWN_APPEAL = Guard(turns.other_than_appellant, say("不能答复自己提出的申诉，请换一人答复"))
SECOND_PERSON = Guard(turns.other_than_first_reviewer, say("复审人不能是初审人，请换一人复审"))
ON_THE_SPOT = Guard(turns.handled_on_the_spot, say("此单由单位办理，核查不通过应退回返工"))
BY_AN_OFFICE = Guard(turns.handled_by_an_office, say("此单由网格员当场处置，核查不通过应改派单位办理"))

HERE = Guard(rules.not_referred, say("此单已转出，请等对方办结或退回，或先撤回"))
COMES_BACK = Guard(referrals.comes_back, say("这类转来事项逾期后仍由接收方办理"))

#: The states of a case that is not settled yet; what only marks it leaves them as they are.
RUNNING = ("filed", "dispatched", "handling", "shelved", "handled", "checking")

#: How the parts of other parties move or block the case.
JOINT = JointTable(
    "joint",
    say("协同条件"),
    rows=(
        Joint(
            "waiting", say("协办未完成"), Guard(parties.assists_settled, parties.say_open_assists),
            blocks=("report_done", "close", "void"), desk="assistant",
        ),
        Joint(
            "sent_back", say("有协办被退回"), Guard(parties.none_returned, parties.say_returned_assists),
            blocks=("report_done", "close"), desk="dispatcher",
        ),
        Joint(
            "called", say("吹哨未结束"),
            Guard(parties.whistles_ended, say("吹哨还没有结束，请吹哨人先结束或撤回")),
            blocks=("close", "void"), desk="caller or dispatcher",
        ),
        Joint(
            "unanswered", say("吹哨超时未报到"),
            Guard(parties.check_ins_in_time, say("有被召集方超时未报到")),
            blocks=(), desk="supervisor",
        ),
    ),
)  # fmt: skip

CASE = Lifecycle(
    "case",
    say("工单"),
    states=(
        State("filed", say("待派遣"), say("已立案")),
        State("dispatched", say("待签收"), say("已派遣"), stage=1),
        State("handling", say("处置中"), say("处置中"), stage=2),
        State("shelved", say("已挂账"), say("暂时不能解决，已挂账"), clock=Clock.PAUSED, stage=2),
        State("handled", say("待核查"), say("已处置，正在核查"), stage=3),
        State("checking", say("核查中"), say("已处置，正在核查"), stage=3),
        State("closed", say("已结案"), say("已办结"), open=False, clock=Clock.STOPPED, stage=4),
        State("void", say("已作废"), say("已终止"), open=False, clock=Clock.STOPPED, stage=4),
    ),
    steps=(
        Step(
            "dispatch", say("派遣"), ("filed",), "dispatched", "dispatcher", events.CaseDispatched,
            needs=("unit",), may_take=("reason",), only_if=(NOT_FOR_ARBITER, HERE), key="d",
        ),
        Step(
            "rule", say("裁定"), ("filed",), "dispatched", "arbiter", events.CaseRuled,
            needs=("unit", "reason"), only_if=(FOR_ARBITER, HERE), key="l",
        ),
        Step(
            "return", say("退回"), ("dispatched", "handling"), "filed", "lead", events.CaseReturned,
            needs=("reason", "proposed"), only_if=(NOT_RULED,), key="r",
        ),
        Step(
            "recall", say("收回"), ("dispatched", "handling"), "filed", "dispatcher or supervisor",
            events.CaseRecalled, needs=("reason",), key="y",
        ),
        Step(
            "pass_up", say("上交"), ("handling",), "dispatched", "lead", events.CasePassedUp,
            needs=("reason",), may_take=("unit",), only_if=(NOT_RULED, HERE), key="b",
        ),
        Step(
            "pass_down", say("交下级办理"), ("handling",), "dispatched", "lead", events.CasePassedDown,
            needs=("unit", "reason"), only_if=(HERE,), key="n",
        ),
        Step(
            "sign_for", say("签收"), ("dispatched",), "handling", "responsible", events.CaseSignedFor,
            key="s",
        ),
        Step(
            "report_done", say("办结上报"), ("handling",), "handled", "responsible", events.CaseHandled,
            needs=("result",), may_take=("answer", "evidence"),
            only_if=(*JOINT.guards("report_done"), HERE, EVIDENCE), key="h",
        ),
        Step(
            "ask_extension", say("申请延期"), ("handling",), None, "responsible", events.ExtensionAsked,
            needs=("reason",), may_take=("amount", "until"),
            only_if=(NOTHING_ASKED, EXTENSIONS_LEFT, NOT_LATE), key="e",
        ),
        Step(
            "approve_extension", say("同意延期"), ("handling",), None, "dispatcher or supervisor",
            events.ExtensionApproved, may_take=("reason",), only_if=(EXTENSION_ASKED, NOT_OWN_WISH), key="a",
        ),
        Step(
            "refuse_extension", say("不同意延期"), ("handling",), None, "dispatcher or supervisor",
            events.ExtensionRefused, needs=("reason",), only_if=(EXTENSION_ASKED, NOT_OWN_WISH),
        ),
        Step(
            "ask_shelving", say("申请挂账"), ("handling",), None, "lead", events.ShelvingAsked,
            needs=("reason", "until"), only_if=(NOTHING_ASKED,),
        ),
        Step(
            "approve_shelving", say("同意挂账"), ("handling",), "shelved", "dispatcher or supervisor",
            events.CaseShelved, may_take=("reason",), only_if=(SHELVING_ASKED, NOT_OWN_WISH),
        ),
        Step(
            "refuse_shelving", say("不同意挂账"), ("handling",), None, "dispatcher or supervisor",
            events.ShelvingRefused, needs=("reason",), only_if=(SHELVING_ASKED, NOT_OWN_WISH),
        ),
        Step(
            "shelve", say("挂账"), ("handling",), "shelved", "dispatcher", events.CaseShelved,
            needs=("reason", "until"), only_if=(NOTHING_ASKED,), key="g",
        ),
        Step(
            "review_shelving", say("复核挂账"), ("shelved",), None, "dispatcher or supervisor",
            events.ShelvingReviewed, needs=("finding",), may_take=("until",), key="w",
        ),
        Step(
            "resume", say("恢复办理"), ("shelved",), "handling", "dispatcher, lead or clock",
            events.CaseResumed, may_take=("reason",), key="m",
        ),
        Step(
            "begin_check", say("开始核查"), ("handled",), "checking", "checker", events.CheckBegun,
            only_if=(NOT_OWN_WORK,), key="c",
        ),
        Step(
            "fail_check", say("核查不通过"), ("checking",), "handling", "checker", events.CheckFailed,
            needs=("reason",), only_if=(OWN_CHECK, BY_AN_OFFICE), key="f",
        ),
        Step(
            "send_on", say("核查不通过，改派单位"), ("checking",), "filed", "checker", events.CaseSentOn,
            needs=("reason",), only_if=(OWN_CHECK, ON_THE_SPOT), key="n",
        ),
        Step(
            "close", say("核查通过并结案"), ("checking",), "closed", "checker", events.CaseClosed,
            needs=("answer",), may_take=("finding",),
            only_if=(*JOINT.guards("close"), NOT_OWN_WORK, OWN_CHECK), key="x",
        ),
        Step(
            "confirm", say("确认已解决"), ("closed",), None, "reporter", events.CaseConfirmed,
            may_take=("reason",), only_if=(UNSAID, IN_TIME),
        ),
        Step(
            "reopen", say("重新办理"), ("closed",), "dispatched",
            "reporter, follow-up officer or supervisor", events.CaseReopened,
            needs=("reason",), only_if=(IN_TIME,), key="o",
        ),
        Step(
            "appeal", say("超时申诉"), ("closed",), None, "lead", events.AppealMade,
            needs=("reason",), only_if=(WAS_LATE, NO_APPEAL_YET), key="p",
        ),
        Step(
            "pass_appeal", say("初审同意申诉"), ("closed",), None, "dispatcher or supervisor",
            events.AppealPassed, needs=("reason",), only_if=(APPEAL_MADE, NOT_OWN_APPEAL),
        ),
        Step(
            "grant_appeal", say("复审同意申诉"), ("closed",), None, "dispatcher or supervisor",
            events.AppealGranted, needs=("reason",), only_if=(APPEAL_PASSED, NOT_OWN_APPEAL, SECOND_PERSON),
        ),
        Step(
            "refuse_appeal", say("不同意申诉"), ("closed",), None, "dispatcher or supervisor",
            events.AppealRefused, needs=("reason",), only_if=(APPEAL_OPEN, NOT_OWN_APPEAL, SECOND_PERSON),
        ),
        Step(
            "tag", say("加标签"), RUNNING, None, "acceptor or dispatcher", events.CaseTagged, needs=("tag",),
        ),
        Step(
            "untag", say("去掉标签"), RUNNING, None, "acceptor or dispatcher", events.CaseUntagged,
            needs=("tag",),
        ),
        Step(
            "name_concern", say("注明被反映单位"), RUNNING, None, "acceptor or dispatcher",
            events.ConcernNamed, needs=("about",), may_take=("reason",),
        ),
        Step(
            "void", say("作废"), ("filed", "dispatched"), "void", "supervisor", events.CaseVoided,
            needs=("reason",), only_if=(*JOINT.guards("void"), HERE), key="v", danger=True,
        ),
    ),
)  # fmt: skip

ASSIGNMENT = Lifecycle(
    "assignment",
    say("协办任务"),
    states=(
        State("offered", say("待签收"), say("已通知")),
        State("working", say("办理中"), say("办理中")),
        State("arrived", say("已报到"), say("已到场")),
        State("done", say("已完成"), say("已完成"), open=False, clock=Clock.STOPPED),
        State("returned", say("已退回"), say("已退回"), open=False, clock=Clock.STOPPED),
        State("withdrawn", say("已撤回"), say("已撤回"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step(
            "sign_for", say("签收协办"), ("offered",), "working", "assistant", events.AssistSignedFor,
            only_if=(ASSISTING,),
        ),
        Step(
            "check_in", say("到场报到"), ("offered",), "arrived", "assistant or caller", events.CheckedIn,
            may_take=("address",), only_if=(CALLED, SOMEWHERE),
        ),
        Step(
            "finish", say("完成协办"), ("working", "arrived"), "done", "assistant", events.AssistDone,
            needs=("result",),
        ),
        Step(
            "return", say("退回协办"), ("offered", "working", "arrived"), "returned", "assistant",
            events.AssistReturned, needs=("reason",),
        ),
        Step(
            "withdraw", say("撤回协办"), ("offered", "working", "arrived", "returned"), "withdrawn",
            "dispatcher, lead or caller", events.AssistWithdrawn, needs=("reason",),
        ),
        Step(
            "offer_again", say("再次请其协办"), ("returned",), "offered", "dispatcher, lead or caller",
            events.AssistOfferedAgain, needs=("reason",),
        ),
    ),
)  # fmt: skip

#: A part whose unit, or the official it names, sees the case.
SEEING = (*ASSIGNMENT.names(open=True), "done")
#: A part that someone still has to see to: open, or sent back and not settled by anyone.
UNSETTLED = (*ASSIGNMENT.names(open=True), "returned")

WHISTLE = Lifecycle(
    "whistle",
    say("吹哨"),
    states=(
        State("called", say("召集中"), say("召集中")),
        State("closed", say("已结束"), say("已结束"), open=False, clock=Clock.STOPPED),
        State("withdrawn", say("已撤回"), say("已撤回"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step(
            "close", say("结束吹哨"), ("called",), "closed", "caller or dispatcher", events.WhistleClosed,
            needs=("result",), only_if=(EACH_ANSWERED,),
        ),
        Step(
            "withdraw", say("撤回吹哨"), ("called",), "withdrawn", "caller or dispatcher",
            events.WhistleWithdrawn, needs=("reason",), danger=True,
        ),
    ),
)  # fmt: skip

FOLLOW_UP = Lifecycle(
    "follow_up",
    say("回访"),
    states=(
        State("waiting", say("待回访"), say("待回访")),
        State("answered", say("已答复"), say("已答复"), open=False, clock=Clock.STOPPED),
        State("unreached", say("未联系上"), say("未联系上"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step(
            "record", say("记录答复"), ("waiting",), "answered", "follow-up officer", events.FollowUpAnswered,
            needs=("solved",), may_take=("satisfaction", "reason"), only_if=(SAYS_WHY,),
        ),
        Step(
            "miss", say("未联系上，稍后再试"), ("waiting",), None, "follow-up officer", events.FollowUpMissed,
        ),
        Step(
            "give_up", say("不再联系"), ("waiting",), "unreached", "follow-up officer",
            events.FollowUpGivenUp, needs=("reason",), only_if=(TRIED,),
        ),
    ),
)  # fmt: skip

#: A matter handed over between this desk and a body outside, by a row of data with two clocks.
REFERRAL = Lifecycle(
    "referral",
    say("转办"),
    states=(
        State("sent", say("待接收"), say("已转出")),
        State("accepted", say("已接收"), say("对方办理中"), stage=1),
        State("done", say("已办结"), say("已办结"), open=False, clock=Clock.STOPPED, stage=2),
        State("refused", say("已退回"), say("已退回"), open=False, clock=Clock.STOPPED),
        State("lapsed", say("逾期返回"), say("逾期返回"), open=False, clock=Clock.STOPPED),
        State("withdrawn", say("已撤回"), say("已撤回"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step("accept", say("对方已接收"), ("sent",), "accepted", "receiver", events.ReferralAccepted),
        Step(
            "refuse", say("对方退回"), ("sent", "accepted"), "refused", "receiver", events.ReferralRefused,
            needs=("reason",),
        ),
        Step(
            "finish", say("对方已办结"), ("accepted",), "done", "receiver", events.ReferralDone,
            needs=("result",),
        ),
        Step(
            "withdraw", say("撤回转办"), ("sent", "accepted"), "withdrawn", "sender",
            events.ReferralWithdrawn, needs=("reason",), danger=True,
        ),
        Step(
            "lapse", say("逾期返回"), ("sent",), "lapsed", "clock", events.ReferralLapsed,
            only_if=(COMES_BACK,),
        ),
    ),
)  # fmt: skip
