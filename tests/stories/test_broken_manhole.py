"""A manhole cover is missing: one report on its way to the verdict, and the ways in which it strays.

Monday 2 March 2026, nine in the morning, in Jiangpu street. Zhang San reports by the web page; Li Wen
accepts; the rule sends it to the water office, where Chen Guoping works; Zhao Qiang of the grid checks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gewu.cases import actions as cases
from gewu.cases import queries as case_queries
from gewu.cases.jobs import sweep_deadlines
from gewu.cases.models import Case, Deadline
from gewu.catalogue import queries as catalogue
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications import queries as notices
from gewu.notifications.models import Message
from gewu.organisation.actions import close_unit
from gewu.security.actors import operator
from tests.world import COUNTY, START, World

pytestmark = pytest.mark.flow

MUNICIPAL, SANITATION = "320111-municipal_works", "320111-sanitation"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A day of March 2026, local time."""
    return START.replace(day=day, hour=hour, minute=minute)


def clock(case: Case, name: str, unit: str = "") -> Deadline:
    """The newest clock of that name, of that unit if one is said."""
    rows = Deadline.objects.filter(case=case, clock=name)
    found = (rows.filter(unit__code=unit) if unit else rows).order_by("started_at", "id").last()
    assert found is not None
    return found


def told_to(world: World, name: str) -> list[str]:
    """The subjects in someone's inbox, oldest first, after the reactions have run."""
    world.settle()
    return [one.subject_zh for one in reversed(notices.inbox(world.actor(name)).rows)]


def told_reporters(world: World) -> list[tuple[str, str]]:
    """Event and way of everything that reporters were told, oldest first."""
    world.settle()
    return list(
        Message.objects.filter(identity__isnull=False).order_by("position").values_list("event", "way")
    )


def test_report_is_driven_to_the_verdict(world: World) -> None:
    report = world.report()
    assert (report.state, report.place) == ("received", "320111004001001")

    case = world.accepted(report)
    assert case.state == "dispatched"
    assert case.lead.code == "320111-water_supply"

    world.step(case, "sign_for", "chen.guoping")
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    world.step(case, "report_done", "chen.guoping", result="已更换防沉降井盖", evidence=evidence)
    world.step(case, "begin_check", "zhao.qiang")
    world.step(case, "close", "zhao.qiang", answer="井盖已更换，并加装防坠网。")
    intake.give_verdict(report.progress_code, solved=True, now=world.later(days=1))

    case.refresh_from_db()
    assert (case.state, case.solved, case.answer) == ("closed", True, "井盖已更换，并加装防坠网。")
    assert [line.type for line in case_queries.timeline(case.pk)] == [
        "CaseFiled",
        "CaseDispatched",
        "CaseSignedFor",
        "CaseHandled",
        "CheckBegun",
        "CaseClosed",
        "CaseConfirmed",
    ]


def test_reporter_is_told_at_every_public_turn(world: World) -> None:
    world.case_at("confirmed")
    assert told_reporters(world) == [
        ("ReportReceived", "mail"),
        ("CaseDispatched", "mail"),
        ("ReportAccepted", "mail"),
        ("CaseSignedFor", "mail"),
        ("CaseHandled", "mail"),
        ("CaseClosed", "mail"),
    ]


def test_progress_code_shows_state_clock_and_answer_without_log_in(world: World) -> None:
    report = world.report()
    world.accepted(report)
    under_way = reports.progress(report.progress_code.lower().replace("-", " "), now=world.now)
    assert (under_way.state, str(under_way.public_label), under_way.stage) == ("dispatched", "已派遣", 1)
    assert under_way.case is not None
    assert under_way.case.due_at == Case.objects.get().due_at
    assert (under_way.answer, under_way.case.may_judge) == ("", False)
    sentences = [str(line.sentence) for line in under_way.lines]
    assert sentences == [
        "收到反映，来源：网页",
        "工作人员立案，事项为“上水井盖”",
        "派遣规则派遣给浦口区供水",
        "工作人员受理，立案为工单 320111-20260302-0001",
    ] or all("李雯" not in one and "周敏" not in one for one in sentences)


