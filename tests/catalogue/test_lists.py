"""Lists from draft to publication, their differences, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from gewu.cases import queries as cases
from gewu.catalogue import actions, queries, rules
from gewu.catalogue.actions import ItemSpec
from gewu.catalogue.lifecycle import APPLICATION, LIST
from gewu.catalogue.models import Edition, ListItem, Route
from gewu.infra import stream
from gewu.kernel.lifecycle import Lifecycle
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name
from tests.world import COUNTY, GRID, STREET, World

DAY = date(2026, 3, 2)


def spec(code: str = "G90", **more: Any) -> ItemSpec:
    return ItemSpec(
        **{
            "code": code,
            "title_zh": "井盖维护",
            "category": "department_only",
            "matters": ("C0123",),
            "lead": "municipal_works",
            "basis": "街道与部门会商",
            **more,
        }
    )


def drafted(world: World, *specs: ItemSpec, kind: str = "duty") -> UUID:
    row = actions.draft(kind, COUNTY, actor=world.actor("qian.lei"), now=world.now)
    if specs:
        actions.put_items(row.pk, specs, actor=world.actor("qian.lei"), now=world.now)
    return row.pk


def step(world: World, edition: UUID, event: str, by: str, **given: Any) -> Edition:
    return actions.take(edition, event, actor=world.actor(by), now=world.now, **given)


def published(world: World, edition: UUID, **given: Any) -> Edition:
    step(world, edition, "consult", "qian.lei")
    step(world, edition, "approve", "lu.fa", authority="浦口区委编办")
    return step(world, edition, "publish", "qian.lei", **given)


def outside(table: Lifecycle) -> Iterator[tuple[str, str]]:
    for state in table.states:
        allowed = {one.event for one in table.steps_from(state.name)}
        yield from ((state.name, one.event) for one in table.steps if one.event not in allowed)


@pytest.mark.parametrize("table", [LIST, APPLICATION], ids=lambda table: table.name)
def test_steps_outside_the_table_are_refused(table: Lifecycle) -> None:
    for state, event in outside(table):
        with pytest.raises(Refusal) as refused:
            table.row(event, state)
        assert refused.value.kind is Kind.CONFLICT


def test_list_passes_from_draft_over_consultation_and_approval_to_publication(world: World) -> None:
    edition = drafted(world, spec())
    row = published(world, edition)
    assert (row.state, row.number, row.since, row.authority) == ("published", 2, DAY, "浦口区委编办")
    first = Edition.objects.get(kind="duty", number=1)
    assert (first.state, first.until) == ("superseded", DAY)
    assert [one.type for one in stream.timeline("list", edition)] == [
        "EditionDrafted", "ItemsChanged", "ConsultationOpened", "EditionApproved", "EditionPublished",
    ]  # fmt: skip


def test_item_without_basis_cannot_be_approved_nor_one_without_approver_published(world: World) -> None:
    edition = drafted(world, spec(basis=""))
    step(world, edition, "consult", "qian.lei")
    with pytest.raises(Refusal) as refused:
        step(world, edition, "approve", "lu.fa", authority="浦口区委编办")
    assert str(refused.value) == "没有依据的条目：G90"
    ListItem.objects.filter(edition=edition).update(basis="会商纪要")
    step(world, edition, "approve", "lu.fa", authority="浦口区委编办")
    ListItem.objects.filter(edition=edition, code="G90").update(approver="")
    with pytest.raises(Refusal) as refused:
        step(world, edition, "publish", "qian.lei")
    assert str(refused.value) == "没有批准机关的条目：G90"
    ListItem.objects.filter(edition=edition, code="G90").update(approver="区委编办", basis="")
    with pytest.raises(Refusal) as refused:
        step(world, edition, "publish", "qian.lei")
    assert str(refused.value) == "没有依据的条目：G90"


def test_whoever_keeps_a_list_does_not_approve_it(world: World) -> None:
    edition = drafted(world, spec())
    step(world, edition, "consult", "qian.lei")
    for name in ("qian.lei", "zhou.min", "fang.an"):
        with pytest.raises(Refusal) as refused:
            step(world, edition, "approve", name, authority="浦口区委编办")
        assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refusal) as refused:
        drafted_by = world.actor("lu.fa")
        actions.draft("law", COUNTY, actor=drafted_by, now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN
    Edition.objects.filter(pk=edition).update(drafted_by=world.actor("lu.fa").ref)
    with pytest.raises(Refusal, match="起草人不能自己批准"):
        step(world, edition, "approve", "lu.fa", authority="浦口区委编办")


def test_second_draft_beside_an_open_one_is_refused(world: World) -> None:
    drafted(world)
    with pytest.raises(Refusal, match="第 2 版还在办理"):
        drafted(world)


def test_published_list_cannot_be_edited(world: World) -> None:
    edition = drafted(world, spec())
    published(world, edition)
    with pytest.raises(Refusal, match="只有草案可以修改条目"):
        actions.put_items(edition, [spec("G91")], actor=world.actor("qian.lei"), now=world.now)
    with pytest.raises(Refusal, match="只有草案可以修改条目"):
        actions.remove_item(edition, "G90", actor=world.actor("qian.lei"), now=world.now)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"category": "anyone"}, "类别“anyone”不可用"),
        ({"lead": "nobody"}, "没有部门或单位“nobody”"),
        ({"place": "320102"}, "区域不在清单的区域内"),
        ({"since": DAY, "until": DAY}, "停用日期要晚于启用日期"),
        ({"title_zh": ""}, "条目要有编号和名称"),
        ({"title_zh": "长" * 121}, "文字过长"),
        ({"basis": "坏\0字"}, "不能保存的字符"),
    ],
)
def test_item_that_cannot_be_is_refused(world: World, wrong: dict[str, Any], said: str) -> None:
    edition = drafted(world)
    with pytest.raises(Refusal) as refused:
        actions.put_items(edition, [spec(**wrong)], actor=world.actor("qian.lei"), now=world.now)
    assert said in str(refused.value)


def test_consultation_keeps_opinions_and_waits_for_answers(world: World) -> None:
    edition = drafted(world, spec())
    with pytest.raises(Refusal, match="现在不征求意见"):
        actions.give_opinion(edition, "应由供水企业办理", actor=world.actor("wang.fang"), now=world.now)
    step(world, edition, "consult", "qian.lei")
    given = actions.give_opinion(
        edition, "应由供水企业办理", actor=world.actor("wang.fang"), now=world.now, item="G90"
    )
    with pytest.raises(Refusal, match="还有 1 条意见没有答复"):
        step(world, edition, "approve", "lu.fa", authority="浦口区委编办")
    with pytest.raises(Refusal):
        actions.answer_opinion(given.pk, "采纳", actor=world.actor("wang.fang"), now=world.now)
    actions.answer_opinion(given.pk, "已核对权属，维持", actor=world.actor("qian.lei"), now=world.now)
    with pytest.raises(Refusal, match="已经答复"):
        actions.answer_opinion(given.pk, "再答", actor=world.actor("qian.lei"), now=world.now)
    assert published(world, step(world, edition, "redraft", "lu.fa", reason="补充依据").pk).number == 2


def item(code: str, title: str, **more: Any) -> rules.Item:
    return rules.Item(
        **{
            "id": "",
            "kind": "duty",
            "code": code,
            "title": Name(title),
            "place": COUNTY,
            "edition": "",
            "number": 1,
            **more,
        }
    )


def test_difference_names_each_item_added_removed_and_changed_with_its_parts() -> None:
    older = [item("A", "路灯"), item("B", "井盖", basis="旧"), item("C", "桥下")]
    newer = [item("B", "井盖", basis="新", lead="drainage"), item("A", "路灯"), item("D", "绿化")]
    assert [(one.sort, one.item.code, one.parts) for one in rules.difference(older, newer)] == [
        ("changed", "B", ("lead", "basis")),
        ("kept", "A", ()),
        ("added", "D", ()),
        ("removed", "C", ()),
    ]
    assert [(one.sort, one.words) for one in rules.marked("七日内办结", "五日内办结")] == [
        ("removed", "七"),
        ("added", "五"),
        ("kept", "日内办结"),
    ]


def lead(matter: str, world: World) -> str:
    found = queries.route(matter, GRID, queries.day_of(world.now)).unit
    return found.code if found else ""


def test_published_duty_item_drives_routing_from_its_day_and_the_next_edition_takes_over(
    world: World,
) -> None:
    assert lead("C0123", world) == f"{STREET}-street_office"
    edition = drafted(world, spec())
    published(world, edition)
    routing = queries.route("C0123", GRID, DAY)
    assert routing.unit is not None
    assert (routing.unit.code, routing.reason_zh) == (
        f"{COUNTY}-municipal_works",
        "《属地管理责任清单》第 2 版 G90：井盖维护",
    )
    world.later(days=3)
    following = drafted(world)
    actions.remove_item(following, "G90", actor=world.actor("qian.lei"), now=world.now)
    published(world, following)
    assert lead("C0123", world) == f"{STREET}-street_office"
    assert lead("E0101", world) == f"{COUNTY}-law_enforcement"


def test_withdrawn_list_no_longer_routes(world: World) -> None:
    edition = drafted(world, spec())
    published(world, edition, since=DAY + timedelta(days=1))
    assert lead("C0123", world) == f"{STREET}-street_office"
    world.later(days=2)
    assert lead("C0123", world) == f"{COUNTY}-municipal_works"
    with pytest.raises(Refusal):
        step(world, edition, "withdraw", "qian.lei", reason="发现错误")
    step(world, edition, "withdraw", "lu.fa", reason="发现错误")
    assert lead("C0123", world) == f"{STREET}-street_office"


def test_shared_item_must_name_lead_assistants_and_the_tasks_of_each(world: World) -> None:
    half = spec(category="shared", lead_task="修复", assistants=(("drainage", ""),))
    edition = drafted(world, half)
    step(world, edition, "consult", "qian.lei")
    with pytest.raises(Refusal, match="共同承担的条目要写明主办、协办和各自任务：G90"):
        step(world, edition, "approve", "lu.fa", authority="浦口区委编办")
    step(world, edition, "redraft", "qian.lei", reason="补任务")
    whole = spec(category="shared", lead_task="修复", assistants=(("drainage", "查明权属"),))
    actions.put_items(edition, [whole], actor=world.actor("qian.lei"), now=world.now)
    published(world, edition)
    routing = queries.route("C0123", GRID, DAY)
    assert [one.code for one in routing.assists] == [f"{COUNTY}-drainage"]
    duty = queries.duty_of("C0123", GRID, DAY)
    assert duty is not None
    assert (duty.lead_task, [(one.who, one.task) for one in duty.assistants]) == (
        "修复",
        [("drainage", "查明权属")],
    )
    case = world.accepted(matter="C0123")
    assert (case.lead.code, case.route) == (f"{COUNTY}-municipal_works", routing.row)


def test_items_that_contradict_each_other_cannot_be_approved(world: World) -> None:
    edition = drafted(world, spec(), spec("G91", lead="drainage"))
    step(world, edition, "consult", "qian.lei")
    with pytest.raises(Refusal, match="不同的主办或协办：G90、G91"):
        step(world, edition, "approve", "lu.fa", authority="浦口区委编办")


def test_ruling_of_an_arbiter_stands_in_the_next_draft_and_keeps_its_code(world: World) -> None:
    ruling = actions.RouteSpec(
        matter_prefix="C0137",
        place_prefix=STREET,
        department="power_company",
        since=DAY,
        reason_zh="裁定：该路段路灯由供电企业管养",
        source="ruling:320111-20260302-0001",
    )
    actions.add_route(ruling, actor=world.actor("qian.lei"), now=world.now)
    edition = drafted(world)
    found = ListItem.objects.get(edition=edition, code__startswith="R")
    assert (found.lead, found.place, found.matters, found.basis) == (
        "power_company",
        STREET,
        ["C0137"],
        "裁定：该路段路灯由供电企业管养",
    )
    published(world, edition, since=DAY + timedelta(days=1))
    world.later(days=2)
    assert lead("C0137", world) == f"{COUNTY}-power_company"
    again = drafted(world)
    assert ListItem.objects.filter(edition=again, code=found.code).count() == 1


def test_default_routes_stay_when_a_list_ends(world: World) -> None:
    held = Route.objects.filter(source="default_department").count()
    published(world, drafted(world, spec()))
    assert Route.objects.filter(source="default_department", until=None).count() == held


def test_shipped_lists_are_published_once_and_never_over_a_citys_own(world: World) -> None:
    assert {one.code for one in queries.list_kinds()} == set(
        Edition.objects.filter(state="published").values_list("kind", flat=True)
    )
    assert actions.publish_seeds(COUNTY, actor=world.actor("qian.lei"), now=world.now) == 0


def test_same_process_version_whoever_handles_and_a_case_keeps_it(world: World) -> None:
    first, second = world.accepted(matter="E0401"), world.accepted(matter="E0401")
    world.step(second, "recall", "zheng.jun", reason="改由市政承办")
    second = world.step(second, "dispatch", "zhou.min", unit=f"{COUNTY}-municipal_works")
    world.step(second, "sign_for", "wu.kai")
    assert first.lead_id != second.lead_id
    assert first.process == second.process != ""
    zhou = world.actor("zhou.min")
    shown = [cases.page(zhou, one.number, now=world.now).grounds.process for one in (first, second)]
    assert shown[0] == shown[1] is not None
    before = queries.process_of("E0401", GRID, DAY)
    assert before is not None
    assert (before.code, before.words["follows"][:7]) == ("P03", "大联勤工作规范")
    edition = drafted(world, kind="process")
    changed = ItemSpec(
        code="P03",
        title_zh="街面秩序大联勤流程",
        matters=("E04",),
        basis="会商",
        words={"steps": "受理 → 联合派遣 → 结案", "follows": "大联勤工作规范（修订）"},
    )
    actions.put_items(edition, [changed], actor=world.actor("qian.lei"), now=world.now)
    world.later(days=1)
    published(world, edition)
    third = world.accepted(matter="E0401")
    assert third.process != first.process
    kept = queries.grounds_of("E0401", GRID, reported=DAY, filed=DAY, process=first.process).process
    assert kept == queries.grounds_of("E0401", GRID, reported=DAY, filed=DAY).process
    assert kept is not None and kept.number == 1


@pytest.mark.parametrize(
    ("reported", "articles"),
    [(date(2014, 1, 1), []), (date(2020, 5, 1), ["L04"]), (date(2021, 9, 1), ["L05", "L06"])],
)
def test_articles_in_force_are_those_of_the_day_of_the_report(
    world: World, reported: date, articles: list[str]
) -> None:
    assert [one.code for one in queries.articles_of("H0202", GRID, reported)] == articles


def test_grid_has_its_own_responsibility_list_before_that_of_the_county(world: World) -> None:
    wide = queries.grid_list(GRID, DAY)
    assert wide is not None
    assert (wide.place, wide.number, len(wide.items)) == (COUNTY, 1, 33)
    row = actions.draft(
        "grid_duty", GRID, actor=world.actor("qian.lei"), now=world.now, office="南门社区网格站 025-58880000"
    )
    own = ItemSpec(code="G01", title_zh="早晚巡查校门", basis="社区会商", words={"group": "巡查"})
    actions.put_items(row.pk, [own], actor=world.actor("qian.lei"), now=world.now)
    published(world, row.pk)
    found = queries.grid_list(GRID, DAY)
    assert found is not None
    assert (found.place, found.number, found.office, len(found.items)) == (
        GRID, 1, "南门社区网格站 025-58880000", 1,
    )  # fmt: skip
    assert queries.grid_list(STREET, DAY) == wide
