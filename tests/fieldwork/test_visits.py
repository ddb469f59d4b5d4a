"""Visits: what is noted on one opens matters of its own, linked to it, each with its clock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from gewu.cases.models import Case
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.fieldwork.models import Finding, Record, Task
from gewu.kernel.refusals import Kind, Refusal
from tests.fieldwork.setting import TODAY
from tests.world import GRID, RIVERSIDE, World

HERE = fieldwork.CheckInDraft(lon=118.6025, lat=32.0575, accuracy_m=8)
PARTS = {
    "needs": "三单元老人想请社区帮忙联系家电维修",
    "hazards": "楼道里堆着旧家具，挡了消火栓",
    "order": "单元门禁坏了，夜里常有生人进出",
    "disputes": "楼上漏水，两户为赔偿争执",
}


def go(world: World, by: str = "zhao.qiang", **more: Any) -> Task:
    """A visit at the first grid."""
    given = {"place": GRID, "at": HERE, **more}
    return fieldwork.visit(fieldwork.VisitDraft(**given), actor=world.actor(by), now=world.now)


def cases_of(task: Task) -> dict[str, Case]:
    """The cases that a visit opened, by the part of its form."""
    found = Finding.objects.filter(task=task).select_related("case")
    return {one.part or str(n): one.case for n, one in enumerate(found.order_by("made_at", "id")) if one.case}


def test_one_visit_opens_one_case_for_each_part_that_was_filled_in(world: World) -> None:
    task = go(world, answers=PARTS)
    opened = cases_of(task)
    assert set(opened) == set(PARTS)
    assert {part: case.text for part, case in opened.items()} == PARTS
    assert {part: case.matter for part, case in opened.items()} == {
        "needs": "Q0201", "hazards": "H0202", "order": "H0401", "disputes": "D0199",
    }  # fmt: skip
    assert all(case.place == GRID and case.due_at > world.now for case in opened.values())
    page = queries.visit(world.actor("zhao.qiang"), task.pk, now=world.now)
    assert {field.code: finding.number for field, _, finding in page.parts if finding} == {
        part: case.number for part, case in opened.items()
    }
    assert (page.task.line.state, page.task.line.found) == ("done", 4)


def test_a_part_left_empty_opens_nothing_and_a_visit_may_note_nothing_at_all(world: World) -> None:
    assert set(cases_of(go(world, answers={"hazards": PARTS["hazards"], "needs": "  "}))) == {"hazards"}
    quiet = go(world, answers={"note": "家中平安"})
    assert (quiet.state, quiet.found, cases_of(quiet)) == ("done", 0, {})


def test_a_part_may_name_a_finer_class_of_its_own_sort_and_no_other(world: World) -> None:
    finer = {"hazards": fieldwork.Noted(matter="H0106")}
    assert cases_of(go(world, answers=PARTS, noted=finer))["hazards"].matter == "H0106"
    before = Case.objects.count()
    with pytest.raises(Refusal) as refused:
        go(world, answers=PARTS, noted={"hazards": fieldwork.Noted(matter="D0102")})
    assert refused.value.field == "hazards_matter"
    assert Case.objects.count() == before


@pytest.mark.both_databases
def test_the_same_visit_sent_twice_is_one_visit(world: World) -> None:
    one = go(world, answers=PARTS, key="phone-1")
    assert go(world, answers=PARTS, key="phone-1").pk == one.pk
    assert Task.objects.filter(kind="visit").count() == 1
    assert Finding.objects.filter(task=one).count() == 4


def test_a_visit_that_arrives_the_next_day_keeps_the_time_it_was_made(world: World) -> None:
    made_at = world.now
    world.later(days=1)
    task = go(world, answers=PARTS, key="late", made_at=made_at)
    record = Record.objects.get(task=task)
    assert (record.made_at, record.arrived_at) == (made_at, world.now)
    assert task.day == TODAY


def test_whoever_works_elsewhere_records_no_visit_here(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        go(world, "sun.li", answers=PARTS)
    assert refused.value.kind is Kind.FORBIDDEN
    assert not Task.objects.filter(kind="visit").exists()


def test_an_evening_visit_is_made_in_the_evening_and_each_request_opens_its_case(world: World) -> None:
    asked = (
        fieldwork.Request("小区路灯三盏不亮，晚上走路看不清", "C0301"),
        fieldwork.Request("想给孩子咨询转学要哪些材料", "Q0103"),
        fieldwork.Request("一楼饭店油烟太大，开不了窗", "E0110"),
    )
    with pytest.raises(Refusal, match="执行时间"):
        go(world, kind="evening_visit", requests=asked)
    world.later(hours=10, minutes=30)
    task = go(world, kind="evening_visit", requests=asked, answers={"note": "入户五家"})
    opened = list(cases_of(task).values())
    assert [case.matter for case in opened] == [one.matter for one in asked]
    assert all(case.due_at > world.now for case in opened)
    page = queries.visit(world.actor("zhao.qiang"), task.pk, now=world.now)
    assert [one.number for one in page.requests] == [case.number for case in opened]
    assert task.found == 3


def test_a_visit_is_all_or_nothing(world: World) -> None:
    asked = (fieldwork.Request("路灯不亮", "C0301"), fieldwork.Request("不知何事", "ZZ99"))
    world.later(hours=10)
    with pytest.raises(Refusal):
        go(world, kind="evening_visit", requests=asked)
    assert not Task.objects.filter(kind="evening_visit").exists()
    assert not Case.objects.exists()


def test_too_many_requests_and_a_kind_that_needs_a_plan_are_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        go(world, requests=tuple(fieldwork.Request("路灯不亮", "C0301") for _ in range(21)))
    assert refused.value.field == "requests"
    with pytest.raises(Refusal, match="要先有计划"):
        go(world, kind="patrol")
    with pytest.raises(Refusal, match="没有这个点位"):
        go(world, spot=UUID(int=7))


def test_the_list_shows_visits_to_whoever_may_see_them(world: World) -> None:
    go(world, answers=PARTS)
    world.later(minutes=5)
    go(world, "sun.li", place=RIVERSIDE + "001", answers={"note": "平安"})
    seen = {
        name: len(queries.visits(world.actor(name), now=world.now).rows)
        for name in ("zhao.qiang", "sun.li", "zhou.min", "shen.ji")
    }
    assert seen == {"zhao.qiang": 1, "sun.li": 1, "zhou.min": 2, "shen.ji": 0}
    assert [one.task.found for one in queries.visits(world.actor("zhou.min"), now=world.now).rows] == [0, 4]
    with pytest.raises(Refusal) as refused:
        mine = queries.visits(world.actor("zhao.qiang"), now=world.now).rows[0]
        queries.visit(world.actor("sun.li"), mine.id, now=world.now)
    assert refused.value.kind is Kind.MISSING
