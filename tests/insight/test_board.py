"""The figures of the board: they add up, and each equals the list behind it."""

from __future__ import annotations

import pytest

from gewu.cases import queries as cases
from gewu.insight import queries as insight
from gewu.kernel.refusals import Kind, Refusal
from tests.founded import statements
from tests.world import COUNTY, GRID, SOUTH_GATE, STREET, World

NUMBERS = ("open", "overdue", "due_soon", "filed_today", "closed_today")


def furnished(world: World) -> None:
    """Cases of several classes and ages in both communities, one of them closed, one without a grid."""
    for n in range(6):
        world.later(minutes=20)
        spot = {"lon": 118.6025 + 0.004 * n, "lat": 32.0575 - 0.004 * n}
        world.accepted(world.report(f"第{n}处坏了", **spot), matter=("C0101", "C0137")[n % 2])
    world.case_at("closed")
    world.accepted(world.report("说不清在哪个网格", lon=None, lat=None, address="南门社区"))
    world.accepted(world.report("说不清在哪个社区", lon=None, lat=None))
    world.later(hours=2)


def figures(one: insight.PlaceFigures) -> list[int]:
    return [getattr(one, name) for name in NUMBERS]


@pytest.mark.parametrize("code", [COUNTY, STREET, SOUTH_GATE])
def test_places_below_and_what_names_none_of_them_add_up_to_their_place(world: World, code: str) -> None:
    furnished(world)
    board = insight.board(world.actor("ma.jianguo"), code, now=world.now)
    below = [sum(column) for column in zip(*map(figures, board.children), strict=True)]
    assert board.whole.open == below[0] + board.unplaced
    assert all(total >= part for total, part in zip(figures(board.whole), below, strict=True))


def test_each_level_shows_the_figures_of_the_one_below(world: World) -> None:
    furnished(world)
    leader = world.actor("ma.jianguo")
    county = insight.board(leader, COUNTY, now=world.now)
    street = insight.board(leader, STREET, now=world.now)
    community = insight.board(leader, SOUTH_GATE, now=world.now)
    grid = insight.board(leader, GRID, now=world.now)
    assert figures(county.children[0]) == figures(street.whole)
    assert figures(next(one for one in street.children if one.code == SOUTH_GATE)) == figures(community.whole)
    assert figures(next(one for one in community.children if one.code == GRID)) == figures(grid.whole)
    assert grid.children == ()


@pytest.mark.parametrize("code", [COUNTY, STREET, SOUTH_GATE, GRID])
def test_every_figure_equals_the_list_behind_it(world: World, code: str) -> None:
    furnished(world)
    leader = world.actor("ma.jianguo")
    board = insight.board(leader, code, now=world.now)

    def listed(**filters: object) -> int:
        return len(cases.inbox(leader, cases.Filters(place=code, **filters), size=200, now=world.now).rows)

    assert board.whole.open == listed()
    assert board.whole.overdue == listed(overdue=True)
    for one in board.by_state:
        assert one.count == listed(state=one.state)
    for matter, _, count in board.by_matter:
        assert count == listed(matter=matter)


def test_day_begins_at_local_midnight(world: World) -> None:
    world.accepted()
    leader = world.actor("ma.jianguo")
    same_day = world.now.replace(hour=23, minute=59)
    assert insight.board(leader, COUNTY, now=same_day).whole.filed_today == 1
    assert insight.board(leader, COUNTY, now=world.now.replace(day=3, hour=0)).whole.filed_today == 0


def test_board_says_of_which_moment_it_is(world: World) -> None:
    assert insight.board(world.actor("ma.jianguo"), COUNTY, now=world.now).as_of == world.now


def test_board_opens_at_the_widest_place_and_names_the_way_down(world: World) -> None:
    leader = world.actor("ma.jianguo")
    assert insight.home_of(leader) == COUNTY
    path = insight.board(leader, SOUTH_GATE, now=world.now).path
    assert [code for code, _ in path] == [COUNTY, STREET, SOUTH_GATE]


def test_board_costs_the_same_with_few_and_many_cases(world: World) -> None:
    leader = world.actor("ma.jianguo")
    costs = []
    for _ in range(2):
        furnished(world)
        insight.board(leader, STREET, now=world.now)
        with statements() as sent:
            insight.board(leader, STREET, now=world.now)
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_place_that_is_none_is_refused(world: World) -> None:
    for code in (COUNTY + "999", "99", "x"):
        with pytest.raises(Refusal) as refused:
            insight.board(world.actor("ma.jianguo"), code, now=world.now)
        assert refused.value.kind in (Kind.FORBIDDEN, Kind.MISSING, Kind.INVALID)
