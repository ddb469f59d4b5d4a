"""Officials who are paired with a community or an enterprise, and visits that are announced to residents."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gewu.cases.models import Case
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import jobs, queries, rules
from gewu.fieldwork.models import Finding, Plan, Task
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.fieldwork.setting import TODAY, first_task, running, step
from tests.founded import statements
from tests.world import COUNTY, GRID, PASSWORD, RIVERSIDE, SOUTH_GATE, STREET, World

HERE = fieldwork.CheckInDraft(lon=118.6025, lat=32.0575, accuracy_m=8)
ENTERPRISE = "320111-qiming"


def paired(world: World, kind: str, seat: str, name: str = "tao.ran", called: str = "陶然") -> UUID:
    """Someone of the water company paired with a community or an enterprise."""
    if name not in world.accounts:
        world.accounts[name] = security.open_account(
            name, called, PASSWORD, actor=operator(COUNTY), now=world.now
        )
    row = organisation.appoint(
        kind, seat, world.accounts[name], holder_unit=f"{COUNTY}-water_supply",
        actor=operator(COUNTY), now=world.now,
    )  # fmt: skip
    return row.pk


def enterprise(world: World) -> None:
    spec = UnitSpec("enterprise", ENTERPRISE, "启明电子有限公司", GRID)
    organisation.add_units([spec], actor=operator(COUNTY), now=world.now)


def go(world: World, by: str = "tao.ran", **more: Any) -> Task:
    given = {"place": SOUTH_GATE, "kind": "community_visit", "at": HERE, **more}
    return fieldwork.visit(fieldwork.VisitDraft(**given), actor=world.actor(by), now=world.now)


def test_the_page_of_a_pairing_lists_the_visits_made_and_the_cases_settled(world: World) -> None:
    post = paired(world, "community_partner", SOUTH_GATE)
    go(world, pairing=post, answers={"needs": "社区活动室漏雨", "disputes": "两户为停车位争执"})
    world.later(days=3)
    go(world, pairing=post, answers={"note": "回访，活动室已修好"})
    go(world, answers={"note": "不是结对走访"})
    settled = Finding.objects.get(part="needs").case
    assert settled is not None
    Case.objects.filter(pk=settled.pk).update(closed_at=world.now, state="closed")
    page = queries.pairing(world.actor("tao.ran"), post, now=world.now)
    assert (page.line.visits, page.line.cases, page.line.settled) == (2, 2, 1)
    assert [one.title for one in page.visits] == ["机关联系社区", "机关联系社区"]
    assert {(one.number, one.open) for one in page.cases} == {
        (settled.number, False), (Finding.objects.get(part="disputes").case.number, True)  # type: ignore[union-attr]  # its class is on the list
    }  # fmt: skip
    assert page.mine


def test_a_problem_noted_at_an_enterprise_becomes_a_case_with_a_clock(world: World) -> None:
    enterprise(world)
    post = paired(world, "enterprise_partner", ENTERPRISE)
    task = go(
        world, kind="enterprise_visit", place=GRID, pairing=post,
        answers={"requests": "厂区门口限高杆影响货车进出，盼协调", "hazards": "配电房门口堆料"},
        noted={"hazards": fieldwork.Noted(matter="H0105")},
    )  # fmt: skip
    opened = {one.part: one.case for one in Finding.objects.filter(task=task).select_related("case")}
    assert {part: case.matter for part, case in opened.items() if case} == {
        "requests": "S0303",
        "hazards": "H0105",
    }
    assert all(case and case.due_at > world.now for case in opened.values())
    [line] = queries.own_pairings(world.actor("tao.ran"), now=world.now)
    assert (line.id, line.visits, line.cases) == (post, 1, 2)


def test_nobody_visits_from_anothers_pairing_nor_from_one_that_has_ended(world: World) -> None:
    post = paired(world, "community_partner", SOUTH_GATE)
    with pytest.raises(Refusal) as refused:
        go(world, "zhao.qiang", place=GRID, pairing=post)
    assert refused.value.field == "pairing"
    world.later(days=366)
    with pytest.raises(Refusal):
        go(world, pairing=post)
    with pytest.raises(Refusal) as gone:
        queries.pairing(world.actor("zhou.min"), post, now=world.now)
    assert gone.value.kind is Kind.MISSING


def test_pairings_are_read_where_one_reads_fieldwork_by_a_constant_number_of_queries(world: World) -> None:
    first = paired(world, "community_partner", SOUTH_GATE)
    with statements() as few:
        one = queries.pairings(world.actor("zhou.min"), STREET, now=world.now)
    paired(world, "community_partner", RIVERSIDE, "an.ning", "安宁")
    paired(world, "community_partner", RIVERSIDE, "mo.lan", "莫兰")
    with statements() as many:
        three = queries.pairings(world.actor("zhou.min"), STREET, now=world.now)
    assert ([line.id for line in one], len(three)) == ([first], 3)
    assert len(few) == len(many)
    assert [line.name for line in queries.pairings(world.actor("sun.li"), STREET, now=world.now)] == []
    with pytest.raises(Refusal):
        queries.pairing(world.actor("zhou.min"), uuid4(), now=world.now)


def announced(world: World, public: bool = True, **more: Any) -> Plan:
    """A visit by an official, three days ahead and once more a week later."""
    days = (TODAY + timedelta(days=3), TODAY + timedelta(days=10))
    given = {
        "kind": "official_visit", "title": "区领导下访接待", "purpose": "物业管理、停车难、老旧小区改造",
        "stops": (fieldwork.StopDraft(SOUTH_GATE),), "who": "account", "whom": "zhao.qiang", "checklist": "",
        "items": (), "rhythm": rules.Rhythm("dates", dates=days),
        "opens_at": time(9), "closes_at": time(11, 30),
        "until": TODAY + timedelta(days=20), "public": public,
    }  # fmt: skip
    return running(world, **{**given, **more})


def test_the_schedule_is_public_with_place_and_topics(world: World) -> None:
    announced(world)
    announced(world, public=False, title="内部走访")
    found = queries.announced(COUNTY, now=world.now)
    assert [one.day for one in found] == [date(2026, 3, 5), date(2026, 3, 12)]
    assert {(one.title, one.place, one.topics) for one in found} == {
        ("区领导下访接待", SOUTH_GATE, "物业管理、停车难、老旧小区改造")
    }
    assert [(one.done, one.overdue) for one in found] == [(False, False)] * 2
    assert queries.announced("320105", now=world.now) == ()


def test_an_announced_visit_without_a_record_turns_overdue_and_one_with_a_record_does_not(
    world: World,
) -> None:
    kept, missed = announced(world), announced(world, title="局长下访")
    world.later(days=3)
    jobs.sweep_tasks(world.now)
    fieldwork.visit(
        fieldwork.VisitDraft(task=first_task(kept).pk, at=HERE, answers={"people": 6, "note": "接待六人"}),
        actor=world.actor("zhao.qiang"), now=world.now,
    )  # fmt: skip
    world.later(hours=3)
    first = {
        one.title: one for one in queries.announced(COUNTY, now=world.now) if one.day == date(2026, 3, 5)
    }
    assert {title: (one.done, one.overdue) for title, one in first.items()} == {
        "区领导下访接待": (True, False), "局长下访": (False, True),
    }  # fmt: skip
    jobs.sweep_tasks(world.now)
    assert Task.objects.get(plan=missed, day="2026-03-05").state == "missed"
    again = {
        one.title: one for one in queries.announced(COUNTY, now=world.now) if one.day == date(2026, 3, 5)
    }
    assert (again["局长下访"].overdue, str(again["局长下访"].state)) == (True, "未完成")


def test_an_official_visit_needs_its_announcement_and_stays_within_its_hours(world: World) -> None:
    paired(world, "community_partner", SOUTH_GATE)
    with pytest.raises(Refusal, match="要先有计划"):
        go(world, kind="official_visit")
    task = first_task(announced(world))
    with pytest.raises(Refusal, match="执行时间"):
        step(world, task, "start")
