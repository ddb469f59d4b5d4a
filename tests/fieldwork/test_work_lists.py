"""The work list of police in grids: what is not on it waits for the joint office."""

from __future__ import annotations

from typing import Any

import pytest

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import jobs, queries
from gewu.fieldwork.models import Plan, Task
from gewu.kernel.refusals import Refusal
from gewu.notifications.models import Message
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.fieldwork.setting import TODAY, draft, first_task, planned, running, step
from tests.world import COUNTY, GRID, PASSWORD, World

pytestmark = pytest.mark.django_db

POLICE: dict[str, Any] = {"who": "post", "whom": "police_officer", "title": "清查出租屋"}


@pytest.fixture(autouse=True)
def _joint_office(world: World) -> None:
    """Someone who speaks for the joint meeting of police and grids."""
    setup = operator(COUNTY)
    account = security.open_account("shi.lian", "石联", PASSWORD, actor=setup, now=world.now)
    security.give_role(account, "joint_officer", actor=setup, now=world.now, place=COUNTY)
    world.accounts["shi.lian"] = account


def _take(world: World, plan: Plan, event: str, by: str, **given: Any) -> Plan:
    return fieldwork.take_plan(plan.pk, event, actor=world.actor(by), now=world.now, **given)


def _waits(world: World, plan: Plan) -> bool:
    return queries.plan_page(world.actor("shi.lian"), plan.pk, now=world.now).waits


def test_a_task_outside_the_list_waits_until_the_joint_office_allows_it(world: World) -> None:
    plan = planned(world, **POLICE)
    world.settle()
    assert _waits(world, plan)
    assert Message.objects.filter(account=world.accounts["shi.lian"], event="PlanMade").count() == 1
    with pytest.raises(Refusal, match="要先由联席办同意"):
        _take(world, plan, "approve", "zheng.jun")
    with pytest.raises(Refusal, match="由联席办办理"):
        _take(world, plan, "allow", "zheng.jun", reason="有必要")
    assert not Task.objects.filter(plan=plan).exists()

    _take(world, plan, "allow", "shi.lian", reason="专项行动，联席会议议定")
    assert not _waits(world, plan)
    assert _take(world, plan, "approve", "zheng.jun").state == "running"
    assert Task.objects.filter(plan=plan).exists()
    world.settle()
    assert Message.objects.filter(account=world.accounts["zhou.min"], event="PlanAllowed").count() == 1


def test_a_task_on_the_list_needs_nobody_else(world: World) -> None:
    plan = planned(world, **POLICE, listed="J01")
    world.settle()
    assert not Message.objects.filter(event="PlanMade").exists()
    assert _take(world, plan, "approve", "zheng.jun").state == "running"


def test_an_item_that_the_list_does_not_have_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        planned(world, **POLICE, listed="J99")
    assert refused.value.field == "listed"


def test_a_changed_plan_has_to_be_allowed_anew(world: World) -> None:
    plan = planned(world, **POLICE)
    _take(world, plan, "allow", "shi.lian", reason="联席会议议定")

    wider = draft(**POLICE, purpose="范围扩大")
    fieldwork.change_plan(plan.pk, wider, actor=world.actor("zhou.min"), now=world.now)
    assert _waits(world, plan)


def test_other_posts_and_places_without_a_list_are_not_bound(world: World) -> None:
    assert running(world).state == "running"
    assert catalogue.work_list(["grid_worker"], GRID, TODAY) is None
    assert catalogue.work_list(["police_officer"], "990111", TODAY) is None


def test_each_item_says_by_what_measure_it_is_appraised(world: World) -> None:
    work = catalogue.work_list(["police_officer"], GRID, TODAY)
    assert work is not None and len(work.items) == 6
    assert all(one.words["measure"] for one in work.items)


def test_a_task_off_the_list_is_not_handed_to_an_officer_either(world: World) -> None:
    organisation.appoint(
        "police_officer", GRID, world.accounts["sun.li"], actor=operator(COUNTY), now=world.now
    )
    task = first_task(running(world))
    with pytest.raises(Refusal, match="要先由联席办同意"):
        step(world, task, "assign", "zhou.min", account="sun.li")
    assert step(world, task, "assign", "zhou.min", account="zhao.qiang").account_id


def test_a_missed_task_tells_whoever_was_to_do_it_and_whoever_planned_it_once(world: World) -> None:
    plan = running(world, who="account", whom="zhao.qiang")
    task = first_task(plan)
    world.now = task.due_at
    for _ in range(2):
        world.later(minutes=1)
        jobs.sweep_tasks(world.now)
        world.settle()
    assert Task.objects.get(pk=task.pk).state == "missed"
    told = Message.objects.filter(event="TaskMissed", about=f"task:{task.pk}")
    assert sorted(one.account_id for one in told) == sorted(
        world.accounts[name].pk for name in ("zhao.qiang", "zhou.min")
    )