def test_people_whose_turn_it_is_find_it_in_their_inbox(world: World) -> None:
    world.case_at("handled")
    assert told_to(world, "chen.guoping") == ["新工单待签收：人行道上的上水井盖不见了，晚上看不清"]
    assert told_to(world, "zhao.qiang") == ["工单待核查：人行道上的上水井盖不见了，晚上看不清"]
    assert told_to(world, "sun.li") == []  # the grid next door


def test_returned_case_goes_to_another_unit_with_clocks_of_its_own(world: World) -> None:
    case = world.case_at("handling")
    assert told_to(world, "zhou.min") == []
    promised = case.due_at
    world.later(minutes=20)
    world.step(case, "return", "chen.guoping", reason="此井盖属市政设施，请改派", proposed=MUNICIPAL)
    held = clock(case, "handle", "320111-water_supply")
    assert held.pauses == [[world.now.isoformat(), ""]]
    assert told_to(world, "zhou.min") == ["工单被退回：人行道上的上水井盖不见了，晚上看不清"]

    world.later(minutes=15)
    case = world.step(case, "dispatch", "zhou.min", unit=MUNICIPAL, reason="核实为市政井盖")

    assert (case.state, case.lead.code, case.returns) == ("dispatched", MUNICIPAL, 1)
    assert clock(case, "handle", "320111-water_supply").dropped_at == world.now
    assert clock(case, "handle", MUNICIPAL).started_at == world.now
    assert case.due_at == promised


def test_returned_case_sent_back_to_the_same_unit_resumes_its_remaining_time(world: World) -> None:
    case = world.case_at("handling")
    before = clock(case, "handle").due_at
    world.later(minutes=20)
    world.step(case, "return", "chen.guoping", reason="不属于我单位职责", proposed="unknown")
    world.later(minutes=45)
    world.step(case, "dispatch", "zhou.min", unit="320111-water_supply", reason="职责清单第三条")

    again = clock(case, "handle")
    assert Deadline.objects.filter(case=case, clock="handle").count() == 1
    assert again.due_at == before + timedelta(minutes=45)
    assert again.dropped_at is None


def test_signing_for_is_a_clock_of_its_own(world: World) -> None:
    case = world.accepted()
    waiting = clock(case, "sign_for")
    assert waiting.due_at == at(2, 10)  # one working hour
    world.later(minutes=30)
    world.step(case, "sign_for", "chen.guoping")
    assert clock(case, "sign_for").met_at == at(2, 9, 30)


def test_failed_check_lets_the_same_limit_run_on(world: World) -> None:
    case = world.case_at("checking")
    limit = clock(case, "handle").due_at
    world.later(minutes=5)
    case = world.step(case, "fail_check", "zhao.qiang", reason="井盖松动，踩上去会翻")

    rework = clock(case, "handle")
    assert (case.state, case.reworks, case.answer, case.checked_by) == ("handling", 1, "", "")
    assert (rework.due_at, rework.met_at) == (limit, None)
    assert Deadline.objects.filter(case=case, clock="handle").count() == 1
    assert told_to(world, "chen.guoping")[-1] == "核查未通过，请返工：人行道上的上水井盖不见了，晚上看不清"


def test_reporter_who_says_not_solved_gets_a_new_promise_and_the_lead_is_told(world: World) -> None:
    case = world.case_at("closed")
    first = case.due_at
    report = Report.objects.get(case=case)
    world.later(days=3)
    intake.give_verdict(report.progress_code, solved=False, words="昨晚又翻了", now=world.now)

    case.refresh_from_db()
    assert (case.state, case.solved, case.reopenings, case.closed_at) == ("dispatched", False, 1, None)
    assert case.due_at > first
    assert clock(case, "promise").started_at == world.now
    assert clock(case, "promise").due_at == case.due_at
    assert told_to(world, "chen.guoping")[-1] == "工单重新办理：人行道上的上水井盖不见了，晚上看不清"


