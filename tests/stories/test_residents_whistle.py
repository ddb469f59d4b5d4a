"""Five neighbours and one whistle: the platform calls by its rule, and a named person answers for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.jobs import sweep_deadlines
from gewu.cases.models import CallKind, Case, Whistle
from gewu.infra import stream
from gewu.intake import actions as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications import queries as notices
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.security.actors import ANONYMOUS, operator
from gewu.security.vault import Contact
from tests.world import COUNTY, GRID, STREET, World

pytestmark = pytest.mark.flow


def neighbour(world: World, case: Case, phone: str) -> None:
    """Someone who has met the same thing; without a phone nobody can tell who."""
    given = intake.MeToo(contact=Contact(phone=phone))
    intake.me_too(case.number, given, actor=ANONYMOUS, now=world.later(minutes=1))
    world.settle()


def four_behind(world: World) -> Case:
    """A case behind which four different people stand: the first reporter and three neighbours."""
    case = world.case_at("handling")
    for n in range(3):
        neighbour(world, case, f"1390013900{n}")
    assert not Whistle.objects.exists()
    return case


def blown(world: World) -> tuple[Case, Whistle]:
    case = four_behind(world)
    neighbour(world, case, "13900139009")
    return case, Whistle.objects.get()


def told_to(world: World, name: str) -> list[str]:
    world.settle()
    return [one.subject_zh for one in reversed(notices.inbox(world.actor(name)).rows)]


def test_fifth_neighbour_blows_it_and_the_nearest_who_may_is_named(world: World) -> None:
    case, whistle = blown(world)
    assert (whistle.kind.code, whistle.supporters, whistle.caller[:13]) == ("residents", 5, "rule:whistle:")
    assert whistle.responsible == world.actor("zhao.qiang").ref
    [shown] = queries.page(world.actor("zhou.min"), case.number, now=world.now).parties.whistles
    assert shown.responsible == "赵强"
    assert [str(one.unit) for one in shown.parties] == ["网格员 赵强", "江浦街道办事处"]
    assert {one.come_by for one in shown.parties} == {whistle.blown_at + timedelta(hours=4 + 2)}, (
        "four working hours and the noon"
    )
    sentences = [str(line.sentence) for line in queries.timeline(case.pk)]
    assert "系统按规则吹哨，召集 2 方到场" in sentences
    for name in ("zhao.qiang", "chen.guoping"):
        assert any(one.startswith("居民吹哨，请到场") for one in told_to(world, name)), name
    assert any(one.startswith("请协办") for one in told_to(world, "liu.yang"))
    assert list(stream.verify()) == []


def test_grid_head_is_named_before_a_worker_of_the_grid(world: World) -> None:
    organisation.appoint(
        "grid_head",
        GRID,
        world.accounts["sun.li"],
        actor=operator(COUNTY),
        now=world.now,
        reason="党小组长暂缺",
    )
    _, whistle = blown(world)
    assert whistle.responsible == world.actor("sun.li").ref


def test_same_person_many_times_and_people_without_a_name_do_not_blow_it(world: World) -> None:
    case = four_behind(world)
    for phone in ("13900139000", "0086 139-0013-9001", "", "", ""):
        neighbour(world, case, phone)
    case.refresh_from_db()
    assert case.reports == 9
    assert not Whistle.objects.exists()
    neighbour(world, case, "13900139009")
    assert Whistle.objects.get().supporters == 5


def test_named_person_brings_the_results_together_and_closes_it(world: World) -> None:
    case, whistle = blown(world)
    zhao, liu = world.actor("zhao.qiang"), world.actor("liu.yang")
    own, office = (
        one.id for one in queries.page(zhao, case.number, now=world.now).parties.whistles[0].parties
    )
    for task, actor in ((own, zhao), (office, liu)):
        cases.take_assist(task, "check_in", actor=actor, now=world.now, lon=118.6025, lat=32.0575)
        with pytest.raises(Refusal, match="没有结果"):
            cases.take_whistle(whistle.pk, "close", actor=zhao, now=world.now, result="已处理")
        cases.take_assist(task, "finish", actor=actor, now=world.now, result="已向居民说明")
    assert (
        cases.take_whistle(whistle.pk, "close", actor=zhao, now=world.now, result="已处理").state == "closed"
    )


def test_staff_withdraw_it_with_a_reason_and_it_is_not_blown_again(world: World) -> None:
    case, whistle = blown(world)
    with pytest.raises(Refusal, match="还缺少：理由"):
        cases.take_whistle(whistle.pk, "withdraw", actor=world.actor("zhou.min"), now=world.now)
    with pytest.raises(Refusal) as refused:
        cases.take_whistle(
            whistle.pk, "withdraw", actor=world.actor("wu.kai"), now=world.now, reason="不是我们的事"
        )
    assert refused.value.kind is Kind.FORBIDDEN
    cases.take_whistle(
        whistle.pk, "withdraw", actor=world.actor("zhou.min"), now=world.now, reason="今天已在现场处理"
    )
    neighbour(world, case, "13900139010")
    assert Whistle.objects.get().state == "withdrawn"


def test_who_does_not_come_in_time_is_told_of_and_seen_by_the_supervisor(world: World) -> None:
    case, _ = blown(world)
    world.later(hours=7)
    sweep_deadlines(world.now)
    late = [str(line.sentence) for line in queries.timeline(case.pk) if line.type == "DeadlinePassed"]
    assert late.count("超过时限：报到时限") == 2
    assert any(one.startswith("超过时限") for one in told_to(world, "zheng.jun"))
    holding = queries.page(world.actor("zheng.jun"), case.number, now=world.now).parties.conditions
    assert "吹哨超时未报到" in [str(one.label) for one in holding]


def test_kind_that_does_not_blow_by_itself_waits_for_staff_as_before(world: World) -> None:
    CallKind.objects.filter(code="residents").update(automatic=False)
    case = four_behind(world)
    neighbour(world, case, "13900139009")
    assert not Whistle.objects.exists()
    case.refresh_from_db()
    call = cases.Call("residents", (cases.Party(f"{STREET}-street_office"),), "请到场")
    assert cases.blow(case.number, call, actor=world.actor("zhao.qiang"), now=world.now).responsible == ""


def test_nobody_of_the_unit_that_the_matter_is_about_is_named_or_called(world: World) -> None:
    case = world.case_at("handling")
    world.step(case, "name_concern", "zhou.min", about=f"{STREET}-street_office")
    for n in range(4):
        neighbour(world, case, f"1390013900{n}")
    [shown] = queries.page(world.actor("zhou.min"), case.number, now=world.now).parties.whistles
    assert [str(one.unit) for one in shown.parties] == ["网格员 赵强"]


def test_where_nobody_can_be_named_staff_blow_it(world: World) -> None:
    case = four_behind(world)
    for name in ("zhao.qiang", "zhou.min"):
        for held in units.posts_of(world.accounts[name].pk, now=world.now):
            organisation.end_post(held.post, actor=operator(COUNTY), now=world.now)
    neighbour(world, case, "13900139009")
    assert not Whistle.objects.exists()
    case.refresh_from_db()
    assert case.reports == 5
