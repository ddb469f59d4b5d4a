"""The pages of visits, screenings, clues, samples, pairings and tracks, and the schedule of the portal."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from gewu.cases.models import Case
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import rules
from gewu.fieldwork.models import Clue, Draw, Drawn, Finding, Task
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.fieldwork.setting import TODAY, first_task, planned, running, step, walked
from tests.shells.visits import signed_in
from tests.world import COUNTY, GRID, PASSWORD, SOUTH_GATE, STREET, World

As = Callable[[str], Client]
HERE = {"lon": "118.6025", "lat": "32.0575"}
PAGES = ("/desk/rounds", "/desk/screenings", "/desk/clues", "/desk/samples", "/desk/pairings", "/desk/tracks")
ANSWERS = {"people": "社区调解员等 3 人", "scope": "全部网格", "way": "综合排查", "households": "26"}


@pytest.fixture
def as_(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Client]:
    """The pages at the time of the world, as someone of it."""
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    return signed_in


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_for_whoever_does_fieldwork_and_for_no_administrator(as_: As, page: str) -> None:
    assert as_("zhao.qiang").get(page).status_code == 200
    assert as_("zheng.jun").get(page).status_code == 200
    assert as_("fang.an").get(page).status_code == 403


def test_a_visit_is_recorded_by_its_form_and_its_page_leads_to_each_case(as_: As, world: World) -> None:
    client = as_("zhao.qiang")
    form = client.get("/desk/rounds/new")
    assert form.status_code == 200
    typed = {
        "kind": "community_visit", "place": GRID, "key": "one", "hazards": "楼道堆物",
        "hazards_matter": "H0106",
        "needs": "想装扶手", "needs_matter": "Q0201", **HERE,
    }  # fmt: skip
    sent = client.post("/desk/rounds/new", typed)
    assert sent.status_code == 303, sent.content.decode()
    page = client.get(sent["Location"]).content.decode()
    opened = Case.objects.filter(pk__in=Finding.objects.values("case"))
    assert sorted(opened.values_list("matter", flat=True)) == ["H0106", "Q0201"]
    assert all(f"/desk/cases/{one.number}" in page for one in opened)
    again = client.post("/desk/rounds/new", typed)
    assert (again["Location"], opened.count()) == (sent["Location"], 2)


def test_a_refused_visit_keeps_what_was_typed(as_: As) -> None:
    typed = {"kind": "community_visit", "place": GRID, "hazards": "楼道堆物", "hazards_matter": "D0102"}
    found = as_("zhao.qiang").post("/desk/rounds/new", typed)
    assert found.status_code == 422
    assert "楼道堆物" in found.content.decode()
    assert not Task.objects.exists()


def screening(world: World) -> Task:
    """A finished screening of this week with one dispute."""
    plan = running(
        world, kind="screening", title="每周矛盾纠纷排查", stops=(fieldwork.StopDraft(SOUTH_GATE),),
        rhythm=rules.Rhythm("weekly"), checklist="grid_patrol", items=("X0401",), who="account",
        whom="zhao.qiang",
    )  # fmt: skip
    task = walked(world, first_task(plan))
    found = fieldwork.FindingDraft(text="两户为晾晒争执", task=task.pk, matter="D0102", address="南门小区3幢")
    fieldwork.find(found, actor=world.actor("zhao.qiang"), now=world.now)
    return step(world, task, "finish", answers={**ANSWERS, "measures": "周五调解", "note": "走访 26 户"})


def test_the_record_form_leaves_in_its_paper_layout_with_all_fields(as_: As, world: World) -> None:
    task, client = screening(world), as_("zhou.min")
    printed = client.get(f"/desk/screenings/{task.pk}/print").content.decode()
    labels = (
        "矛盾纠纷排查工作情况记录表", "社区（村）", "排查周期", "排查类型", "排查方式", "参加人员",
        "排查范围", "走访户数", "排查出纠纷（件）", "序号", "发现日期", "地点", "纠纷类别", "简要情况",
        "排查人", "责任单位", "化解情况", "化解时限", "工单编号", "排查情况", "化解措施", "零报告声明",
        "本期巡查记录", "排查人签字", "负责人签字", "填表人", "填表日期",
    )  # fmt: skip
    values = (
        *ANSWERS.values(),
        "两户为晾晒争执",
        "邻里纠纷",
        "南门小区3幢",
        "周五调解",
        "走访 26 户",
        "赵强",
    )
    assert [one for one in (*labels, *values) if one not in printed] == []
    answer = client.get(f"/desk/screenings/{task.pk}/form.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))
    cells = " ".join(str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row)
    assert [one for one in (*labels, *values) if one not in cells] == []
    word = client.get(f"/desk/screenings/{task.pk}/form.docx")
    assert word.getvalue()[:2] == b"PK"
    assert client.get(f"/desk/screenings/{task.pk}/form.pdf").status_code == 404
    assert client.get(f"/desk/screenings/{uuid4()}/form.xlsx").status_code == 404


def test_the_weeks_page_shows_who_screened_and_who_did_not(as_: As, world: World) -> None:
    task = screening(world)
    page = as_("zhou.min").get("/desk/screenings").content.decode()
    assert f"/desk/screenings/{task.pk}" in page
    assert "近八周缺 14 次" in page


def test_a_department_signs_a_joint_screening_on_its_page(as_: As, world: World) -> None:
    works = f"{COUNTY}-municipal_works"
    plan = planned(
        world, kind="joint_screening", title="联合排查", stops=(fieldwork.StopDraft(SOUTH_GATE),), items=(),
        rhythm=rules.Rhythm("weekly"), checklist="", signers=(works,), who="account", whom="zhao.qiang",
    )  # fmt: skip
    fieldwork.take_plan(plan.pk, "approve", actor=world.actor("zheng.jun"), now=world.now)
    task = step(world, first_task(plan), "start")
    world.settle()
    address = f"/desk/screenings/{task.pk}"
    client = as_("wu.kai")
    assert "联合排查等您签字" in client.get("/desk/notices").content.decode()
    assert "未签" in client.get(address).content.decode()
    assert client.post(f"{address}/sign", {"unit": works, "result": ""}).status_code == 422
    assert client.post(f"{address}/sign", {"unit": works, "result": "无争议"}).status_code == 303
    assert "无争议" in client.get(address).content.decode()
    assert as_("wang.fang").get(address).status_code == 404


def test_a_clue_is_raised_looked_at_and_concluded_on_its_pages(as_: As, world: World) -> None:
    account = security.open_account("tong.ji", "佟霁", PASSWORD, actor=operator(COUNTY), now=world.now)
    organisation.appoint(
        "statistics_officer", f"{COUNTY}-grid_centre", account, actor=operator(COUNTY), now=world.now
    )
    given = {"rule": "stairwell_charging", "place": GRID, "text": "四次反映楼道充电", "address": "3幢"}
    client = as_("tong.ji")
    assert client.post("/desk/clues", {**given, "text": "找张三 13800138000"}).status_code == 422
    assert client.post("/desk/clues", given).status_code == 303
    clue = Clue.objects.get()
    address = f"/desk/clues/{clue.pk}"
    assert "我在现场" not in client.get(address).content.decode()
    worker = as_("zhao.qiang")
    assert "我在现场" in worker.get(address).content.decode()
    said = {"finding": "三辆车在充电", "version": "1", "matter": "H0102"}
    assert worker.post(f"{address}/steps/confirm", said).status_code == 409
    assert worker.post(f"{address}/steps/confirm", {**said, **HERE}).status_code == 303
    page = worker.get(address).content.decode()
    assert Case.objects.get().number in page


def test_a_sample_is_drawn_and_its_seed_is_read_by_everyone_who_may(as_: As, world: World) -> None:
    fieldwork.find(
        fieldwork.FindingDraft(text="堆物", matter="H0106", place=GRID),
        actor=world.actor("zhao.qiang"), now=world.now,
    )  # fmt: skip
    day = TODAY.isoformat()
    asked = {"of": "finding", "place": STREET, "since": day, "until": day, "percent": "100"}
    client = as_("zheng.jun")
    assert client.post("/desk/samples", {**asked, "percent": "many"}).status_code == 422
    assert client.post("/desk/samples", asked).status_code == 303
    draw, item = Draw.objects.get(), Drawn.objects.get()
    page = client.get(f"/desk/samples/{draw.pk}").content.decode()
    assert draw.seed in page
    assert draw.digest in page
    worker = as_("zhao.qiang")
    assert worker.post("/desk/samples", asked).status_code == 403
    found = worker.get(f"/desk/samples/items/{item.pk}").content.decode()
    assert "我在现场" not in found  # it is one's own
    said = {"finding": "还在", "version": "1", **HERE}
    assert worker.post(f"/desk/samples/items/{item.pk}/steps/uphold", said).status_code == 409


def test_another_gives_a_reason_before_a_track_is_shown(as_: As, world: World) -> None:
    task = step(world, first_task(running(world)), "start")
    points = [
        fieldwork.Position(world.now + timedelta(seconds=20 * n), 118.6025, 32.0575 + n * 0.0002, 8)
        for n in range(20)
    ]
    fieldwork.take_positions(task.pk, uuid4(), points, actor=world.actor("zhao.qiang"), now=world.now)
    address = f"/desk/tracks/{task.pk}"
    own = as_("zhao.qiang")
    assert "polyline" in own.get(address).content.decode()
    assert "<rect" in own.get("/desk/tracks?month=2026-03").content.decode()
    other = as_("zheng.jun")
    asked = other.get(address).content.decode()
    assert "polyline" not in asked
    assert "为什么要看" in asked
    assert other.post(address, {"reason": ""}).status_code == 422
    assert "polyline" in other.post(address, {"reason": "核对居民投诉"}).content.decode()
    assert as_("li.wen").get(address).status_code in (403, 404)


def test_the_schedule_is_open_to_everyone(as_: As, client: Client, world: World) -> None:
    running(
        world, kind="official_visit", title="区领导下访接待", purpose="物业管理、停车难", public=True,
        stops=(fieldwork.StopDraft(SOUTH_GATE),), who="account", whom="zhao.qiang", checklist="", items=(),
        rhythm=rules.Rhythm("daily"), opens_at=time(9), closes_at=time(11),
    )  # fmt: skip
    page = client.get("/visits")
    assert page.status_code == 200
    told = page.content.decode()
    assert [one for one in ("区领导下访接待", "物业管理、停车难", "南门社区") if one not in told] == []
    assert "/visits" in client.get("/").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/desk/rounds/{}", "/desk/pairings/{}", "/desk/screenings/{}", "/desk/clues/{}", "/desk/tracks/{}"],
)
def test_what_does_not_exist_is_missing(as_: As, address: str) -> None:
    assert as_("zhao.qiang").get(address.format(uuid4())).status_code == 404
