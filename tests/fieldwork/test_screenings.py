"""Screening for disputes: every week, no bare zero, signed by all, and looked at again by samples."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from gewu.cases.models import Case
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import jobs, queries, rules
from gewu.fieldwork.models import Draw, Drawn, Finding, Statement, Task
from gewu.fieldwork.rules import drawing
from gewu.infra import papers
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import Actor, operator
from tests.fieldwork.setting import TODAY, first_task, planned, running, step, walked
from tests.world import COUNTY, GRID, PASSWORD, RIVERSIDE, SOUTH_GATE, STREET, World

HERE = fieldwork.CheckInDraft(lon=118.6025, lat=32.0575, accuracy_m=8)
WEEKLY = rules.Rhythm("weekly")
#: The items of the patrol list that ask for disputes.
ITEMS = ("X0401",)
ANSWERS = {
    "people": "社区调解员、网格员共 3 人",
    "scope": "南门社区全部网格",
    "way": "综合排查",
    "households": 26,
}
DISPUTE = fieldwork.FindingDraft(text="两户为楼道晾晒起争执", matter="D0102", place=GRID)


def screening(world: World, place: str = SOUTH_GATE, **more: Any) -> Task:
    """The screening of this week in a community, begun."""
    plan = running(
        world, kind="screening", title="每周矛盾纠纷排查", stops=(fieldwork.StopDraft(place),),
        rhythm=WEEKLY, checklist="grid_patrol", items=ITEMS, **more,
    )  # fmt: skip
    return first_task(plan)


def looked(world: World, task: Task, by: str = "zhao.qiang") -> Task:
    """Begun, with every item looked at."""
    task.account_id = world.accounts[by].pk
    task.save(update_fields=["account_id"])
    return walked(world, task, by)


def patrolled(world: World, place: str = GRID, by: str = "zhao.qiang") -> Task:
    """A patrol of today walked to its end, with nothing found."""
    task = first_task(running(world, stops=(fieldwork.StopDraft(place),)))
    return step(world, walked(world, task, by), "sign_none", by)


def test_a_bare_zero_is_refused_and_a_statement_needs_patrols_of_the_period(world: World) -> None:
    task = looked(world, screening(world))
    with pytest.raises(Refusal, match="不能空报为零"):
        step(world, task, "finish", answers=ANSWERS)
    with pytest.raises(Refusal, match="不能空报为零"):
        step(world, task, "finish", answers=ANSWERS, reason="没有")
    with pytest.raises(Refusal, match="没有走完的巡查记录"):
        step(world, task, "sign_none", answers=ANSWERS)
    walk = patrolled(world)
    task = step(world, task, "sign_none", answers=ANSWERS, statement="走访 26 户，未发现纠纷")
    statement = Statement.objects.get(task=task)
    assert statement.basis == [task.pk.hex, walk.pk.hex]
    assert (statement.since, statement.until) == (TODAY, TODAY + timedelta(days=6))


def test_a_patrol_that_was_broken_off_or_lies_elsewhere_backs_nothing(world: World) -> None:
    task = looked(world, screening(world))
    patrolled(world, RIVERSIDE + "001", "sun.li")
    broken = first_task(running(world))
    step(world, broken, "start")
    with pytest.raises(Refusal, match="没有走完的巡查记录"):
        step(world, task, "sign_none", answers=ANSWERS)


def test_nobody_signs_none_where_others_found_something_in_those_days(world: World) -> None:
    task = looked(world, screening(world))
    patrolled(world)
    fieldwork.find(DISPUTE, actor=world.actor("zhao.qiang"), now=world.now)
    with pytest.raises(Refusal, match="已上报发现的问题"):
        step(world, task, "sign_none", answers=ANSWERS)
    assert step(world, task, "finish", answers=ANSWERS).state == "done"


def test_a_non_zero_report_brings_findings_or_a_statement_with_its_patrols(world: World) -> None:
    plan = running(
        world, kind="non_zero_report", title="安全生产非零报告", rhythm=WEEKLY, checklist="", items=()
    )
    task = first_task(plan)
    step(world, task, "start")
    with pytest.raises(Refusal, match="不能空报为零"):
        step(world, task, "finish")
    patrolled(world)
    assert step(world, task, "sign_none", statement="本周未发现隐患").state == "signed_none"


def test_a_missing_week_is_shown_whether_it_was_planned_or_not(world: World) -> None:
    south = looked(world, screening(world))
    fieldwork.find(
        fieldwork.FindingDraft(text=DISPUTE.text, matter=DISPUTE.matter, task=south.pk),
        actor=world.actor("zhao.qiang"), now=world.now,
    )  # fmt: skip
    step(world, south, "finish", answers=ANSWERS)
    world.later(days=9)
    jobs.sweep_tasks(world.now)
    found = {
        one.place: one for one in queries.screening_weeks(world.actor("zhou.min"), STREET, now=world.now)
    }
    assert set(found) == {SOUTH_GATE, RIVERSIDE}
    last, this = found[SOUTH_GATE].weeks[-2:]
    assert (last.monday, last.outcome, last.found, last.task) == (date(2026, 3, 2), "done", 1, south.pk)
    assert this.outcome == "waiting"
    # Nobody has planned anything at the riverside: that is no reason for its weeks not to be missing.
    assert [one.outcome for one in found[RIVERSIDE].weeks] == ["missing"] * 7 + ["waiting"]
    assert found[RIVERSIDE].missing == 7


def test_a_task_that_nobody_did_leaves_its_week_missing(world: World) -> None:
    screening(world, until=TODAY + timedelta(days=20))
    world.later(days=8)
    jobs.sweep_tasks(world.now)
    south = queries.screening_weeks(world.actor("zhou.min"), SOUTH_GATE, now=world.now)[0]
    assert [one.outcome for one in south.weeks[-2:]] == ["missing", "waiting"]


def joint(world: World, *signers: str) -> Task:
    plan = planned(
        world, kind="joint_screening", title="征地拆迁联合排查", stops=(fieldwork.StopDraft(SOUTH_GATE),),
        rhythm=WEEKLY, checklist="", items=(), signers=signers, who="account", whom="zhao.qiang",
    )  # fmt: skip
    plan = fieldwork.take_plan(plan.pk, "approve", actor=world.actor("zheng.jun"), now=world.now)
    return step(world, first_task(plan), "start")


def test_a_joint_record_is_incomplete_until_every_department_has_signed_its_result(world: World) -> None:
    works, office = f"{COUNTY}-municipal_works", f"{STREET}-street_office"
    task = joint(world, works, office)
    sign = fieldwork.sign
    sign(task.pk, works, result="管线迁改无争议", actor=world.actor("wu.kai"), now=world.now)
    with pytest.raises(Refusal, match="还有部门没有签字"):
        step(world, task, "finish", answers=ANSWERS)
    found = queries.screening(world.actor("zhou.min"), task.pk, now=world.now)
    assert not found.complete
    assert [(str(one.name), bool(one.signed_at)) for one in found.signed if one.code == office][0][1] is False
    with pytest.raises(Refusal) as foreign:
        sign(task.pk, office, result="无", actor=world.actor("wu.kai"), now=world.now)
    assert foreign.value.kind is Kind.FORBIDDEN
    sign(task.pk, office, result="两户补偿有分歧，已约谈", actor=world.actor("liu.yang"), now=world.now)
    step(world, task, "finish", answers=ANSWERS)
    done = queries.screening(world.actor("zhou.min"), task.pk, now=world.now)
    assert done.complete
    assert {one.result for one in done.signed} == {"管线迁改无争议", "两户补偿有分歧，已约谈"}


def test_a_signature_is_given_once_by_whom_it_is_asked_of(world: World) -> None:
    works = f"{COUNTY}-municipal_works"
    task = joint(world, works)
    actor = world.actor("wu.kai")
    with pytest.raises(Refusal) as empty:
        fieldwork.sign(task.pk, works, result=" ", actor=actor, now=world.now)
    assert empty.value.field == "result"
    one = fieldwork.sign(task.pk, works, result="无争议", actor=actor, now=world.now)
    assert fieldwork.sign(task.pk, works, result="无争议", actor=actor, now=world.now).pk == one.pk
    with pytest.raises(Refusal, match="签字不能改"):
        fieldwork.sign(task.pk, works, result="有争议", actor=actor, now=world.now)
    with pytest.raises(Refusal, match="不需要"):
        other = f"{COUNTY}-sanitation"
        fieldwork.sign(task.pk, other, result="无争议", actor=world.actor("wang.fang"), now=world.now)


def test_a_joint_screening_without_departments_is_not_approved(world: World) -> None:
    with pytest.raises(Refusal, match="由哪些部门签字"):
        joint(world)


#: The weeks before this one.
PAST = (STREET, TODAY - timedelta(days=400), TODAY - timedelta(days=1))


def seeded(world: World, n: int) -> set[UUID]:
    """Of so many statements of the past weeks those that are not true: every third one."""
    signed = [
        Statement(
            id=UUID(int=k), place=GRID, since=TODAY - timedelta(weeks=k),
            until=TODAY - timedelta(weeks=k, days=-6), by=world.actor("zhao.qiang").ref,
            made_at=world.now, arrived_at=world.now,
        )
        for k in range(1, n + 1)
    ]  # fmt: skip
    Statement.objects.bulk_create(signed)
    return {one.pk for one in signed[::3]}


def test_seeded_fake_statements_are_found_by_the_sample(world: World) -> None:
    """What is drawn is looked at by someone else; each fake one that the seed draws is found to be one."""
    fake = seeded(world, 30)
    draft = fieldwork.DrawDraft("statement", *PAST, 40)
    row = fieldwork.draw(draft, actor=world.actor("zheng.jun"), now=world.now, seed="seven")
    drawn = list(Drawn.objects.filter(draw=row).order_by("seq"))
    every = Statement.objects.values_list("pk", flat=True)
    expected = drawing.drawn(every, seed="seven", percent=40)
    assert tuple(one.statement_id for one in drawn) == expected
    caught = fake & set(expected)
    assert 0 < len(caught) < len(fake)
    checker = second_worker(world)
    for one in drawn:
        event = "refute" if one.statement_id in fake else "uphold"
        fieldwork.look_again(
            one.pk, event, finding="现场有堆物" if event == "refute" else "与声明一致", at=HERE,
            matter="H0106" if event == "refute" else "", actor=checker, now=world.now,
        )  # fmt: skip
    page = queries.draw_page(world.actor("zheng.jun"), row.pk, now=world.now)
    assert (page.line.population, page.line.drawn, page.line.false) == (30, 12, len(caught))
    assert Case.objects.filter(matter="H0106").count() == len(caught)


def second_worker(world: World) -> Actor:
    """Another grid worker of the first grid."""
    account = security.open_account("qin.fen", "秦奋", PASSWORD, actor=operator(COUNTY), now=world.now)
    organisation.appoint("grid_worker", GRID, account, actor=operator(COUNTY), now=world.now)
    world.accounts["qin.fen"] = account
    return world.actor("qin.fen")


def test_anyone_draws_the_same_sample_again_from_what_is_stored(world: World) -> None:
    seeded(world, 20)
    draft = fieldwork.DrawDraft("statement", *PAST, 20)
    row = fieldwork.draw(draft, actor=world.actor("zheng.jun"), now=world.now)
    every = list(Statement.objects.values_list("pk", flat=True))
    again = drawing.drawn(every, seed=row.seed, percent=row.percent)
    assert tuple(Drawn.objects.filter(draw=row).order_by("seq").values_list("statement", flat=True)) == again
    assert row.digest == drawing.digest_of(every)
    assert row.population == len(every) == 20


def test_invented_findings_are_drawn_and_refuted_by_another_person(world: World) -> None:
    invented = [
        fieldwork.find(
            fieldwork.FindingDraft(text=f"第{n}处堆物", matter="H0106", place=GRID),
            actor=world.actor("zhao.qiang"), now=world.now,
        )
        for n in range(4)
    ]  # fmt: skip
    draft = fieldwork.DrawDraft("finding", GRID, TODAY, TODAY, 100)
    row = fieldwork.draw(draft, actor=world.actor("zheng.jun"), now=world.now)
    items = list(Drawn.objects.filter(draw=row))
    assert {one.finding_id for one in items} == {one.pk for one in invented}
    with pytest.raises(Refusal, match="提出以外的人"):
        fieldwork.look_again(
            items[0].pk, "uphold", finding="属实", at=HERE, actor=world.actor("zhao.qiang"), now=world.now
        )
    actor = second_worker(world)
    for one in items:
        fieldwork.look_again(one.pk, "refute", finding="现场没有此物", at=HERE, actor=actor, now=world.now)
    assert queries.draw_page(world.actor("zheng.jun"), row.pk, now=world.now).line.false == 4
    assert queries.to_look_at(actor, now=world.now) == ()


def test_only_supervisors_draw_and_only_from_something(world: World) -> None:
    draft = fieldwork.DrawDraft("statement", STREET, TODAY, TODAY)
    with pytest.raises(Refusal) as refused:
        fieldwork.draw(draft, actor=world.actor("zhao.qiang"), now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refusal, match="没有可抽查的"):
        fieldwork.draw(draft, actor=world.actor("zheng.jun"), now=world.now)
    assert not Draw.objects.exists()


def test_the_record_of_a_screening_has_every_field_of_its_form_and_names_no_party(world: World) -> None:
    task = looked(world, screening(world))
    text = "张某与李某为楼道晾晒争执，联系 13800138000"
    found = fieldwork.find(
        fieldwork.FindingDraft(text=text, matter="D0102", task=task.pk, address="南门小区3幢"),
        actor=world.actor("zhao.qiang"), now=world.now,
    )  # fmt: skip
    step(world, task, "finish", answers={**ANSWERS, "measures": "约定周五在社区调解室调解"})
    sheet = queries.screening(world.actor("zhou.min"), task.pk, now=world.now)
    assert sheet.record is not None
    filled = {field.code for field, _ in sheet.record.answers}
    assert filled == {"people", "scope", "way", "households", "measures"}
    [line] = sheet.disputes
    assert line.number == Finding.objects.get(pk=found.pk).case.number  # type: ignore[union-attr]  # its class is on the list
    assert "13800138000" not in line.text
    assert line.address == "南门小区3幢"
    assert (sheet.who, sheet.complete) == ("赵强", True)


PAPER = papers.Paper(
    "矛盾纠纷排查工作情况记录表",
    above=(("社区", "南门社区"), ("排查周期", "2026-03-02 至 2026-03-08"), ("参加人员", "3 人")),
    header=("序号", "纠纷类别", "简要情况"),
    widths=(6, 20, 60),
    rows=(("1", "邻里纠纷", "=1+1 与 <b>两户</b> & 其他"), ("2", "物业纠纷", "电梯停用")),
    below=(("化解措施", "约谈"),),
    signs=(("填表人", ""), ("负责人", "")),
    note="本表不填当事人姓名",
)


def test_the_form_as_a_workbook_reads_back_with_all_its_cells() -> None:
    file = io.BytesIO()
    papers.write_workbook(file, PAPER)
    file.seek(0)
    cells = [
        str(cell)
        for row in CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
        for cell in row
    ]
    wanted = [
        PAPER.title,
        *PAPER.header,
        *(cell for row in PAPER.rows for cell in row),
        "填表人",
        "化解措施",
        "约谈",
        PAPER.note,
    ]
    assert [one for one in wanted if one not in cells] == []


def test_the_form_as_a_document_is_sound_and_says_the_same() -> None:
    file = io.BytesIO()
    papers.write_document(file, PAPER)
    with zipfile.ZipFile(file) as package:
        parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
    assert set(parts) == {"[Content_Types].xml", "_rels/.rels", "word/document.xml"}
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    texts = [one.text for one in parts["word/document.xml"].iter(f"{space}t")]
    assert PAPER.rows[0][2] in texts
    rows = [len(one.findall(f"{space}tc")) for one in parts["word/document.xml"].iter(f"{space}tr")]
    assert rows == [4, 4, 3, 3, 3, 2, 4]


def test_an_empty_form_keeps_a_line_to_write_in() -> None:
    assert papers.Paper("表", (), ("一", "二"), (1, 1), (), (), ()).lines == (("", ""),)
