"""Overlaps, the calendar and its limit, coverage, blind spots, teams, duties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import jobs, queries, rules
from gewu.fieldwork.models import Plan, Record, Task
from gewu.intake import actions as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions as organisation
from gewu.organisation import queries as posts
from gewu.security.actors import operator
from tests.fieldwork.setting import DAILY, TODAY, first_task, planned, running, step, walked
from tests.founded import statements
from tests.world import COUNTY, GRID, SOUTH_GATE, STREET, World

OTHER = SOUTH_GATE + "002"
FIRE: dict[str, Any] = {
    "kind": "inspection", "title": "消防检查", "line": "fire_rescue", "unit": "320111-fire_rescue",
    "rhythm": rules.Rhythm("dates", dates=(TODAY + timedelta(days=3),)), "who": "unit",
    "whom": "320111-fire_rescue", "items": ("X0101",),
}  # fmt: skip
MARKET: dict[str, Any] = {
    **FIRE, "title": "食品安全检查", "line": "market_regulation", "unit": "320111-market_regulation",
    "whom": "320111-market_regulation", "items": ("X1201",),
    "rhythm": rules.Rhythm("dates", dates=(TODAY + timedelta(days=5),)),
}  # fmt: skip


def spot(world: World, name: str = "南门菜场", area: str = "") -> fieldwork.StopDraft:
    made = fieldwork.add_spot(
        fieldwork.SpotDraft(name, kind="market", place=GRID, area=area),
        actor=world.actor("zhou.min"),
        now=world.now,
    )
    return fieldwork.StopDraft(spot=made.pk)


def test_second_check_of_the_same_place_by_another_department_is_shown_to_its_planner(world: World) -> None:
    stop = spot(world)
    running(world, **FIRE, stops=(stop,))
    second = planned(world, **MARKET, stops=(stop, fieldwork.StopDraft(GRID)))
    page = queries.plan_page(world.actor("zhou.min"), second.pk, now=world.now)
    (again,) = page.again
    assert (again.name, again.day, again.other_title) == ("南门菜场", TODAY + timedelta(days=5), "消防检查")
    assert (again.other_line, again.other_day, again.apart) == ("fire_rescue", TODAY + timedelta(days=3), 2)


def test_checks_further_apart_than_the_set_days_and_daily_patrols_are_no_double_check(world: World) -> None:
    stop = spot(world)
    running(world, stops=(stop,))  # a daily patrol
    running(world, **FIRE, stops=(stop,))
    far: dict[str, Any] = {
        **MARKET,
        "rhythm": rules.Rhythm("dates", dates=(TODAY + timedelta(days=34),)),
        "until": None,
    }
    second = planned(world, **far, stops=(stop,))
    assert queries.plan_page(world.actor("zhou.min"), second.pk, now=world.now).again == ()


def test_one_calendar_holds_all_lines_and_says_that_another_department_checks_here_on_thursday(
    world: World,
) -> None:
    stop = spot(world)
    running(world)
    running(world, **FIRE, stops=(stop,))
    running(world, **MARKET, stops=(stop,))
    days = queries.calendar(world.actor("zhao.qiang"), GRID, TODAY, TODAY + timedelta(days=6), now=world.now)
    assert [len(one.entries) for one in days] == [1, 1, 1, 2, 1, 2, 1]
    market = next(one for one in days[5].entries if one.line == "market_regulation")
    assert market.again == (("fire_rescue", TODAY + timedelta(days=3)),)
    assert (TODAY + timedelta(days=3)).isoweekday() == 4
    patrol = next(one for one in days[5].entries if not one.line)
    assert patrol.again == ()


def test_day_above_the_load_limit_is_flagged(world: World) -> None:
    fieldwork.set_load_limit(GRID, 2, basis="区办通知", actor=operator(COUNTY), now=world.now)
    for n in range(2):
        running(world, title=f"巡查{n}", until=TODAY + timedelta(days=1))
    running(world, **FIRE)
    running(world, title="只有第三天", rhythm=rules.Rhythm("dates", dates=(TODAY + timedelta(days=3),)))
    running(world, title="也是第三天", rhythm=rules.Rhythm("dates", dates=(TODAY + timedelta(days=3),)))
    days = queries.calendar(world.actor("zhao.qiang"), GRID, TODAY, TODAY + timedelta(days=4), now=world.now)
    assert [(one.load, one.too_much) for one in days] == [
        (2, False), (2, False), (0, False), (3, True), (0, False),
    ]  # fmt: skip


def test_calendar_shows_what_plans_will_bring_beyond_the_laid_days_once(world: World) -> None:
    running(world, until=TODAY + timedelta(days=40))
    days = queries.calendar(world.actor("zhao.qiang"), GRID, TODAY, TODAY + timedelta(days=30), now=world.now)
    assert [len(one.entries) for one in days] == [1] * 31
    assert [bool(one.entries[0].task) for one in days].count(True) == 15


def test_coverage_is_the_pairs_of_place_and_item_looked_at_of_those_due(world: World) -> None:
    plan = running(world, stops=(spot(world), fieldwork.StopDraft(GRID)))
    first, second = Task.objects.filter(plan=plan).order_by("day")[:2]
    walked(world, first)  # two stops with three items each: six pairs
    step(world, first, "sign_none")
    world.later(days=1)
    step(world, second, "start")
    stop = second.stops.order_by("seq")[0]
    step(world, second, "check_in", at=fieldwork.CheckInDraft(stop=stop.pk))
    step(world, second, "look", looks=(fieldwork.Seen(stop.pk, "X0601"),))
    step(world, second, "finish", reason="临时调去防汛")
    world.later(days=2)
    jobs.sweep_tasks(world.now)  # the third day was missed
    actor, until = world.actor("zheng.jun"), TODAY + timedelta(days=2)
    (found,) = queries.coverage(actor, STREET, TODAY, until, digits=15, now=world.now)
    assert (found.place, found.tasks, found.done, found.missed) == (GRID, 3, 2, 1)
    assert (found.looks_done, found.looks_due, found.share) == (7, 18, 7 / 18)
    items = queries.coverage_by_item(actor, STREET, TODAY, until, now=world.now)
    assert [(one.item.code, one.looks_done, one.looks_due) for one in items] == [
        ("X0102", 2, 6), ("X0601", 3, 6), ("X0701", 2, 6),
    ]  # fmt: skip


def test_what_is_still_ahead_or_cancelled_counts_for_nothing(world: World) -> None:
    plan = running(world)
    step(world, first_task(plan), "cancel", "zhou.min", reason="台风停巡")
    assert queries.coverage(world.actor("zheng.jun"), STREET, TODAY, TODAY, digits=9, now=world.now) == ()


def test_grid_leaves_the_blind_spots_when_it_is_patrolled(world: World) -> None:
    task = first_task(running(world))
    actor, until = world.actor("zheng.jun"), TODAY + timedelta(days=6)
    assert GRID in queries.blind_spots(actor, STREET, TODAY, until).grids
    walked(world, task)
    found = queries.blind_spots(actor, STREET, TODAY, until)
    assert GRID not in found.grids
    assert (len(found.grids), found.all_grids) == (8, 9)
    assert GRID in queries.blind_spots(actor, STREET, TODAY + timedelta(days=1), until).grids


def test_matter_first_known_from_the_hotline_counts_for_its_grid(world: World) -> None:
    world.accepted(world.report(channel="web"))
    reporter = world.actor("li.wen")
    draft = intake.ReportDraft("hotline", "路灯不亮", place=GRID, matter="C0137", outside_id="H1")
    intake.receive(draft, actor=reporter, now=world.now)
    found = queries.first_known_outside(world.actor("zheng.jun"), STREET, TODAY, TODAY)
    assert found == {GRID: 1}


def test_time_from_found_to_handled_is_shown_for_each_key_area(world: World) -> None:
    task = first_task(running(world, stops=(spot(world, area="南门商圈"),)))
    step(world, task, "start")
    found = fieldwork.find(
        fieldwork.FindingDraft("垃圾满溢", task=task.pk, stop=task.stops.get().pk, item="X0701"),
        actor=world.actor("zhao.qiang"),
        now=world.now,
    )
    actor = world.actor("zheng.jun")
    (area,) = queries.key_areas(actor, COUNTY, TODAY, TODAY)
    assert (area.area, area.found, area.handled, area.median_hours) == ("南门商圈", 1, 0, None)
    assert found.case is not None
    type(found.case).objects.filter(pk=found.case.pk).update(handled_at=world.now + timedelta(hours=5))
    (area,) = queries.key_areas(actor, COUNTY, TODAY, TODAY)
    assert (area.handled, area.median_hours, area.longest_hours) == (1, 5.0, 5.0)


def test_patrol_team_of_one_two_and_n_has_its_crew_plans_and_records(world: World) -> None:
    by = operator(COUNTY)
    for kind, name in (("patrol_officer", "高翔"), ("auxiliary_officer", "甲"), ("auxiliary_officer", "乙")):
        organisation.appoint(kind, GRID, actor=by, now=world.now, name=name)
    task = first_task(running(world, who="crew", whom="patrol_1_2_n"))
    walked(world, task)
    step(world, task, "sign_none")
    (team,) = queries.teams(world.actor("zheng.jun"), STREET, TODAY, TODAY, now=world.now)
    assert (team.name.zh, team.plans, team.done, team.records) == ("1+2+N专群联动队伍", 1, 1, 1)
    crew = posts.crew_of(GRID, now=world.now, model="patrol_1_2_n")
    assert [(slot.part_zh, len(slot.holders)) for slot in crew.slots] == [("1", 1), ("2", 2), ("N", 0)]


def test_month_report_of_the_grid_head_shows_done_and_missing_with_what_shows_it(world: World) -> None:
    organisation.appoint(
        "grid_head", GRID, world.accounts["sun.li"], actor=operator(COUNTY), now=world.now, reason="任命"
    )
    plan = running(world, whom="grid_head", title="网格长每日巡查", until=TODAY + timedelta(days=2))
    task = first_task(plan)
    walked(world, task, "sun.li")
    step(world, task, "sign_none", "sun.li")
    world.later(days=3)
    jobs.sweep_tasks(world.now)
    report = queries.month_report(world.actor("zheng.jun"), GRID, TODAY, now=world.now)
    (duty,) = report.duties
    assert (duty.title, duty.due, duty.done, duty.missed) == ("网格长每日巡查", 3, 1, 2)
    assert (duty.tasks[0].check_ins, duty.tasks[0].record) == (1, Record.objects.get().pk)
    assert report.holders == ("孙丽",)
    assert [one.zh for one in report.unplanned] == ["网格长定期走访", "网格每月例会"]


def test_four_forms_of_a_grid_worker_load_and_the_work_log_counts_by_kind(world: World) -> None:
    roles = {one.role: one.code for one in queries.forms() if one.role}
    assert roles == {
        "law": "law_publicity", "safety": "safety_inspection", "patrol": "patrol_record",
        "mediation": "mediation_record",
    }  # fmt: skip
    actor = world.actor("zhao.qiang")
    given: dict[str, dict[str, Any]] = {
        "law_publicity": {"topic": "反诈骗", "way": "入户", "people": 3},
        "safety_inspection": {"object": "沿街商户", "measure": "当场整改", "note": "灭火器过期，已更换"},
        "mediation_record": {"type": "邻里", "result": "当场化解", "parties": 2},
        "patrol_record": {},
    }
    for form, answers in given.items():
        fieldwork.record(fieldwork.RecordDraft(form, GRID, answers), actor=actor, now=world.now)
    fieldwork.record(
        fieldwork.RecordDraft("law_publicity", GRID, given["law_publicity"]), actor=actor, now=world.now
    )
    log = {one.form.code: one.count for one in queries.work_log(actor, GRID, TODAY, TODAY, mine=True)}
    assert {code: log[code] for code in roles.values()} == {
        "law_publicity": 2, "safety_inspection": 1, "patrol_record": 1, "mediation_record": 1,
    }  # fmt: skip
    assert log["visit_record"] == 0


def test_key_period_plan_opens_and_closes_by_date_and_looks_at_places(world: World) -> None:
    """Around Labour Day, at spots where disputes arise: it has no task before its first day and ends by
    itself."""
    dispute = spot(world, "拆迁安置房工地")
    since, until = TODAY + timedelta(days=5), TODAY + timedelta(days=7)
    plan = running(
        world, kind="screening", title="五一前矛盾排查", stops=(dispute,), since=since, until=until,
        rhythm=DAILY, items=("X0405",), key_period=True,
    )  # fmt: skip
    assert sorted(Task.objects.filter(plan=plan).values_list("day", flat=True)) == [
        since, since + timedelta(days=1), until,
    ]  # fmt: skip
    page = queries.plan_page(world.actor("zhou.min"), plan.pk, now=world.now)
    assert [(one.name, one.place) for one in page.stops] == [("拆迁安置房工地", GRID)]
    assert queries.my_day(world.actor("zhao.qiang"), now=world.now) == ()
    world.later(days=9)
    jobs.sweep_tasks(world.now)
    jobs.sweep_plans(world.now)
    assert Plan.objects.get(pk=plan.pk).state == "ended"


def test_lists_cost_the_same_for_one_and_for_many(world: World) -> None:
    actor = world.actor("zheng.jun")
    running(world)
    costs: dict[str, list[int]] = {}
    until, lists = TODAY + timedelta(days=6), queries.PlanFilters()
    asked_for: dict[str, Callable[[], object]] = {
        "tasks": lambda: queries.tasks(actor, queries.TaskFilters(), now=world.now),
        "plans": lambda: queries.plans(actor, lists),
        "day": lambda: queries.my_day(world.actor("zhao.qiang"), now=world.now),
        "calendar": lambda: queries.calendar(actor, GRID, TODAY, until, now=world.now),
    }
    for _ in range(2):
        for name, ask in asked_for.items():
            ask()
            with statements() as asked:
                ask()
            costs.setdefault(name, []).append(len(asked))
        for n in range(3):
            running(world, title=f"又一项{n}", stops=(fieldwork.StopDraft(GRID), fieldwork.StopDraft(OTHER)))
    assert {name: two[0] == two[1] for name, two in costs.items()} == dict.fromkeys(costs, True), costs


def test_who_sees_a_plan_and_its_tasks(world: World) -> None:
    plan = running(world, **FIRE)
    readers = {
        name
        for name in world.accounts
        if plan.pk in {one.id for one in queries.plans(world.actor(name), queries.PlanFilters()).rows}
    }
    assert readers == {"zhou.min", "zhao.qiang", "zheng.jun", "ma.jianguo"}
    task = first_task(plan)
    for name in world.accounts:
        rows = queries.tasks(world.actor(name), queries.TaskFilters(state="all"), now=world.now).rows
        assert (task.pk in {one.id for one in rows}) == (name in readers), name
    with pytest.raises(Refusal) as refused:
        queries.task_page(world.actor("sun.li"), task.pk, now=world.now)
    assert refused.value.kind is Kind.MISSING


def test_span_of_days_that_is_too_long_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="最多查看"):
        queries.coverage(world.actor("zheng.jun"), STREET, date(2020, 1, 1), TODAY, digits=9, now=world.now)
