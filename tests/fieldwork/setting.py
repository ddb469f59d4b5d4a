"""Plans of the small world: made by the dispatcher, approved by the supervisor, done by the grid worker."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import rules
from gewu.fieldwork.models import Plan, Task
from tests.world import GRID, World

TODAY = date(2026, 3, 2)
DAILY = rules.Rhythm("daily")
#: Three items of the patrol list: a fire lane, a manhole cover, exposed waste.
ITEMS = ("X0102", "X0601", "X0701")


def draft(**more: Any) -> fieldwork.PlanDraft:
    """A daily patrol of the first grid, at two spots of which the second is the grid itself."""
    given: dict[str, Any] = {
        "kind": "patrol",
        "title": "每日巡查",
        "stops": (fieldwork.StopDraft(GRID),),
        "who": "post",
        "whom": "grid_worker",
        "rhythm": DAILY,
        "since": TODAY,
        "until": TODAY + timedelta(days=6),
        "checklist": "grid_patrol",
        "items": ITEMS,
    }
    return fieldwork.PlanDraft(**{**given, **more})


def planned(world: World, by: str = "zhou.min", **more: Any) -> Plan:
    """A plan that waits for approval."""
    return fieldwork.make_plan(draft(**more), actor=world.actor(by), now=world.now)


def running(world: World, by: str = "zhou.min", **more: Any) -> Plan:
    """An approved plan, its tasks laid ahead."""
    plan = planned(world, by, **more)
    return fieldwork.take_plan(plan.pk, "approve", actor=world.actor("zheng.jun"), now=world.now)


def first_task(plan: Plan) -> Task:
    """The earliest task of a plan."""
    return Task.objects.filter(plan=plan).order_by("day", "place")[0]


def step(world: World, task: Task, event: str, by: str = "zhao.qiang", **given: Any) -> Task:
    """A step of a task by someone of the world."""
    return fieldwork.take(task.pk, event, actor=world.actor(by), now=world.now, **given)


def walked(world: World, task: Task, by: str = "zhao.qiang", outcome: str = "fine") -> Task:
    """A task started, checked in at every stop, every item looked at; not yet ended."""
    step(world, task, "start", by)
    for stop in task.stops.all():
        step(world, task, "check_in", by, at=fieldwork.CheckInDraft(stop=stop.pk))
        looks = tuple(fieldwork.Seen(stop.pk, item, outcome) for item in task.items)
        step(world, task, "look", by, looks=looks)
    task.refresh_from_db()
    return task