def test_not_solved_needs_a_reason_and_the_period(world: World) -> None:
    case = world.case_at("closed")
    code = Report.objects.get(case=case).progress_code
    with pytest.raises(Refusal) as silent:
        intake.give_verdict(code, solved=False, now=world.later(days=1))
    assert (silent.value.field, str(silent.value)) == ("reason", "“重新办理”还缺少：理由")
    with pytest.raises(Refusal) as late:
        intake.give_verdict(code, solved=False, words="又坏了", now=world.later(days=15))
    assert (late.value.kind, str(late.value)) == (
        Kind.CONFLICT,
        "已超过结案后的重新办理期限，请重新反映",
    )


def test_void_ends_the_clocks_and_tells_the_reporter_why(world: World) -> None:
    case = world.accepted()
    case = world.step(case, "void", "zheng.jun", reason="经查为施工围挡内，已由施工方处理")
    assert case.state == "void"
    assert not Deadline.objects.filter(case=case, dropped_at=None).exists()
    assert told_reporters(world)[-1] == ("CaseVoided", "mail")
    assert "经查为施工围挡内" in Message.objects.get(event="CaseVoided").text_zh
    code = Report.objects.get(case=case).progress_code
    last = reports.progress(code, now=world.now).lines[-1]
    assert last.words == (("reason", "经查为施工围挡内，已由施工方处理"),)


def test_lead_waits_for_its_assistant(world: World) -> None:
    case = world.case_at("handling")
    chen, wu = world.actor("chen.guoping"), world.actor("wu.kai")
    task = cases.call_assist(case.number, MUNICIPAL, actor=chen, now=world.now, task="请围挡路面")
    done = {"result": "已更换", "evidence": (world.photo("photo_before"), world.photo("photo_after"))}

    with pytest.raises(Refusal) as refused:
        world.step(case, "report_done", "chen.guoping", **done)
    assert str(refused.value) == "还有 1 个协办单位未完成，请等其完成或撤回"
    assert told_to(world, "wu.kai") == ["请协办：人行道上的上水井盖不见了，晚上看不清"]

    cases.take_assist(task.pk, "sign_for", actor=wu, now=world.now)
    cases.take_assist(task.pk, "finish", actor=wu, now=world.now, result="已围挡")
    assert world.step(case, "report_done", "chen.guoping", **done).state == "handled"


def test_three_parties_close_only_when_each_is_done_or_withdrawn_with_a_reason(world: World) -> None:
    case = world.case_at("handling")
    chen = world.actor("chen.guoping")
    first = cases.call_assist(case.number, MUNICIPAL, actor=chen, now=world.now)
    second = cases.call_assist(case.number, SANITATION, actor=chen, now=world.now)
    done = {"result": "已更换", "evidence": (world.photo("photo_before"), world.photo("photo_after"))}

    for event, given in (("sign_for", {}), ("finish", {"result": "已围挡"})):
        cases.take_assist(first.pk, event, actor=world.actor("wu.kai"), now=world.now, **given)
    with pytest.raises(Refusal, match="还有 1 个协办单位未完成"):
        world.step(case, "report_done", "chen.guoping", **done)
    with pytest.raises(Refusal, match="“撤回协办”还缺少：理由"):
        cases.take_assist(second.pk, "withdraw", actor=chen, now=world.now)
    cases.take_assist(second.pk, "withdraw", actor=chen, now=world.now, reason="现场无需清扫")

    assert world.step(case, "report_done", "chen.guoping", **done).state == "handled"
    world.step(case, "begin_check", "zhao.qiang")
    assert world.step(case, "close", "zhao.qiang", answer="已更换。").state == "closed"


def test_assistant_called_late_is_waited_for_too(world: World) -> None:
    case = world.case_at("checking")
    cases.call_assist(case.number, SANITATION, actor=world.actor("zhou.min"), now=world.now, task="请清扫")
    with pytest.raises(Refusal, match="还有 1 个协办单位未完成"):
        world.step(case, "close", "zhao.qiang", answer="已更换")


