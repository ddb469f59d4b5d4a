"""A shared duty asks its assistants by itself; what no duty names is counted."""

from __future__ import annotations

import pytest

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import duty_calls
from gewu.cases.models import Assignment, Case, Deadline
from gewu.catalogue import actions as rules
from gewu.catalogue import queries as catalogue
from gewu.catalogue.models import RefusedTask, Route
from gewu.infra import stream
from gewu.infra.versions import changed
from gewu.kernel.refusals import Refusal
from tests.world import COUNTY, STREET, World

#: Duty G01 of the shipped list: enforcement leads, land and the street office assist.
SHARED = "E0101"
LAND, STREET_OFFICE = f"{COUNTY}-natural_resources", f"{STREET}-street_office"


def asked(case: Case) -> dict[str, Assignment]:
    rows = Assignment.objects.filter(case=case).select_related("unit", "clock")
    return {row.unit.code: row for row in rows if row.unit}


def test_assistants_of_a_shared_duty_are_asked_when_the_case_is_dispatched(world: World) -> None:
    case = world.accepted(matter=SHARED)
    found = asked(case)
    assert found.keys() == {LAND, STREET_OFFICE}
    row = found[STREET_OFFICE]
    assert (row.state, row.task) == ("offered", "日常巡查、劝阻，配合现场秩序")
    assert row.clock is not None
    assert (row.clock.clock, row.clock.unit_id, row.clock.met_at) == (duty_calls.CLOCK, row.unit_id, None)
    told = [one for one in stream.timeline("case", case.pk) if one.type == "AssistCalled"]
    assert {one.actor for one in told} == {f"rule:route:{case.route}"}
    liu = world.actor("liu.yang")
    assert queries.visible_to(liu).filter(pk=case.pk).exists()
    cases.take_assist(row.pk, "sign_for", actor=liu, now=world.now)
    assert Deadline.objects.get(pk=row.clock_id).met_at == world.now


def test_assistant_sends_its_part_back_with_a_reason_and_is_asked_again(world: World) -> None:
    case = world.accepted(matter=SHARED)
    row, liu = asked(case)[STREET_OFFICE], world.actor("liu.yang")
    with pytest.raises(Refusal, match="还缺少：理由"):
        cases.take_assist(row.pk, "return", actor=liu, now=world.now)
    cases.take_assist(row.pk, "return", actor=liu, now=world.now, reason="不在本街道")
    assert Deadline.objects.get(pk=row.clock_id).dropped_at == world.now
    world.later(minutes=5)
    cases.take_assist(row.pk, "offer_again", actor=world.actor("zhou.min"), now=world.now, reason="请复核")
    again = asked(case)[STREET_OFFICE]
    assert again.clock is not None
    assert (again.clock_id != row.clock_id, again.clock.started_at) == (True, world.now)


def test_duty_asks_once_however_often_the_case_is_dispatched(world: World) -> None:
    case = world.accepted(matter=SHARED)
    lead = catalogue.route(SHARED, case.place, world.now.date()).unit
    assert lead is not None
    case = world.step(case, "recall", "zhou.min", reason="重新核对")
    world.step(case, "dispatch", "zhou.min", unit=lead.code)
    assert Assignment.objects.filter(case=case).count() == 2


def test_duty_that_someone_else_is_given_asks_nobody(world: World) -> None:
    Route.objects.filter(matter_prefix=SHARED).update(unit=None, department="ecology", assists=[])
    changed(catalogue.HELD)
    case = world.accepted(matter=SHARED)
    case = world.step(case, "recall", "zhou.min", reason="重新核对")
    world.step(case, "dispatch", "zhou.min", unit=f"{COUNTY}-drainage")
    assert asked(case) == {}


def test_unit_that_the_matter_is_about_is_not_asked_to_assist(world: World) -> None:
    report = world.report()
    case = cases.file(
        cases.NewCase(SHARED, report.place, "街道办在违建", "web", world.now, about=STREET_OFFICE),
        actor=world.actor("li.wen"),
        now=world.now,
    )
    assert asked(case).keys() == {LAND}


def test_work_that_no_duty_names_is_counted_for_the_department_of_its_class(world: World) -> None:
    world.accepted(matter="C0101")
    assert not RefusedTask.objects.exists()
    Route.objects.filter(matter_prefix="C0101").delete()
    Route.objects.filter(matter_prefix__in=("", "C", "C01")).delete()
    changed(catalogue.HELD)
    case = world.accepted(matter="C0101")
    assert case.state == "filed"
    row = RefusedTask.objects.get()
    assert (row.kind, row.item, row.number, row.department, row.about, row.unit) == (
        "duty", "", 1, "water_supply", case.number, None,
    )  # fmt: skip
    assert [one.type for one in stream.timeline("refused_task", row.pk)] == ["TaskUnrouted"]
    counts = catalogue.refusals_by_department(world.actor("zheng.jun"), since=world.now)
    assert [(one.department, one.count) for one in counts] == [("water_supply", 1)]


def test_work_that_the_rule_sends_where_a_list_bars_it_is_counted_with_that_list(world: World) -> None:
    team = f"{case_place(world)}-grid_worker"
    spec = rules.RouteSpec("E0110", STREET, world.now.date(), "试点", unit=team)
    rules.add_route(spec, actor=world.actor("qian.lei"), now=world.now)
    case = world.accepted(matter="E0110")
    row = RefusedTask.objects.get()
    assert (row.kind, row.number, row.department, row.about) == ("admission", 1, "sanitation", case.number)


def case_place(world: World) -> str:
    return world.report().place[:12]


def test_rules_that_contradict_each_other_are_a_conflict_and_no_refused_work(world: World) -> None:
    for reason, department in (("甲", "drainage"), ("乙", "water_supply")):
        spec = rules.RouteSpec("C0106", STREET, world.now.date(), reason, department=department)
        rules.add_route(spec, actor=world.actor("qian.lei"), now=world.now)
    assert world.accepted(matter="C0106").state == "filed"
    assert not RefusedTask.objects.exists()
