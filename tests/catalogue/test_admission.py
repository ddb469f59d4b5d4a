"""Work given to grids and communities: only what their lists admit, and every refusal counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gewu.cases import actions as cases
from gewu.catalogue import actions, queries
from gewu.catalogue.actions import ApplicationSpec
from gewu.catalogue.models import Application, RefusedTask
from gewu.infra import store, stream
from gewu.intake import actions as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from tests.founded import statements
from tests.world import COUNTY, GRID, SOUTH_GATE, World

DAY = date(2026, 3, 2)
TEAM = f"{SOUTH_GATE}-grid_worker"
COMMITTEE = f"{SOUTH_GATE}-community_committee"


def asked(world: World, by: str = "wang.fang", **more: Any) -> Application:
    spec = ApplicationSpec(
        **{
            "kind": "admission",
            "place": COUNTY,
            "unit": f"{COUNTY}-sanitation",
            "title_zh": "暴露垃圾随手清理",
            "matters": ("E0110",),
            "basis": "区城管委会议纪要",
            "reason": "多在夜间出现",
            "category": "handle",
            **more,
        }
    )
    return actions.apply(spec, actor=world.actor(by), now=world.now)


def taken(world: World, row: Application, event: str, by: str, **given: Any) -> Application:
    return actions.take_application(row.pk, event, actor=world.actor(by), now=world.now, **given)


def admitted(world: World, row: Application) -> Application:
    taken(world, row, "assess", "qian.lei", finding="网格员人手可以承担")
    taken(world, row, "approve", "lu.fa", authority="浦口区网格化服务管理中心")
    return taken(world, row, "publish", "qian.lei")


def may(matter: str, on: date, task: str = "handle") -> bool:
    return queries.admitted(matter, "grid_team", on, place=GRID, task=task)


def test_task_of_a_class_not_admitted_is_refused_with_the_rule_and_counted(world: World) -> None:
    case = world.accepted(matter="C0101")
    case = world.step(case, "return", "chen.guoping", reason="不归本单位", proposed="unknown")
    with pytest.raises(Refusal) as refused:
        world.step(case, "dispatch", "zhou.min", unit=TEAM)
    assert refused.value.kind is Kind.CONFLICT
    assert str(refused.value).startswith("“上水井盖”不在《网格事项准入清单》第 1 版内，不能交办；依据：")
    assert "先申请准入" in str(refused.value.advice)
    case.refresh_from_db()
    assert (case.state, case.lead) == ("filed", None)
    counted = RefusedTask.objects.get()
    assert (counted.kind, counted.matter, counted.department, counted.about) == (
        "admission", "C0101", "water_supply", case.number,
    )  # fmt: skip
    assert [one.type for one in stream.timeline("refused_task", counted.pk)] == ["TaskRefused"]


def test_refused_call_for_assistance_is_counted_for_the_department_that_leads(world: World) -> None:
    case = world.case_at("handling")
    with pytest.raises(Refusal):
        cases.call_assist(
            case.number, TEAM, actor=world.actor("chen.guoping"), now=world.now, task="帮忙看守"
        )
    assert RefusedTask.objects.get().department == "water_supply"
    assert not case.assignments.exists()
    supervisor = queries.refusals_by_department(world.actor("zheng.jun"), since=world.now)
    assert [(one.department, one.count) for one in supervisor] == [("water_supply", 1)]
    assert queries.refusals_by_department(world.actor("wang.fang"), since=world.now) == ()


def test_what_is_admitted_may_be_given(world: World) -> None:
    case = world.accepted(matter="E0410")
    case = world.step(case, "return", "liu.yang", reason="请网格员劝导即可", proposed="unknown")
    assert world.step(case, "dispatch", "zhou.min", unit=TEAM).lead.code == TEAM


def test_admission_to_verify_is_none_to_handle(world: World) -> None:
    assert may("C0101", DAY, "verify")
    assert not may("C0101", DAY)
    assert not may("P0102", DAY, "verify")
    report = world.report(matter="P0102")
    with pytest.raises(Refusal, match="不在《网格事项准入清单》"):
        intake.take(report.pk, "ask_verification", actor=world.actor("li.wen"), now=world.now)
    report = world.report(matter="C0103")
    intake.take(report.pk, "ask_verification", actor=world.actor("li.wen"), now=world.now)


def test_community_is_given_what_its_list_names_and_never_what_the_negative_list_names(world: World) -> None:
    case = world.accepted(matter="E0101")
    with pytest.raises(Refusal) as refused:
        cases.call_assist(case.number, COMMITTEE, actor=world.actor("zhou.min"), now=world.now, task="拆")
    assert str(refused.value) == (
        "“私搭乱建”列入《社区负面事项清单》第 1 版第 N01 项“拆除违法建设”，不能交办；"
        "依据：行政执法权由执法机关行使；示例条目（随平台提供）"
    )
    other = world.accepted(matter="C0103")
    with pytest.raises(Refusal, match="不在《社区工作事项清单》第 1 版内"):
        cases.call_assist(other.number, COMMITTEE, actor=world.actor("zhou.min"), now=world.now, task="修")
    found = [(one.kind, one.item, one.department) for one in RefusedTask.objects.order_by("kind")]
    assert found == [("community_work", "", "drainage"), ("negative", "N01", "law_enforcement")]
    third = world.accepted(matter="E0192")
    assert cases.call_assist(
        third.number, COMMITTEE, actor=world.actor("zhou.min"), now=world.now, task="动员居民"
    )


def test_rule_that_points_to_a_unit_the_lists_bar_leaves_the_case_on_a_desk(world: World) -> None:
    spec = actions.RouteSpec(matter_prefix="E0110", place_prefix=GRID, unit=TEAM, since=DAY, reason_zh="试点")
    actions.add_route(spec, actor=world.actor("qian.lei"), now=world.now)
    case = world.accepted(matter="E0110")
    assert (case.state, case.lead) == ("filed", None)
    assert "不在《网格事项准入清单》" in case.route_zh
    admitted(world, asked(world))
    assert world.accepted(matter="E0110").lead.code == TEAM


def test_admission_is_applied_for_assessed_approved_published_and_ended(world: World) -> None:
    row = asked(world)
    assert not may("E0110", DAY)
    row = admitted(world, row)
    assert may("E0110", DAY)
    assert not may("E0110", DAY - timedelta(days=1))
    world.later(days=5)
    taken(world, row, "end", "qian.lei", reason="改由环卫夜班承担")
    assert not may("E0110", DAY + timedelta(days=5))
    assert may("E0110", DAY + timedelta(days=4))
    assert [one.type for one in stream.timeline("application", row.pk)] == [
        "ApplicationMade", "ApplicationAssessed", "ApplicationApproved", "ApplicationPublished",
        "ApplicationEnded",
    ]  # fmt: skip


def test_temporary_admission_ends_by_itself_on_its_date(world: World) -> None:
    last = DAY + timedelta(days=10)
    admitted(world, asked(world, until=last))
    assert may("E0110", last - timedelta(days=1))
    assert not may("E0110", last)
    world.later(days=10)
    case = world.accepted(matter="E0110")
    case = (
        world.step(case, "return", "wang.fang", reason="请网格员办", proposed="unknown")
        if case.lead
        else case
    )
    with pytest.raises(Refusal, match="不在《网格事项准入清单》"):
        world.step(case, "dispatch", "zhou.min", unit=TEAM)


def test_admission_survives_the_next_edition_and_a_temporary_one_still_ends(world: World) -> None:
    last = DAY + timedelta(days=10)
    admitted(world, asked(world, until=last))
    world.later(days=2)
    edition = actions.draft("admission", COUNTY, actor=world.actor("qian.lei"), now=world.now)
    actions.take(edition.pk, "consult", actor=world.actor("qian.lei"), now=world.now)
    actions.take(edition.pk, "approve", actor=world.actor("lu.fa"), now=world.now, authority="区网格中心")
    actions.take(edition.pk, "publish", actor=world.actor("qian.lei"), now=world.now)
    assert may("E0110", DAY + timedelta(days=2))
    assert not may("E0110", last)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "duty"}, "不接受准入申请"),
        ({"category": ""}, "请选准入的工作"),
        ({"basis": ""}, "依据和理由"),
        ({"reason": " "}, "依据和理由"),
        ({"matters": ()}, "请选事项类别"),
        ({"matters": ("X9",)}, "没有以 X9 开头的事项"),
        ({"until": DAY}, "晚于今天"),
        ({"unit": f"{COUNTY}-drainage"}, "只能以本单位的名义"),
    ],
)
def test_application_that_says_too_little_is_refused(world: World, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(world, **wrong)
    assert said in str(refused.value)


def test_department_neither_assesses_nor_approves_its_own_application(world: World) -> None:
    row = asked(world)
    with pytest.raises(Refusal) as refused:
        taken(world, row, "assess", "wang.fang", finding="可以")
    assert refused.value.kind is Kind.FORBIDDEN
    taken(world, row, "assess", "qian.lei", finding="可以")
    with pytest.raises(Refusal) as refused:
        taken(world, row, "approve", "qian.lei", authority="区网格中心")
    assert refused.value.kind is Kind.FORBIDDEN
    own = Application.objects.get(pk=row.pk)
    own.applied_by = world.actor("lu.fa").ref
    own.save()
    with pytest.raises(Refusal, match="由另一人批准"):
        taken(world, row, "approve", "lu.fa", authority="区网格中心")


def test_applications_are_seen_by_their_unit_and_by_those_who_decide(world: World) -> None:
    asked(world)
    for name in ("wang.fang", "qian.lei", "lu.fa"):
        assert len(queries.applications(world.actor(name)).rows) == 1
    assert queries.applications(world.actor("wu.kai")).rows == ()


def test_guard_asks_the_database_nothing_when_work_may_be_given(world: World) -> None:
    team = organisation.known_unit(TEAM)
    give = {"actor": world.actor("zhou.min"), "now": world.now}
    actions.check_may_be_given("E0410", GRID, team, **give)
    with statements() as counted:
        actions.check_may_be_given("E0410", GRID, team, **give)
    assert len(counted) == 0


def test_what_must_be_kept_of_a_refusal_outlives_the_transaction_that_was_undone(world: World) -> None:
    kept: list[str] = []
    with pytest.raises(Refusal), store.writing():
        store.though_undone(lambda: kept.append("counted"))
        raise Refusal(say("不行"))
    assert kept == ["counted"]
    with store.writing():
        store.though_undone(lambda: kept.append("again"))
    assert kept == ["counted", "again"]