def test_class_named_on_the_telephone_is_dispatched_at_once(world: World) -> None:
    draft = intake.ReportDraft(
        "phone", "求雨山路口井盖破了", lon=118.6025, lat=32.0575, matter="C0101", received_at=world.now
    )
    report = intake.receive(draft, actor=world.actor("li.wen"), now=world.now)
    assert (report.state, report.case.state) == ("accepted", "dispatched")
    assert report.case.lead.code == "320111-water_supply"
    assert report.case.route != ""


def test_rule_that_points_nowhere_leaves_the_case_on_the_dispatchers_desk(world: World) -> None:
    gas = catalogue.route("C0111", world.report().place, on=catalogue.day_of(world.now)).unit
    assert gas is not None
    close_unit(gas.code, actor=operator(COUNTY), now=world.now)
    case = world.accepted(matter="C0111")
    assert (case.state, case.lead) == ("filed", None)
    assert case.route_zh == "派遣规则指向“燃气企业”，但 320111 没有这个单位"
    world.settle()
    notice = notices.inbox(world.actor("zhou.min")).rows[0]
    assert notice.subject_zh == f"工单待派遣：{case.title}"
    assert case.route_zh in notice.text_zh
    assert [one.event for one in case_queries.open_to(world.actor("zhou.min"), case, now=world.now)] == [
        "dispatch",
        "tag",
        "untag",
        "name_concern",
    ]


def test_deadline_that_passes_is_told_to_the_supervisor_once(world: World) -> None:
    world.accepted()
    assert sweep_deadlines(at(2, 10)) == 0  # the hour of signing for is just over, not passed
    world.later(minutes=61)
    assert sweep_deadlines(world.now) == 1
    assert sweep_deadlines(world.now) == 0
    assert told_to(world, "zheng.jun") == ["超过时限：人行道上的上水井盖不见了，晚上看不清"]


def test_clock_that_is_held_does_not_run_out(world: World) -> None:
    case = world.case_at("handling")
    world.step(case, "return", "chen.guoping", reason="不属于我单位职责", proposed="unknown")
    world.later(hours=12)
    sweep_deadlines(world.now)
    told = [line for line in case_queries.timeline(case.pk) if line.type == "DeadlinePassed"]
    assert [str(line.sentence) for line in told] == ["超过时限：派遣时限", "超过时限：对外承诺"]


def test_held_clocks_do_not_crowd_out_the_others(world: World) -> None:
    first = world.case_at("handling")
    world.step(first, "return", "chen.guoping", reason="不属于我单位职责", proposed="unknown")
    second = world.case_at("handling")
    world.later(hours=12)
    for _ in range(4):
        sweep_deadlines(world.now, limit=1)
    assert clock(second, "handle").told_late_at == world.now
    assert clock(first, "handle").told_late_at is None


def test_every_stage_stands_in_the_timeline_with_time_and_actor(world: World) -> None:
    case = world.case_at("confirmed")
    report = Report.objects.get(case=case)
    lines = reports.page(world.actor("li.wen"), report.pk, now=world.now).lines
    whole = sorted([*lines, *case_queries.timeline(case.pk)], key=lambda line: line.at)
    seven = [
        "ReportReceived",  # 发生、上报
        "CaseFiled",  # 汇总
        "CaseDispatched",  # 交办
        "CaseSignedFor",  # 处理
        "CaseHandled",  # 化解
        "CaseClosed",
        "CaseConfirmed",  # 反馈
    ]
    assert [line.type for line in whole if line.type in seven] == seven
    assert all(line.who for line in whole)


def test_office_named_by_hand_is_not_said_to_be_named_by_a_rule(world: World) -> None:
    case = world.accepted()
    assert case.route
    world.step(case, "return", "chen.guoping", reason="不是我单位的井盖", proposed="unknown")
    case = world.step(case, "dispatch", "zhou.min", unit=MUNICIPAL)
    assert case.route == ""
