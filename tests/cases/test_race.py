"""Two people at the same moment: on a file of SQLite and, where it answers, on PostgreSQL."""

from __future__ import annotations

from functools import partial

import pytest

from gewu.cases import actions as cases
from gewu.cases.models import Case
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from tests.founded import at_once
from tests.world import World


@pytest.mark.both_databases
def test_two_people_who_take_the_same_step_are_one_step(shared_world: World) -> None:
    world = shared_world
    case = world.case_at("handled")
    zhao, he = world.actor("zhao.qiang"), world.actor("he.jie")
    begin = partial(cases.take, case.number, "begin_check", now=world.now)

    found = at_once(*(partial(begin, actor=one) for one in (zhao, he, zhao, he)))

    winners = [one for one in found if isinstance(one, Case)]
    losers = [one for one in found if isinstance(one, Refusal)]
    assert (len(winners), len(losers)) == (1, 3)
    assert {(one.kind, str(one)) for one in losers} == {(Kind.CONFLICT, "工单现为“核查中”，不能“开始核查”")}
    told = [one.type for one in stream.timeline("case", case.pk)]
    assert told.count("CheckBegun") == 1


@pytest.mark.both_databases
def test_two_different_steps_from_one_screen_are_one_step_and_a_word_of_who_was_first(
    shared_world: World,
) -> None:
    world = shared_world
    case = world.accepted()
    chen, zheng = world.actor("chen.guoping"), world.actor("zheng.jun")

    found = at_once(
        partial(cases.take, case.number, "sign_for", actor=chen, now=world.now, version=1),
        partial(cases.take, case.number, "void", actor=zheng, now=world.now, version=1, reason="误立"),
    )

    (lost,) = [one for one in found if isinstance(one, Refusal)]
    assert lost.kind is Kind.CONFLICT
    assert str(lost) in ("您打开此单之后，陈国平已将其变为“处置中”", "您打开此单之后，郑军已将其变为“已作废”")
    assert str(lost.advice) == "请刷新后再办"


@pytest.mark.both_databases
def test_numbers_of_cases_filed_at_once_have_neither_gap_nor_double(shared_world: World) -> None:
    world = shared_world
    reports = [world.report(f"第{n}处井盖缺失") for n in range(6)]
    filed = at_once(*(partial(world.accepted, one) for one in reports))
    assert sorted(one.number for one in filed) == [f"320111-20260302-{n:04d}" for n in range(1, 7)]


@pytest.mark.both_databases
def test_assistant_is_called_once_when_two_call_it(shared_world: World) -> None:
    world = shared_world
    case = world.case_at("handling")
    call = partial(cases.call_assist, case.number, "320111-sanitation", now=world.now)
    found = at_once(*(partial(call, actor=world.actor(one)) for one in ("chen.guoping", "zhou.min")))
    refusals = [str(one) for one in found if isinstance(one, Refusal)]
    assert refusals == ["该单位已在协办"]
