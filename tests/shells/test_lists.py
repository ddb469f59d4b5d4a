"""The pages of lists: public ones with versions and differences, those that keep them, the case's grounds."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gewu.catalogue import actions
from gewu.catalogue.actions import ItemSpec, list_seeds
from gewu.catalogue.models import Application, Edition, ListItem, Opinion
from gewu.infra import sheets
from gewu.kernel.refusals import Refusal
from tests.shells.visits import cost, said, signed_in
from tests.world import COUNTY, GRID, SOUTH_GATE, World

pytestmark = pytest.mark.django_db

SEEDS = Path(list_seeds.__file__).resolve().parent.parent / "seeds" / "lists"


def drafted(world: World, kind: str = "duty", place: str = COUNTY) -> Edition:
    return actions.draft(kind, place, actor=world.actor("qian.lei"), now=world.now)


def put(world: World, edition: Edition, **given: Any) -> None:
    base = {"code": "G04", "title_zh": "施工扰民治理", "category": "department_only", "basis": "会商"}
    actions.put_items(
        edition.pk, [ItemSpec(**{**base, **given})], actor=world.actor("qian.lei"), now=world.now
    )


def publish(world: World, edition: Edition) -> None:
    give = {"now": world.now}
    actions.take(edition.pk, "consult", actor=world.actor("qian.lei"), **give)
    actions.take(edition.pk, "approve", actor=world.actor("lu.fa"), authority="浦口区委编办", **give)
    actions.take(edition.pk, "publish", actor=world.actor("qian.lei"), **give)


def test_everyone_reads_the_lists_in_force_and_every_old_version(world: World) -> None:
    edition = drafted(world)
    put(world, edition)
    publish(world, edition)
    visitor = Client()
    assert "属地管理责任清单 第 2 版" in said(visitor.get("/lists"))
    versions = said(visitor.get("/lists/duty"))
    assert "第 2 版 现行" in versions
    assert "第 1 版 已被新版替代" in versions
    old = said(visitor.get("/lists/duty/1"))
    assert "督促工地整改，核对夜间施工手续" in old
    assert visitor.get("/lists/duty/9").status_code == 404
    assert visitor.get("/lists/nothing").status_code == 404


def test_long_list_is_folded_and_names_its_groups_and_what_is_found_stands_open(world: World) -> None:
    visitor = Client()
    whole = visitor.get("/lists/service/1").content.decode()
    assert whole.count("<details") == whole.count('id="item-') > 100
    assert whole.count('href="#group-') == whole.count('<h2 id="group-') > 5
    assert "/report?matter=S0601</a>" not in whole
    found = visitor.get("/lists/service/1?q=公共租赁住房申请").content.decode()
    assert found.count("<details") == 0
    assert "在这个网站上办</a>" in found


def test_differences_between_two_versions_are_marked(world: World) -> None:
    edition = drafted(world)
    put(world, edition, category="shared", matters=("E0301",), lead="housing_construction",
        lead_task="督促工地整改，核查夜间施工手续", assistants=(("ecology", "噪声监测"),))  # fmt: skip
    put(world, edition, code="N01", title_zh="新增事项")
    actions.remove_item(edition.pk, "D03", actor=world.actor("qian.lei"), now=world.now)
    publish(world, edition)
    page = Client().get("/lists/duty/1..2")
    assert "<del>对</del><ins>查</ins>" in page.content.decode()
    shown = said(page)
    assert "N01 新增事项 部门专有 新增" in shown
    assert "D03 路灯维护 部门专有 删除" in shown
    assert "没有变化 12 条" in shown


def test_draft_is_not_public_and_only_keepers_and_approvers_open_it(world: World) -> None:
    edition = drafted(world)
    put(world, edition)
    address = f"/setup/lists/editions/{edition.pk}"
    assert Client().get("/lists/duty/2").status_code == 404
    assert Client().get("/lists/duty/1..2").status_code == 404
    assert signed_in("wang.fang").get(address).status_code == 403
    assert "施工扰民治理" in said(signed_in("qian.lei").get(address))
    assert "施工扰民治理" in said(signed_in("lu.fa").get(address))


def test_list_is_drafted_edited_consulted_on_approved_and_published_through_the_pages(world: World) -> None:
    keeper, approver = signed_in("qian.lei"), signed_in("lu.fa")
    assert keeper.post("/setup/lists?kind=micro_power", {"kind": "micro_power"}).status_code == 303
    edition = Edition.objects.get(kind="micro_power", number=2)
    address = f"/setup/lists/editions/{edition.pk}"
    bad = keeper.post(f"{address}/items", {"code": "M05", "title_zh": "会议室借用"})
    assert bad.status_code == 422
    assert "条目 M05 缺少：办理步骤、责任岗位、办理时限" in said(bad)
    words = {"steps": "申请 → 登记", "post": "社区干事", "limit": "当场"}
    assert (
        keeper.post(f"{address}/items", {"code": "M05", "title_zh": "会议室借用", **words}).status_code == 303
    )
    assert "没有依据的条目：M05" in said(keeper.get(address))
    assert keeper.post(f"{address}/steps/consult").status_code == 303
    visitor = Client()
    given = {"edition": str(edition.pk), "text": "借用要不要收费？", "item": "M05"}
    assert visitor.post("/lists/micro_power/2", given).status_code == 303
    assert "借用要不要收费？" in said(visitor.get("/lists/micro_power/2"))
    refused = approver.post(f"{address}/steps/approve", {"authority": "浦口区民政局"})
    assert refused.status_code == 409
    assert keeper.post(f"{address}/steps/approve", {"authority": "浦口区民政局"}).status_code == 403
    opinion = Opinion.objects.get()
    assert keeper.post(f"{address}/opinions/{opinion.pk}", {"answer": "不收费，已写明"}).status_code == 303
    approver.post(f"{address}/steps/redraft", {"reason": "补依据"})
    keeper.post(
        f"{address}/items", {"code": "M05", "title_zh": "会议室借用", "basis": "居民会议决定", **words}
    )
    keeper.post(f"{address}/steps/consult")
    assert approver.post(f"{address}/steps/approve", {"authority": "浦口区民政局"}).status_code == 303
    assert keeper.post(f"{address}/steps/publish", {"since": "2026-13-01"}).status_code == 422
    assert keeper.post(f"{address}/steps/publish").status_code == 303
    shown = said(visitor.get("/lists/micro_power/2"))
    assert "会议室借用" in shown
    assert "浦口区民政局" in shown
    assert "不收费，已写明" in shown


def service_file(rows: int = 115, **wrong: str) -> SimpleUploadedFile:
    """The shipped services as a file somebody sends, with a fault in the first row if asked."""
    lines = [row.cells for row in sheets.read(SEEDS / "service.csv").rows][:rows]
    lines[0] = {**lines[0], **wrong}
    out = io.StringIO()
    out.write(",".join(lines[0]) + "\n")
    for one in lines:
        out.write(",".join(one.values()) + "\n")
    return SimpleUploadedFile("services.csv", out.getvalue().encode())


def test_115_services_load_from_a_file_each_with_link_limit_papers_and_result(world: World) -> None:
    edition = drafted(world, "service")
    ListItem.objects.filter(edition=edition).delete()
    keeper, address = signed_in("qian.lei"), f"/setup/lists/editions/{edition.pk}"
    dry = keeper.post(f"{address}/file", {"file": service_file(), "write": "no"})
    assert "115 条都可以载入；还没有写入" in said(dry)
    assert not ListItem.objects.filter(edition=edition).exists()
    for name, label in (
        ("link", "办理入口"),
        ("limit", "办理时限"),
        ("papers", "所需材料"),
        ("result", "办理结果"),
    ):
        faulty = keeper.post(f"{address}/file", {"file": service_file(**{name: ""}), "write": "yes"})
        assert "1 行有误，没有写入任何条目" in said(faulty)
        assert f"缺少：{label}" in said(faulty)
        assert not ListItem.objects.filter(edition=edition).exists()
    assert keeper.post(f"{address}/file", {"file": service_file(), "write": "yes"}).status_code == 303
    assert ListItem.objects.filter(edition=edition).count() == 115
    publish(world, edition)
    page = Client().get("/lists/service/2")
    assert page.content.decode().count('<details class="card item') == 115
    found = said(Client().get("/lists/service/2?q=居住证"))
    assert "居住证申领" in found
    for word in ("办理入口", "办理时限 3 个工作日", "所需材料", "办理结果"):
        assert word in found
    assert "供水报修" not in found


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"code,title_zh\n"])
def test_file_that_is_no_table_is_refused(world: World, content: bytes) -> None:
    edition = drafted(world, "service")
    answer = signed_in("qian.lei").post(
        f"/setup/lists/editions/{edition.pk}/file",
        {"file": SimpleUploadedFile("x.csv", content), "write": "yes"},
    )
    assert answer.status_code == 422


def test_case_page_shows_process_version_its_rule_and_the_articles_of_the_day(world: World) -> None:
    case = world.accepted(matter="E0401")
    shown = said(signed_in("zhou.min").get(f"/desk/cases/{case.number}"))
    assert "街面秩序大联勤流程 第 1 版 · P03" in shown
    assert "遵循的规范 大联勤工作规范" in shown
    assert "中华人民共和国行政处罚法 第二十四条" in shown
    assert "无照经营游商治理 第 1 版 · G03 共同承担" in shown
    assert "市场监督管理局：认定无照经营" in shown
    edition = drafted(world, "process")
    process = {"steps": "受理 → 结案", "follows": "大联勤工作规范（修订）"}
    put(world, edition, code="P03", title_zh="新流程", category="", matters=("E04",), words=process)
    world.later(days=1)
    publish(world, edition)
    assert "街面秩序大联勤流程 第 1 版 · P03" in said(signed_in("zhou.min").get(f"/desk/cases/{case.number}"))
    other = world.accepted(matter="E0406")
    assert "新流程 第 2 版 · P03" in said(signed_in("zhou.min").get(f"/desk/cases/{other.number}"))


def test_department_applies_through_the_page_and_the_refusals_are_counted_for_it(world: World) -> None:
    case = world.case_at("handling")
    handler = signed_in("chen.guoping")
    team = f"{SOUTH_GATE}-grid_worker"
    refused = handler.post(
        f"/desk/cases/{case.number}/assist", {"unit": team, "reason": "帮忙看守", "version": case.version}
    )
    assert refused.status_code == 409
    assert "不在《网格事项准入清单》第 1 版内" in said(refused)
    assert "先申请准入" in said(refused)
    counted = said(signed_in("zheng.jun").get("/setup/refused"))
    assert "供水企业 1" in counted
    assert signed_in("chen.guoping").get("/setup/refused").status_code == 403
    form = {
        "kind": "admission", "unit": f"{COUNTY}-water_supply", "title_zh": "井盖看守", "matters": "C0101",
        "category": "handle", "basis": "会议纪要", "reason": "夜间先看守",
    }  # fmt: skip
    assert handler.post("/desk/applications", {**form, "basis": ""}).status_code == 422
    assert handler.post("/desk/applications", form).status_code == 303
    row = Application.objects.get()
    keeper, approver = signed_in("qian.lei"), signed_in("lu.fa")
    step = f"/desk/applications/{row.pk}/steps"
    assert handler.post(f"{step}/assess", {"finding": "可以"}).status_code == 403
    assert keeper.post(f"{step}/assess", {"finding": "可以承担"}).status_code == 303
    assert approver.post(f"{step}/approve", {"authority": "区网格中心"}).status_code == 303
    assert keeper.post(f"{step}/publish").status_code == 303
    assert "井盖看守 已公布" in said(handler.get("/desk/applications"))
    assert "没有申请" in said(signed_in("wu.kai").get("/desk/applications"))
    again = handler.post(
        f"/desk/cases/{case.number}/assist", {"unit": team, "reason": "帮忙看守", "version": case.version}
    )
    assert again.status_code == 303


@pytest.mark.parametrize("address", ["/lists", "/lists/service", "/lists/service/1", "/lists/duty/1"])
def test_public_pages_cost_a_constant_few_statements(world: World, address: str) -> None:
    visitor = Client()
    before = cost(lambda: visitor.get(address))
    edition = drafted(world, "grid_duty", GRID)
    put(world, edition, category="", words={"group": "巡查"})
    publish(world, edition)
    assert cost(lambda: visitor.get(address)) == before <= 8


def test_setup_of_lists_costs_a_constant_few_statements(world: World) -> None:
    keeper = signed_in("qian.lei")
    before = cost(lambda: keeper.get("/setup/lists"))
    for kind in ("duty", "law", "process"):
        drafted(world, kind)
    assert cost(lambda: keeper.get("/setup/lists")) == before <= 8


def test_opinions_from_one_address_are_bounded(world: World, settings: Any) -> None:
    settings.REPORTS_PER_HOUR = 1
    edition = drafted(world)
    put(world, edition)
    actions.take(edition.pk, "consult", actor=world.actor("qian.lei"), now=world.now)
    given = {"edition": str(edition.pk), "text": "有意见"}
    answers = [Client().post("/lists/duty/2", given).status_code for _ in range(2)]
    assert answers == [303, 429]
    with pytest.raises(Refusal):
        actions.give_opinion(edition.pk, "长" * 2001, actor=world.actor("wang.fang"), now=world.now)


def test_pages_speak_english(world: World) -> None:
    visitor = Client(headers={"Accept-Language": "en"})
    for address in ("/lists", "/lists/duty", "/lists/duty/1"):
        page = visitor.get(address)
        assert 'lang="en"' in page.content.decode()
        assert re.search(r"Duty list", said(page))


def test_grid_page_shows_the_version_of_its_list_and_whom_to_ask(world: World) -> None:
    give = {"actor": world.actor("qian.lei"), "now": world.now}
    edition = actions.draft("grid_duty", GRID, office="南门社区网格站 025-58880000", **give)
    put(world, edition, category="", title_zh="早晚巡查校门", words={"group": "巡查"})
    publish(world, edition)
    shown = said(signed_in("zhou.min").get(f"/desk/places/{GRID}"))
    assert "网格责任清单 第 1 版" in shown
    assert "南门社区网格站 025-58880000" in shown
    assert "早晚巡查校门" in shown
