"""The pages of fieldwork: plans made with a look beforehand, tasks done, the calendar, coverage, duties,
setup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gewu.cases.models import Case
from gewu.fieldwork import queries
from gewu.fieldwork.models import LoadLimit, Plan, Spot, Task
from tests.fieldwork.setting import TODAY, first_task, planned, running, walked
from tests.fieldwork.test_planning import FIRE, MARKET, spot
from tests.shells.visits import rows, said, signed_in, step, version
from tests.world import COUNTY, GRID, World

PAGES = (
    "field_tasks", "field_plans", "field_plan_new", "field_calendar", "field_coverage", "field_records",
    "field_duties", "field_spots", "field_conflicts",
)  # fmt: skip
FORM = {
    "kind": "patrol", "title": "夜间消防巡查", "stops": [GRID], "whom": "post:grid_worker", "rhythm": "daily",
    "checklist": "grid_patrol", "categories": ["X01"], "since": TODAY.isoformat(),
    "until": (TODAY + timedelta(days=2)).isoformat(),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _its_own_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    yield


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in("zhou.min")


def test_every_page_opens_to_whoever_works_in_the_field_and_to_nobody_else(
    world: World, desk: Client
) -> None:
    running(world)
    for name in PAGES:
        assert desk.get(reverse(name)).status_code == 200, name
        assert signed_in("qian.lei").get(reverse(name)).status_code == 403, name
    worker = signed_in("zhao.qiang")
    assert worker.get(reverse("field_tasks")).status_code == 200
    assert worker.get(reverse("field_plan_new")).status_code == 403


def test_plan_is_looked_at_beforehand_then_kept_and_approved_by_another(world: World, desk: Client) -> None:
    page = desk.post(reverse("field_plan_new"), {**FORM, "look": "1"})
    assert "共 3 次，生成任务 3 项。" in said(page)
    assert not Plan.objects.exists()
    desk.post(reverse("field_plan_new"), FORM)
    plan = Plan.objects.get()
    assert (plan.state, len(plan.items)) == ("drafted", 7)
    address = reverse("field_plan", kwargs={"id": plan.pk})
    steps = address + "/steps/"
    approver = signed_in("zheng.jun")
    approver.post(steps + "approve", {"version": version(approver.get(address))})
    assert Task.objects.filter(plan=plan).count() == 3


def test_form_begins_with_a_template_and_keeps_what_was_typed_when_it_is_refused(desk: Client) -> None:
    page = said(desk.get(reverse("field_plan_new") + "?template=head_visit"))
    assert "网格长定期走访" in page
    refused = desk.post(reverse("field_plan_new"), {**FORM, "rhythm": "weekdays"})
    assert refused.status_code == 422
    assert "请选择每周哪几天" in said(refused) and "夜间消防巡查" in refused.content.decode()


def test_draft_is_changed_and_shows_which_other_department_checks_the_same_place(
    world: World, desk: Client
) -> None:
    stop = spot(world)
    running(world, **FIRE, stops=(stop,))
    plan = planned(world, **MARKET, stops=(stop,))
    page = said(desk.get(reverse("field_plan", kwargs={"id": plan.pk})))
    assert "有 1 处地点近期另有检查" in page
    assert "消防救援" in page and "周四" in page
    change = reverse("field_plan_change", kwargs={"id": plan.pk})
    form = desk.get(change)
    assert "南门菜场" in said(form)
    days = (TODAY + timedelta(days=5)).isoformat()
    given = {
        **FORM, "kind": "inspection", "title": "食品检查", "line": "market_regulation", "stops":
        [str(stop.spot)],
        "whom": "unit:320111-market_regulation", "rhythm": "dates", "dates": days, "version": version(form),
        "until": days,
    }  # fmt: skip
    assert "也查这里" in said(desk.post(change, {**given, "look": "1"}))
    desk.post(change, given)
    assert Plan.objects.get(pk=plan.pk).title == "食品检查"


def test_task_is_done_on_its_page_and_what_was_found_becomes_a_case(world: World) -> None:
    task, worker = first_task(running(world)), signed_in("zhao.qiang")
    address = reverse("field_task", kwargs={"id": task.pk})
    stop = task.stops.get().pk
    step(worker, address, "start")
    step(worker, address, "check_in", stop=str(stop), lon="118.6025", lat="32.0575")
    step(worker, address, "look", **{f"look_{stop}_X0102": "fine", f"look_{stop}_X0601": "fine"})
    worker.post(f"{address}/steps/find", {"stop": str(stop), "item": "X0701", "text": "井盖破损"})
    assert Case.objects.get().origin == "patrol"
    step(worker, address, "finish", answer_companions="2")
    task.refresh_from_db()
    assert (task.state, task.looks_done) == ("done", 3)
    page = said(worker.get(address))
    assert Case.objects.get().number in page and "同行人数" in page


def test_refused_step_of_a_task_says_why_on_the_page(world: World) -> None:
    task, worker = first_task(running(world)), signed_in("zhao.qiang")
    address = reverse("field_task", kwargs={"id": task.pk})
    step(worker, address, "start")
    refused = step(worker, address, "sign_none")
    assert refused.status_code == 409 and "还没有签到" in said(refused)
    assert signed_in("sun.li").get(address).status_code == 404
    assert worker.get(reverse("field_task", kwargs={"id": uuid4()})).status_code == 404


def test_lists_keep_their_filters_in_the_address_and_bad_ones_are_refused(world: World, desk: Client) -> None:
    running(world)
    running(world, **FIRE)
    tasks, plans = reverse("field_tasks"), reverse("field_plans")
    assert rows(desk.get(f"{tasks}?kind=inspection")) == 1
    assert rows(desk.get(f"{tasks}?since=2026-03-07&until=2026-03-08")) == 2
    assert rows(desk.get(f"{plans}?line=fire_rescue")) == 1
    assert rows(desk.get(f"{plans}?words=日巡")) == 1
    assert desk.get(f"{tasks}?since=yesterday").status_code == 422
    assert desk.get(f"{tasks}?state=lost").status_code == 422
    assert desk.get(f"{plans}?state=lost").status_code == 422
    assert desk.get(reverse("field_coverage") + "?since=2020-01-01").status_code == 422


def test_calendar_flags_the_days_above_the_limit_and_coverage_counts_pairs(
    world: World, desk: Client
) -> None:
    task = first_task(running(world))
    walked(world, task)
    step(signed_in("zhao.qiang"), reverse("field_task", kwargs={"id": task.pk}), "sign_none")
    setup = signed_in("qian.lei")
    setup.post(reverse("setup_field_limit"), {"place": GRID, "tasks": "1", "basis": "街道通知"})
    assert LoadLimit.objects.get(place=GRID).tasks == 1
    running(world, title="第二项", until=TODAY + timedelta(days=1))
    for by in ("", "&by=week"):
        page = said(desk.get(f"{reverse('field_calendar')}?grid={GRID}&day=2026-03-02{by}"))
        assert "2 天任务超过上限" in page and "2 项，上限 1" in page
    page = said(desk.get(f"{reverse('field_coverage')}?place={COUNTY}"))
    assert "100%" in page and "看过 3，应看 3" in page
    record = queries.records(world.actor("zhou.min"), GRID, TODAY, TODAY).rows[0]
    assert "巡查记录" in said(desk.get(reverse("field_record", kwargs={"id": record.id})))


def test_next_edition_of_a_checklist_is_published_from_a_table(world: World) -> None:
    setup = signed_in("qian.lei")
    address = reverse("setup_checklist", kwargs={"code": "grid_patrol"})
    assert "疏散通道" in said(setup.get(address))
    table = "代码,检查项,类别代码,类别,频次,事项代码\nP01,消防车通道,P1,消防,daily,H0101\n".encode()
    given = {"since": "2026-04-01", "basis": "区办〔2026〕8号", "table": SimpleUploadedFile("a.csv", table)}
    assert setup.post(address + "/revise", given).status_code == 303
    assert [one.edition for one in queries.editions_of("grid_patrol")] == [2, 1]
    wrong = {**given, "since": "2019-01-01", "table": SimpleUploadedFile("a.csv", table)}
    assert setup.post(address + "/revise", wrong).status_code == 422
    assert signed_in("zhou.min").get(reverse("setup_fieldwork")).status_code == 403


def test_an_office_without_a_place_of_its_own_is_led_from_coverage_to_its_tasks(world: World) -> None:
    answer = signed_in("chen.guoping").get("/desk/fieldwork/coverage")
    assert (answer.status_code, answer["Location"]) == (303, "/desk/fieldwork")


def test_edits_of_one_fact_are_compared_and_decided_at_the_desk_and_the_history_says_by_whom(
    world: World, desk: Client
) -> None:
    made = Spot.objects.get(pk=spot(world).spot)
    address = reverse("field_spot", kwargs={"id": made.pk})
    page = desk.get(address)
    form = {name: getattr(made, name) for name in queries.FACTS}
    was = {f"was_{name}": text for name, text in form.items()}
    given = {**form, **was, "version": version(page)}
    assert desk.post(address, {**given, "hours": "每天 6:00–19:00", "fire": "北门左侧"}).status_code == 303
    theirs = signed_in("zhao.qiang").post(address, {**given, "hours": "每天 5:30–19:00", "access": "东门"})
    assert (theirs.status_code, theirs["Location"]) == (303, reverse("field_conflicts"))
    page = desk.get(reverse("field_conflicts"))
    for words in ("赵强", "每天 6:00–19:00", "每天 5:30–19:00", "没有填", "从哪里进 东门"):
        assert words in said(page), words
    (kept,) = queries.conflicts(world.actor("zhou.min")).rows
    decide = reverse("field_conflict_decide", kwargs={"id": kept.id})
    refused = desk.post(decide, {"version": version(page)})
    assert (refused.status_code, "选一种写法" in said(refused)) == (422, True)
    assert desk.post(decide, {"version": version(page), "hours": "mine"}).status_code == 303
    assert "没有待定的改动" in said(desk.get(reverse("field_conflicts")))
    history = said(desk.get(address))
    assert "每天 6:00–19:00 → 每天 5:30–19:00" in history
    assert "赵强" not in said(signed_in("sun.li").get(reverse("field_conflicts")))
    assert signed_in("sun.li").get(address).status_code == 404


def test_a_correction_that_says_nothing_or_names_a_person_is_refused(world: World, desk: Client) -> None:
    made = Spot.objects.get(pk=spot(world).spot)
    address = reverse("field_spot", kwargs={"id": made.pk})
    form = {name: getattr(made, name) for name in queries.FACTS}
    given = {**form, **{f"was_{name}": text for name, text in form.items()}, "version": "1"}
    assert "没有改动" in said(desk.post(address, given))
    wrong = desk.post(address, {**given, "hours": "找老张 13800138000"})
    assert (wrong.status_code, "不能有证件号、电话" in said(wrong)) == (422, True)
    assert desk.post(address, form).status_code == 409
