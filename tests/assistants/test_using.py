"""What was learned is proposed with reports, noted when people decide, and shown with how good it is."""

from __future__ import annotations

import pytest

from gewu.assistants import actions
from gewu.assistants import queries as assistants
from gewu.infra import switches
from gewu.intake.models import Suggestion
from gewu.security.actors import operator
from gewu.territory import queries as territory
from tests.assistants.rows import rows
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, World

pytestmark = pytest.mark.django_db
CODES = {"lamp": "C0137", "cover": "C0101", "noise": "C0506"}


def taught(world: World, codes: dict[str, str] = CODES) -> str:
    """The class of a text learned from rows that carry the catalogue's codes; returns its version."""
    table = rows()
    called = assistants.Table(table.items, tuple(codes[one] for one in table.answers), table.read, ())
    made = actions.train(assistants.kind_of("matter"), called, source="made up", now=world.now)
    actions.keep(made.content, actor=operator(COUNTY), now=world.now)
    return made.card.version


def test_trained_class_is_proposed_with_its_words_and_the_correction_is_noted(world: World) -> None:
    version = taught(world)
    report = world.report("半夜施工很吵，机器轰鸣，吵得睡不着")
    world.settle()
    kept = Suggestion.objects.get(report=report, kind="matter")
    assert (kept.value, kept.version) == ("C0506", version)
    assert "吵" in kept.why_zh
    assert kept.confidence > 0.5

    world.accepted(report, "C0137")
    world.settle()
    kept.refresh_from_db()
    assert (kept.outcome, kept.chosen) == ("overridden", "C0137")


def test_trained_class_stays_silent_where_it_is_not_sure(world: World) -> None:
    taught(world)
    actions.set_threshold(
        "matter", 1.0, since=world.now.date(), reason="评估", actor=operator(COUNTY), now=world.now
    )
    report = world.report("半夜施工很吵，机器轰鸣")
    world.settle()
    assert not Suggestion.objects.filter(report=report, kind="matter").exists()


def test_model_of_another_catalogue_does_not_speak(world: World) -> None:
    taught(world, {name: f"另一目录 {name}" for name in CODES})
    report = world.report("路灯坏了，晚上没有灯")
    world.settle()
    assert Suggestion.objects.get(report=report, kind="matter").version.startswith("catalogue-")


def test_place_named_in_the_words_is_found_with_its_code(world: World) -> None:
    (street, *_) = territory.children_of(COUNTY)
    (community, *_) = territory.children_of(street.code)
    name = community.name.removesuffix("居委会")
    found = territory.mentions(f"住在{name}，文德东路口的井盖没了", inside=COUNTY)
    assert [(one.name, one.kind, one.code) for one in found] == [
        (name, "community", community.code),
        ("文德东路", "road", ""),
    ]


def test_page_shows_card_figures_and_switch(world: World) -> None:
    version = taught(world)
    page = said(signed_in("zheng.jun").get("/setup/assistants"))
    assert "助手有多准" in page
    assert version in page
    assert "95% 区间" in page
    assert "个人属性不得作为助手的输入" in page
    assert page.count("还没有学习过；没有它，各项办理照常进行。") == len(assistants.KINDS) - 1
    assert switches.is_on("suggest.place")
