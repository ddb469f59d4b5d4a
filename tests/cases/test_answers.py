"""Templates of answers: filled from the case, refused when no case could fill them, each from its day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import AnswerDraft
from gewu.cases.models import AnswerTemplate
from gewu.cases.rules import wording
from gewu.kernel.refusals import Kind, Refusal
from tests.world import World

THANKS = AnswerDraft(
    "井盖已修",
    "您反映的{matter}（{number}）已由{unit}处理：{result}。",
    matter="C01",
    text_en="{matter}: done by {unit}.",
)


def added(world: World, draft: AnswerDraft = THANKS, by: str = "qian.lei") -> AnswerTemplate:
    return cases.add_answer(draft, since=world.now.date(), actor=world.actor(by), now=world.now)


def offered(world: World, stage: str, by: str, matter: str = "C0101") -> list[str]:
    """The answers that the page of a case at this stage offers."""
    case = world.case_at(stage, matter=matter)
    return [one.text.zh for one in queries.page(world.actor(by), case.number, now=world.now).answers]


def test_template_is_filled_from_the_case(world: World) -> None:
    added(world)
    case = world.case_at("checking")
    [found] = queries.page(world.actor("zhao.qiang"), case.number, now=world.now).answers
    assert found.text.zh == f"您反映的上水井盖（{case.number}）已由浦口区供水企业处理：已更换防沉降井盖。"
    assert case.lead is not None
    assert found.text.en == f"Water-supply manhole cover: done by {case.lead.name_en}."


def test_what_the_case_does_not_know_yet_stays_open(world: World) -> None:
    added(world)
    [text] = offered(world, "handling", "chen.guoping")
    assert text.endswith("处理：____。")


def test_templates_are_offered_where_an_answer_is_asked_for(world: World) -> None:
    added(world)
    assert offered(world, "handling", "zhou.min") == []
    assert offered(world, "closed", "zhao.qiang") == []
    assert len(offered(world, "checking", "zhao.qiang")) == 1


def test_more_specific_class_comes_first_and_others_are_left_out(world: World) -> None:
    added(world, AnswerDraft("通用", "已办。"))
    added(world, AnswerDraft("井盖", "井盖已办。", matter="C0101"))
    added(world, AnswerDraft("路灯", "路灯已办。", matter="C0137"))
    assert offered(world, "checking", "zhao.qiang") == ["井盖已办。", "已办。"]


def test_ended_template_is_offered_no_more(world: World) -> None:
    row = added(world)
    qian = world.actor("qian.lei")
    cases.end_answer(row.pk, on=world.now.date(), actor=qian, now=world.now)
    assert offered(world, "checking", "zhao.qiang") == []
    with pytest.raises(Refusal, match="没有这条答复模板，或它已停用"):
        cases.end_answer(row.pk, on=world.now.date(), actor=qian, now=world.now)


def test_template_holds_from_its_day(world: World) -> None:
    cases.add_answer(
        THANKS, since=world.now.date() + timedelta(days=1), actor=world.actor("qian.lei"), now=world.now
    )
    assert offered(world, "checking", "zhao.qiang") == []


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (AnswerDraft("", "已办。"), "title_zh"),
        (AnswerDraft("x" * 61, "已办。"), "title_zh"),
        (AnswerDraft("井盖", " "), "text_zh"),
        (AnswerDraft("井盖", "{name}您好"), "text_zh"),
        (AnswerDraft("井盖", "您好", text_en="Dear {phone}"), "text_zh"),
        (AnswerDraft("井盖", "您好", matter="Z99"), "matter"),
    ],
)
def test_template_that_cannot_be_is_refused(world: World, draft: AnswerDraft, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        added(world, draft)
    assert refused.value.field == field
    assert not AnswerTemplate.objects.exists()


@pytest.mark.parametrize("name", ["zhou.min", "chen.guoping", "zheng.jun", "fang.an"])
def test_templates_are_kept_by_those_who_keep_the_catalogue(world: World, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        added(world, by=name)
    assert refused.value.kind is Kind.FORBIDDEN


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("请打 13800138000 找我", "请打 ＊＊＊ 找我"),
        ("身份证 32011119900101123X。", "身份证 ＊＊＊。"),
        ("固话025-58881234", "固话＊＊＊"),
        ("写信到 zhang.san@example.org 吧", "写信到 ＊＊＊ 吧"),
        ("3 号楼 2 单元 501 室，2026-03-02", "3 号楼 2 单元 501 室，＊＊＊"),
        ("井深 1.5 米，宽 80 厘米", "井深 1.5 米，宽 80 厘米"),
    ],
)
def test_numbers_of_people_are_struck_out_on_paper(text: str, left: str) -> None:
    assert wording.without_numbers(text) == left
