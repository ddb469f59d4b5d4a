"""Riverside community is merged into South Gate: what stood there follows, on its day and not before.

The merger is settled on Monday 2 March 2026 for the Thursday after; one of its parts is a grid of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from gewu.cases import queries as cases
from gewu.cases.models import Case
from gewu.catalogue import actions as rules
from gewu.catalogue import queries as catalogue
from gewu.catalogue.models import Route
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import queries as organisation
from gewu.organisation.models import Post, Unit
from gewu.territory import actions, queries
from gewu.territory.models import Succession
from tests.world import COUNTY, GRID, RIVERSIDE, SOUTH_GATE, STREET, World

DAY = date(2026, 3, 5)
#: The four grids of Riverside become the first four of South Gate.
MERGER = {RIVERSIDE: SOUTH_GATE} | {f"{RIVERSIDE}00{n}": f"{SOUTH_GATE}00{n}" for n in range(1, 5)}


def planned(world: World, moves: Mapping[str, str] = MERGER, by: str = "qian.lei", **more: Any) -> Succession:
    given = {"since": DAY, "reason": "民政局批复：并入南门社区", "inside": COUNTY, **more}
    return actions.plan_succession(moves, actor=world.actor(by), now=world.now, **given)


def until_then(world: World) -> None:
    """Let the days pass, and have done what is due."""
    world.later(days=(DAY - world.now.date()).days)
    actions.carry_out_successions(world.now)
    world.settle()


def case_there(world: World, matter: str = "C0101") -> Case:
    report = world.report(place=RIVERSIDE + "001", lon=None, lat=None, datum="", text=f"这里的事 {matter}")
    return world.accepted(report, matter=matter)


def test_units_posts_rights_and_open_cases_follow_on_the_day_and_not_before(world: World) -> None:
    case = case_there(world)
    units = set(Unit.objects.filter(place=RIVERSIDE).values_list("code", flat=True))
    posts = Post.objects.filter(place__startswith=RIVERSIDE).count()
    assert units and posts
    planned(world)
    world.later(days=1)
    assert actions.carry_out_successions(world.now) == 0
    assert world.actor("sun.li").holds_at("reports.verify", RIVERSIDE + "001")
    until_then(world)
    assert set(Unit.objects.filter(place=SOUTH_GATE).values_list("code", flat=True)) > units
    assert not Post.objects.filter(place__startswith=RIVERSIDE).exists()
    sun = world.actor("sun.li")
    assert sun.holds_at("reports.verify", SOUTH_GATE + "001")
    assert not sun.holds_at("reports.verify", SOUTH_GATE + "002")
    assert not sun.holds_at("reports.verify", RIVERSIDE + "001")
    case.refresh_from_db()
    assert case.place == SOUTH_GATE + "001"
    assert cases.visible_to(sun).filter(pk=case.pk).exists()
    assert [one.place for one in queries.by_old_code(RIVERSIDE + "001")] == [SOUTH_GATE + "001"]
    assert organisation.units_at(RIVERSIDE) == ()


def test_closed_case_stays_where_it_was_handled(world: World) -> None:
    case = case_there(world)
    Case.objects.filter(pk=case.pk).update(state="closed")
    planned(world)
    until_then(world)
    case.refresh_from_db()
    assert case.place == RIVERSIDE + "001"


def test_duties_and_rules_of_the_place_follow(world: World) -> None:
    spec = rules.RouteSpec("C0106", RIVERSIDE, world.now.date(), "滨江的井盖", department="drainage")
    rules.add_route(spec, actor=world.actor("qian.lei"), now=world.now)
    planned(world)
    until_then(world)
    assert Route.objects.get(reason_zh="滨江的井盖").place_prefix == SOUTH_GATE
    led = catalogue.route("C0106", GRID, DAY).unit
    assert led is not None and led.department == "drainage"


def test_preview_counts_what_would_follow(world: World) -> None:
    case_there(world)
    moves = {RIVERSIDE + "001": RIVERSIDE + "002"}
    assert [n for _, n in cases.following(moves)] == [1, 0]
    assert [n for _, n in organisation.following(moves, now=world.now)] == [0, 1, 0]
    assert [n for _, n in cases.following(MERGER)] == [1, 0]
    units = [n for _, n in organisation.following(MERGER, now=world.now)]
    assert units[2] == len(
        {
            one.kind
            for one in organisation.units_at(RIVERSIDE)
            if organisation.unit_kinds()[one.kind].one_per_place
        }
    )
    assert units[0] == Unit.objects.filter(place__startswith=RIVERSIDE).count()


def test_plan_is_taken_back_before_its_day_and_stands_after_it(world: World) -> None:
    row = planned(world)
    actions.undo_succession(row.pk, actor=world.actor("qian.lei"), now=world.now)
    until_then(world)
    assert Unit.objects.filter(place=RIVERSIDE).exists()
    again = planned(world, since=DAY + timedelta(days=1))
    world.later(days=1)
    with pytest.raises(Refusal, match="不能再撤销|现为“已施行”"):
        actions.undo_succession(again.pk, actor=world.actor("qian.lei"), now=world.now)
    assert [one.type for one in stream.timeline("succession", row.pk)] == [
        "SuccessionPlanned", "SuccessionUndone",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ({}, "请写明"),
        ({RIVERSIDE: SOUTH_GATE}, "还没有写明去处"),
        ({RIVERSIDE + "001": RIVERSIDE + "099"}, "没有代码为"),
        ({RIVERSIDE + "001": SOUTH_GATE}, "同一级"),
        ({STREET: STREET}, "同一级"),
        ({RIVERSIDE + "001": RIVERSIDE + "002", RIVERSIDE + "002": RIVERSIDE + "003"}, "自己也要被承接"),
        ({RIVERSIDE + "001": RIVERSIDE + "001"}, "自己也要被承接"),
    ],
)
def test_moves_that_are_none_are_refused(world: World, moves: dict[str, str], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        planned(world, moves)


def test_plan_for_the_past_without_reason_or_right_or_twice_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="最早自明天起"):
        planned(world, since=world.now.date())
    with pytest.raises(Refusal, match="理由或依据"):
        planned(world, reason=" ")
    with pytest.raises(Refusal) as refused:
        planned(world, by="zheng.jun")
    assert refused.value.kind is Kind.FORBIDDEN
    planned(world)
    with pytest.raises(Refusal, match="已在另一次承接中"):
        planned(world, {RIVERSIDE + "001": RIVERSIDE + "002"})


def test_carrying_out_twice_moves_nothing_more(world: World) -> None:
    planned(world)
    until_then(world)
    before = sorted(Unit.objects.values_list("code", "place"))
    assert actions.carry_out_successions(world.now) == 0
    world.settle()
    assert sorted(Unit.objects.values_list("code", "place")) == before
