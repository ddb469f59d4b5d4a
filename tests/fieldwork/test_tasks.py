"""Plans become tasks; tasks are done, signed for, missed; findings open cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gewu.cases.models import Case
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import jobs, queries
from gewu.fieldwork.models import CheckIn, Finding, Look, Plan, Record, Statement, Task
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.worktime import CHINA
from tests.fieldwork.setting import TODAY, draft, first_task, planned, running, step, walked
from tests.world import GRID, SOUTH_GATE, World


def test_approved_plan_lays_one_task_for_each_day_and_names_the_holder_of_the_post(world: World) -> None:
    plan = running(world)
    tasks = list(Task.objects.filter(plan=plan).order_by("day"))
    assert [(one.day - TODAY).days for one in tasks] == [0, 1, 2, 3, 4, 5, 6]
    first = tasks[0]
    assert (first.place, first.account_id) == (GRID, world.accounts["zhao.qiang"].pk)
    assert (first.items, first.looks_due) == (["X0102", "X0601", "X0701"], 3)
    assert first.opens_at.astimezone(CHINA).hour == 0
    assert (first.due_at - first.opens_at) == timedelta(days=1)


@pytest.mark.both_databases
def test_tasks_are_laid_once_and_the_sweep_goes_on_where_it_stopped(world: World) -> None:
    plan = running(world, until=TODAY + timedelta(days=30))
    assert Task.objects.filter(plan=plan).count() == 15
    assert jobs.sweep_tasks(world.now) == 1  # today's task is opened, nothing is laid twice
    world.later(days=3)
    jobs.sweep_tasks(world.now)
    assert Task.objects.filter(plan=plan).count() == 18
    assert len(set(Task.objects.filter(plan=plan).values_list("day", "place"))) == 18


def test_plan_waits_for_another_person(world: World) -> None:
    plan = planned(world)
    assert not Task.objects.filter(plan=plan).exists()
    with pytest.raises(Refusal) as refused:
        fieldwork.take_plan(plan.pk, "approve", actor=world.actor("zhou.min"), now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN
    Plan.objects.filter(pk=plan.pk).update(made_by=world.actor("zheng.jun").ref)
    with pytest.raises(Refusal, match="拟定人以外"):
        fieldwork.take_plan(plan.pk, "approve", actor=world.actor("zheng.jun"), now=world.now)


def test_plan_ends_after_its_last_day_and_an_ended_one_cancels_what_nobody_began(world: World) -> None:
    plan = running(world)
    fieldwork.take_plan(plan.pk, "end", actor=world.actor("zhou.min"), now=world.now, reason="活动取消")
    assert set(Task.objects.filter(plan=plan).values_list("state", flat=True)) == {"cancelled"}
    other = running(world, title="另一项", until=TODAY + timedelta(days=1))
    world.later(days=3)
    jobs.sweep_tasks(world.now)
    jobs.sweep_plans(world.now)
    other.refresh_from_db()
    assert other.state == "ended"
    assert set(Task.objects.filter(plan=other).values_list("state", flat=True)) == {"missed"}


def test_patrol_without_a_finding_ends_with_a_signature_backed_by_every_look(world: World) -> None:
    task = first_task(running(world))
    step(world, task, "start")
    with pytest.raises(Refusal, match="还没有签到"):
        step(world, task, "sign_none")
    walked(world, task)
    with pytest.raises(Refusal, match="没有发现问题的，请签字确认"):
        step(world, task, "finish")
    ended = step(world, task, "sign_none", statement="三处均已看过")
    assert (ended.state, ended.looks_done) == ("signed_none", 3)
    assert Statement.objects.get(task=task).words == "三处均已看过"
    assert Record.objects.get(task=task).duty == "G101"


def test_signature_is_refused_while_an_item_has_not_been_looked_at(world: World) -> None:
    task = first_task(running(world))
    step(world, task, "start")
    stop = task.stops.get()
    step(world, task, "check_in", at=fieldwork.CheckInDraft(stop=stop.pk))
    step(world, task, "look", looks=(fieldwork.Seen(stop.pk, "X0601"),))
    with pytest.raises(Refusal, match="还有检查项或地点没有看过"):
        step(world, task, "sign_none")
    ended = step(world, task, "finish", reason="突降暴雨，未巡完")
    assert (ended.state, ended.looks_done, ended.looks_due) == ("done", 1, 3)


def test_finding_opens_a_case_of_the_items_class_by_the_channel_of_patrols(world: World) -> None:
    task = first_task(running(world))
    step(world, task, "start")
    stop = task.stops.get()
    found = fieldwork.find(
        fieldwork.FindingDraft("文德路口井盖破损", task=task.pk, stop=stop.pk, item="X0701", key="f1"),
        actor=world.actor("zhao.qiang"),
        now=world.now,
    )
    assert found.case_id is not None
    case = Case.objects.get(pk=found.case_id)
    assert (case.matter, case.origin, case.place) == ("C0123", "patrol", GRID)
    assert (case.state, case.title) == ("dispatched", "文德路口井盖破损")
    assert Look.objects.get(stop=stop).outcome == "found"
    step(world, task, "check_in", at=fieldwork.CheckInDraft(stop=stop.pk))
    with pytest.raises(Refusal, match="已上报发现的问题"):
        step(world, task, "sign_none")
    ended = step(world, task, "finish", answers={"companions": 2})
    assert (ended.state, ended.found) == ("done", 1)
    record = Record.objects.get(task=task)
    assert (record.answers, Finding.objects.get().record_id) == ({"companions": 2}, record.pk)
    told = [one.type for one in stream.timeline("task", task.pk)]
    assert told == ["TaskLaid", "TaskStarted", "TaskCheckedIn", "TaskDone"]


@pytest.mark.both_databases
def test_same_key_is_the_same_deed_and_tells_nothing_again(world: World) -> None:
    task = first_task(running(world))
    for _ in range(2):
        step(world, task, "start", key="s1")
        step(world, task, "check_in", key="c1")
    drafts = [fieldwork.FindingDraft("垃圾堆放", task=task.pk, item="X0601", key="f1")] * 2
    found = {fieldwork.find(one, actor=world.actor("zhao.qiang"), now=world.now).pk for one in drafts}
    for _ in range(2):
        step(world, task, "finish", key="e1")
    assert (len(found), CheckIn.objects.count(), Case.objects.count(), Record.objects.count()) == (1, 1, 1, 1)
    told = [one.type for one in stream.timeline("task", task.pk)]
    assert told == ["TaskLaid", "TaskStarted", "TaskCheckedIn", "TaskDone"]


def test_task_that_nobody_does_is_missed_and_work_done_in_time_may_still_arrive(world: World) -> None:
    task = first_task(running(world))
    made = world.now
    world.later(days=2)
    jobs.sweep_tasks(world.now)
    task.refresh_from_db()
    assert task.state == "missed"
    with pytest.raises(Refusal, match="不在任务的执行时间内"):
        step(world, task, "start")
    step(world, task, "start", made_at=made)
    step(world, task, "check_in", made_at=made + timedelta(minutes=5))
    ended = step(world, task, "finish", made_at=made + timedelta(hours=1), reason="手机没有信号")
    assert (ended.state, ended.ended_at, ended.arrived_at) == ("done", made + timedelta(hours=1), world.now)
    second = Task.objects.filter(plan=task.plan).order_by("day")[1]
    world.later(days=8)
    with pytest.raises(Refusal, match="不在任务的执行时间内"):  # its time of grace has run out
        step(world, second, "start", made_at=made + timedelta(days=1))


def test_task_outside_its_hours_is_refused_and_so_is_a_time_ahead_of_ours(world: World) -> None:
    plan = running(world)
    tomorrow = Task.objects.filter(plan=plan).order_by("day")[1]
    with pytest.raises(Refusal, match="不在任务的执行时间内"):
        step(world, tomorrow, "start")
    with pytest.raises(Refusal, match="时间比现在还晚"):
        step(world, first_task(plan), "start", made_at=world.now + timedelta(hours=1))


def test_point_and_check_in_outside_an_opened_patrol_are_refused(world: World) -> None:
    task = first_task(running(world))
    with pytest.raises(Refusal) as refused:
        step(world, task, "check_in", at=fieldwork.CheckInDraft(lon=118.6025, lat=32.0575))
    assert refused.value.kind is Kind.CONFLICT
    walked(world, task)
    step(world, task, "sign_none")
    with pytest.raises(Refusal) as refused:
        step(world, task, "check_in", at=fieldwork.CheckInDraft(lon=118.6025, lat=32.0575))
    assert refused.value.kind is Kind.CONFLICT


def test_free_record_is_kept_once_and_counts_for_its_duty(world: World) -> None:
    given = fieldwork.RecordDraft(
        "law_publicity", GRID, {"topic": "反诈骗", "way": "入户", "people": 12}, key="r1"
    )
    rows = {fieldwork.record(given, actor=world.actor("zhao.qiang"), now=world.now).pk for _ in range(2)}
    row = Record.objects.get()
    assert (rows, row.duty, row.answers["people"]) == ({row.pk}, "G501", 12)
    with pytest.raises(Refusal) as refused:
        fieldwork.record(given, actor=world.actor("sun.li"), now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN


def test_my_day_holds_all_that_a_telephone_needs_without_a_network(world: World) -> None:
    spot = fieldwork.add_spot(
        fieldwork.SpotDraft("南门菜场", kind="market", lon=118.6025, lat=32.0575, area="南门商圈"),
        actor=world.actor("zhou.min"),
        now=world.now,
    )
    plan = running(world, stops=(fieldwork.StopDraft(spot=spot.pk), fieldwork.StopDraft(GRID)))
    (page,) = queries.my_day(world.actor("zhao.qiang"), now=world.now)
    assert (page.line.plan, page.line.looks_due) == (plan.pk, 6)
    assert [(one.name, one.lon) for one in page.stops] == [("南门菜场", 118.6025), ("", None)]
    assert [one.code for one in page.items] == ["X0102", "X0601", "X0701"]
    assert [one.event for one in page.steps] == ["start"]
    assert queries.my_day(world.actor("sun.li"), now=world.now) == ()
    step(world, first_task(plan), "start")
    at = fieldwork.CheckInDraft(stop=page.stops[0].id, lon=118.6025, lat=32.0584, accuracy_m=12)
    step(world, first_task(plan), "check_in", at=at)
    (page,) = queries.my_day(world.actor("zhao.qiang"), now=world.now)
    assert page.check_ins[0].distance_m == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"kind": "walk"}, "kind"),
        ({"stops": ()}, "stops"),
        ({"stops": (fieldwork.StopDraft("320111"),)}, "stops"),
        ({"stops": (fieldwork.StopDraft(SOUTH_GATE + "099"),)}, "stops"),
        ({"checklist": ""}, "checklist"),
        ({"items": ("X9999",)}, "item"),
        ({"who": "anyone"}, "who"),
        ({"line": "astrology"}, "line"),
        ({"until": None, "key_period": True}, "until"),
    ],
)
def test_plan_that_cannot_be_is_refused_with_the_field_to_mend(
    world: World, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        planned(world, **more)
    assert refused.value.field == field


def test_department_plans_for_itself_within_its_own_places_only(world: World) -> None:
    mine = {"line": "water_supply", "unit": "320111-water_supply", "kind": "inspection"}
    assert planned(world, "chen.guoping", **mine).unit_path
    with pytest.raises(Refusal) as refused:
        planned(world, "chen.guoping", kind="inspection")
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refusal):
        fieldwork.make_plan(draft(), actor=world.actor("zhao.qiang"), now=world.now)
