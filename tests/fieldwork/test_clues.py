"""Clues from data: a task to go and look, nothing else, and no effect before someone has looked."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from gewu.cases.models import Case
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.fieldwork.lifecycle import CLUE
from gewu.fieldwork.models import Clue, Finding, Task
from gewu.infra import stream
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications.models import Message
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.world import COUNTY, GRID, PASSWORD, World

HERE = fieldwork.CheckInDraft(lon=118.6025, lat=32.0575, accuracy_m=8)
TEXT = "该楼九十天内四次反映电动自行车在楼道充电，台账上没有检查记录"


@pytest.fixture
def world(world: World) -> World:
    """With someone who compares data for the county."""
    account = security.open_account("tong.ji", "佟霁", PASSWORD, actor=operator(COUNTY), now=world.now)
    organisation.appoint(
        "statistics_officer", f"{COUNTY}-grid_centre", account, actor=operator(COUNTY), now=world.now
    )
    world.accounts["tong.ji"] = account
    return world


def raised(world: World, rule: str = "stairwell_charging", **more: str) -> Clue:
    given = {"place": GRID, "text": TEXT, "address": "南门小区3幢", **more}
    return fieldwork.raise_clue(rule, **given, actor=world.actor("tong.ji"), now=world.now)


def conclude(world: World, clue: Clue, event: str, by: str = "zhao.qiang", **more: object) -> Clue:
    given: dict[str, object] = {"finding": "三辆车在二楼平台充电，已当场断电", "at": HERE, **more}
    return fieldwork.conclude(clue.pk, event, actor=world.actor(by), now=world.now, **given)  # type: ignore[arg-type]  # named above


def test_a_clue_opens_one_task_to_go_and_look_and_nothing_else(world: World) -> None:
    position = stream.last_position()
    clue = raised(world)
    told = [one.type for one in stream.after(position)]
    assert sorted(told) == ["ClueRaised", "TaskLaid"]
    task = Task.objects.get(about=f"clue:{clue.pk.hex}")
    assert (task.kind_id, task.place, task.state) == ("onsite_check", GRID, "due")
    world.settle()
    assert (Case.objects.count(), Report.objects.count(), Finding.objects.count()) == (0, 0, 0)
    assert Message.objects.filter(event="ClueRaised", account=world.accounts["zhao.qiang"]).count() == 1


def test_a_clue_has_effect_only_after_someone_has_looked(world: World) -> None:
    clue = raised(world)
    with pytest.raises(Refusal, match="还没有人到现场签到"):
        conclude(world, clue, "confirm", at=fieldwork.CheckInDraft())
    made_up = fieldwork.CheckInDraft(lon=118.6025, lat=32.0575, mock=True)
    with pytest.raises(Refusal, match="还没有人到现场签到"):
        conclude(world, clue, "confirm", at=made_up)
    assert not Case.objects.exists()
    clue = conclude(world, clue, "confirm")
    case = Case.objects.get()
    assert (case.matter, case.place) == ("H0102", GRID)
    assert clue.finding is not None
    assert clue.finding.case_id == case.pk
    assert queries.clue(world.actor("tong.ji"), clue.pk, now=world.now).number == case.number
    assert Task.objects.get(pk=clue.task_id).state == "done"
    world.settle()
    told = Message.objects.filter(event="ClueConfirmed", account=world.accounts["tong.ji"])
    assert told.count() == 1


def test_the_database_too_lets_no_clue_act_before_a_look(world: World) -> None:
    clue = raised(world)
    found = fieldwork.find(
        fieldwork.FindingDraft(text="路灯不亮", matter="C0301", place=GRID),
        actor=world.actor("zhao.qiang"), now=world.now,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Clue.objects.filter(pk=clue.pk).update(finding=found)


def test_a_false_clue_opens_nothing_and_counts_against_its_rule(world: World) -> None:
    for event in ("dismiss", "dismiss", "confirm"):
        conclude(world, raised(world), event)
    raised(world)
    raised(world, "dust_and_permits", text="该点位扬尘连续三日超标，没有施工登记")
    counted = {
        one.code: (one.tally.open, one.tally.confirmed, one.tally.false)
        for one in queries.tallies(world.actor("tong.ji"), now=world.now)
        if one.tally.open or one.tally.looked
    }
    assert counted == {"stairwell_charging": (1, 1, 2), "dust_and_permits": (1, 0, 0)}
    assert Case.objects.count() == 1


def test_whoever_raised_it_does_not_conclude_it_and_others_only_where_they_work(world: World) -> None:
    clue = raised(world)
    for name, match in (("tong.ji", "权限"), ("sun.li", "权限")):
        with pytest.raises(Refusal, match=match) as refused:
            conclude(world, clue, "confirm", name)
        assert refused.value.kind is Kind.FORBIDDEN
    Clue.objects.filter(pk=clue.pk).update(raised_by=world.actor("zhao.qiang").ref)
    with pytest.raises(Refusal, match="提出以外的人"):
        conclude(world, clue, "confirm")
    with pytest.raises(Refusal):
        queries.clue(world.actor("sun.li"), clue.pk, now=world.now)


@pytest.mark.parametrize(
    "text", ["户主 320111199001011234 多次充电", "联系 13800138000 核实", "写信给 a.b@example.org", "  "]
)
def test_a_clue_is_about_a_place_and_names_nobody(world: World, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        raised(world, text=text)
    assert refused.value.field == "text"
    assert not Clue.objects.exists()


def test_only_whoever_compares_data_raises_clues_and_only_by_a_rule_in_force(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        fieldwork.raise_clue("stairwell_charging", GRID, TEXT, actor=world.actor("zhao.qiang"), now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refusal) as unknown:
        raised(world, "guess_people")
    assert unknown.value.field == "rule"


def test_a_clue_is_concluded_once(world: World) -> None:
    clue = conclude(world, raised(world), "dismiss")
    with pytest.raises(Refusal, match="不能“核查属实”"):
        conclude(world, clue, "confirm")
    with pytest.raises(Refusal, match="刚被别人核查"):
        conclude(world, raised(world), "confirm", version=9)
    assert {step.by for step in CLUE.steps} == {"looker"}
