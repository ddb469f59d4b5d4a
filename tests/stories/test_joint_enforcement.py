"""Joint enforcement: a lead calls members to a place at a time; each signs in there and gives a result."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import Call, Party
from gewu.cases.models import Assignment, Case
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, PASSWORD, STREET, World

MEMBERS = (f"{COUNTY}-municipal_works", f"{COUNTY}-sanitation", f"{COUNTY}-law_enforcement")


@pytest.fixture
def town(world: World) -> World:
    account = security.open_account("zhi.fa", "支法", PASSWORD, actor=operator(), now=world.now)
    organisation.appoint("handler", MEMBERS[2], account, actor=operator(COUNTY), now=world.now)
    world.accounts["zhi.fa"] = account
    return world


def call(world: World, **more: Any) -> Call:
    usual: dict[str, Any] = {
        "kind": "joint",
        "parties": tuple(Party(unit=code) for code in MEMBERS),
        "task": "联合整治中圣街井盖和占道",
        "meet_at": world.now + timedelta(hours=20),
        "meet_where": "中圣街东口岗亭",
    }
    return Call(**{**usual, **more})


def called(world: World, case: Case, **more: Any) -> queries.WhistleLine:
    cases.blow(case.number, call(world, **more), actor=world.actor("chen.guoping"), now=world.now)
    return shown(world, case)


def shown(world: World, case: Case, who: str = "chen.guoping") -> queries.WhistleLine:
    return queries.page(world.actor(who), case.number, now=world.now).parties.whistles[0]


def part(case: Case, code: str) -> Assignment:
    return Assignment.objects.get(case=case, unit__code=code)


def come(world: World, case: Case, code: str, who: str) -> None:
    cases.take_assist(
        part(case, code).pk, "check_in", actor=world.actor(who), now=world.now, address="中圣街东口岗亭"
    )


def finish(world: World, case: Case, code: str, who: str, result: str) -> None:
    cases.take_assist(part(case, code).pk, "finish", actor=world.actor(who), now=world.now, result=result)


def end(world: World, whistle: UUID) -> None:
    cases.take_whistle(whistle, "close", actor=world.actor("chen.guoping"), now=world.now, result="整治完毕")


def test_members_sign_in_on_the_spot_give_a_result_and_missing_ones_are_shown(town: World) -> None:
    case = town.step(town.accepted(), "sign_for", "chen.guoping")
    line = called(town, case)
    assert (line.kind.zh, line.meet_where, line.caller) == ("联合执法", "中圣街东口岗亭", "陈国平")
    assert line.meet_at == town.now + timedelta(hours=20)
    assert [one.come_by for one in line.parties] == [line.meet_at + timedelta(minutes=30)] * 3
    town.later(hours=19)
    assert shown(town, case).missing == (), "before the time nobody is missing"
    town.later(hours=1)
    come(town, case, MEMBERS[0], "wu.kai")
    town.later(minutes=31)
    come(town, case, MEMBERS[1], "wang.fang")
    line = shown(town, case)
    assert [one.zh for one in line.missing] == ["浦口区综合行政执法局"]
    came = {one.unit.zh: one.check_in for one in line.parties if one.check_in}
    assert {name: found.in_time for name, found in came.items()} == {
        "浦口区市政设施养护中心": True,
        "浦口区环境卫生管理中心": False,
    }
    for code, who in ((MEMBERS[0], "wu.kai"), (MEMBERS[1], "wang.fang")):
        cases.take_assist(
            part(case, code).pk, "finish", actor=town.actor(who), now=town.now, result="已完成本单位任务"
        )

    whistle = line.id
    with pytest.raises(Refusal):
        cases.take_whistle(
            whistle, "close", actor=town.actor("chen.guoping"), now=town.now, result="整治完毕"
        )
    come(town, case, MEMBERS[2], "zhi.fa")
    cases.take_assist(
        part(case, MEMBERS[2]).pk,
        "finish",
        actor=town.actor("zhi.fa"),
        now=town.now,
        result="立案一起，当场整改",
    )
    cases.take_whistle(whistle, "close", actor=town.actor("chen.guoping"), now=town.now, result="整治完毕")
    line = shown(town, case)
    assert (line.state, line.result, line.missing) == ("closed", "整治完毕", ())
    assert [one.result for one in line.parties] == [
        "已完成本单位任务",
        "已完成本单位任务",
        "立案一起，当场整改",
    ]


@pytest.mark.parametrize(
    ("more", "said_"),
    [
        ({"meet_at": None}, "集合时间"),
        ({"meet_where": " "}, "集合地点"),
        ({"kind": "grid"}, "即刻到场"),
    ],
)
def test_call_without_time_or_place_is_refused(town: World, more: dict[str, Any], said_: str) -> None:
    case = town.step(town.accepted(), "sign_for", "chen.guoping")
    who = "zhao.qiang" if more.get("kind") else "chen.guoping"
    with pytest.raises(Refusal, match=said_):
        cases.blow(case.number, call(town, **more), actor=town.actor(who), now=town.now)
    for meet_at in (town.now - timedelta(hours=1), town.now + timedelta(days=61)):
        with pytest.raises(Refusal, match="集合时间"):
            called(town, case, meet_at=meet_at)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("name", ["zhou.min", "wu.kai", "zhao.qiang"])
def test_only_the_lead_calls_to_joint_enforcement(town: World, name: str) -> None:
    case = town.step(town.accepted(), "sign_for", "chen.guoping")
    with pytest.raises(Refusal) as refused:
        cases.blow(case.number, call(town), actor=town.actor(name), now=town.now)
    assert refused.value.kind is Kind.FORBIDDEN


def test_joint_enforcement_is_called_on_its_page_and_shown_to_every_member(world: World) -> None:
    world.now = timezone.localtime() - timedelta(hours=3)
    case = world.step(world.accepted(), "sign_for", "chen.guoping")
    browser = signed_in("chen.guoping")
    address = f"/desk/cases/{case.number}/whistle"
    assert "联合执法" in said(browser.get(address))
    form = {"kind": "joint", "unit": MEMBERS[0], "task": "联合整治占道经营", "meet_where": "中圣街东口岗亭"}
    wrong = browser.post(address, form)
    assert wrong.status_code == 422 and "集合时间" in said(wrong)
    meet = (world.now + timedelta(days=2)).strftime("%Y-%m-%dT09:30")
    assert browser.post(address, {**form, "meet_at": meet}).status_code == 303
    assert "中圣街东口岗亭" in said(signed_in("wu.kai").get(f"/desk/cases/{case.number}"))
    assert STREET in case.place
