"""Figures that the database keeps with every write of a case are never anything else than a count of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from django.db import connection

from gewu.cases import queries as cases
from gewu.cases.models import Case
from gewu.cli.main import main
from gewu.infra import store, versions
from gewu.insight import actions
from gewu.insight import queries as insight
from gewu.insight.models import Figure, FigureChange
from gewu.insight.queries import figures
from gewu.kernel.identifiers import new_id
from gewu.security.actors import Actor
from tests.founded import statements
from tests.world import COUNTY, GRID, SOUTH_GATE, STREET, World

LEVELS = {COUNTY: 9, STREET: 12, SOUTH_GATE: 15, GRID: 15}


def furnished(world: World) -> None:
    """Cases at every stage, some late by days, some returned, reopened, recalled or void."""
    for n, stage in enumerate(("accepted", "handling", "handled", "checking", "closed", "confirmed")):
        world.case_at(stage)
        world.later(hours=9 * n)
    spots = ({"lon": 118.6225, "lat": 32.0375}, {"lon": None, "lat": None}, {"lon": 118.6065, "lat": 32.0575})
    made = [world.accepted(world.report(f"又一处：{spot}", **spot), matter="C0137") for spot in spots]
    world.step(made[0], "recall", "zhou.min", reason="再核对一下职责")
    world.step(made[1], "void", "zheng.jun", reason="反映的不是本区的事")
    world.step(world.case_at("closed"), "reopen", "zheng.jun", reason="没有修好，又坏了")
    world.later(days=1, hours=5)


def counted(actor: Actor, place: str, now: datetime) -> tuple[object, ...]:
    """The figures of a place, each case looked at, as those who see only part of a place have them."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    places = cases.by_place(actor, place, LEVELS[place], now=now, today=today)
    matters = {one.matter: one.count for one in cases.by_matter(actor, place)}
    late = {one.name: one.count for one in insight.calls(actor, place, now=now) if one.name in figures.LADDER}
    return [one for one in places if any(_numbers(one))], matters, late


def kept(actor: Actor, place: str, now: datetime) -> tuple[object, ...]:
    found = figures.standing(actor, place, LEVELS[place], now=now)
    for one in found.places:
        one.states = {state: n for state, n in one.states.items() if n}
    return [one for one in found.places if any(_numbers(one))], dict(+found.matters), found.late


def _numbers(one: cases.PlaceCount) -> tuple[int, ...]:
    return one.open, one.filed_today, one.closed_today


@pytest.mark.both_databases
@pytest.mark.parametrize("place", LEVELS)
def test_kept_figures_equal_a_count_of_the_cases_at_every_hour(world: World, place: str) -> None:
    furnished(world)
    leader = world.actor("ma.jianguo")
    while actions.sum_up(limit=3):
        assert kept(leader, place, world.now) == counted(leader, place, world.now)
    for hours in range(0, 24 * 9, 7):
        now = world.now + timedelta(hours=hours)
        assert kept(leader, place, now) == counted(leader, place, now)
    assert Case.objects.filter(due_at__lt=now - timedelta(days=7)).exists()


@pytest.mark.both_databases
def test_figures_read_the_same_before_and_after_they_are_summed(world: World) -> None:
    furnished(world)
    leader = world.actor("ma.jianguo")
    before = kept(leader, COUNTY, world.now)
    assert FigureChange.objects.exists()
    while actions.sum_up():
        pass
    assert not FigureChange.objects.exists()
    assert kept(leader, COUNTY, world.now) == before
    assert not Figure.objects.filter(n=0).exists()


@pytest.mark.both_databases
def test_recount_finds_nothing_wrong_and_mends_what_is(world: World) -> None:
    furnished(world)
    assert actions.recount() == 0
    right = kept(world.actor("ma.jianguo"), COUNTY, world.now)
    Figure.objects.filter(cut="open", level=9).update(n=7)
    assert kept(world.actor("ma.jianguo"), COUNTY, world.now) != right
    assert actions.recount() > 0
    assert kept(world.actor("ma.jianguo"), COUNTY, world.now) == right


def test_what_is_undone_was_never_counted(world: World) -> None:
    case = world.accepted()
    before = kept(world.actor("ma.jianguo"), COUNTY, world.now)
    with pytest.raises(ZeroDivisionError), store.writing():
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=world.now)
        raise ZeroDivisionError
    assert kept(world.actor("ma.jianguo"), COUNTY, world.now) == before


@pytest.mark.both_databases
def test_case_written_past_every_action_is_counted_and_one_removed_is_not(world: World) -> None:
    case = world.accepted()
    Case.objects.filter(pk=case.pk).update(place=GRID[:12], due_at=world.now - timedelta(days=2))
    leader = world.actor("ma.jianguo")
    assert kept(leader, SOUTH_GATE, world.now) == counted(leader, SOUTH_GATE, world.now)
    again = Case.objects.get(pk=case.pk)
    again.pk, again.number, again._state.adding = new_id(), "320111-20260302-9999", True
    again.save()
    assert kept(leader, COUNTY, world.now)[0][0].open == 2
    again.delete()
    assert kept(leader, COUNTY, world.now)[0][0].open == 1


@pytest.mark.both_databases
def test_figures_are_counted_again_after_a_table_was_built_anew(world: World) -> None:
    """A migration that alters the table of cases on SQLite drops what counts them."""
    world.accepted()
    _stop_counting()
    world.accepted(world.report("没有被计数的一件"))
    leader = world.actor("ma.jianguo")
    assert kept(leader, COUNTY, world.now) != counted(leader, COUNTY, world.now)
    assert actions.count_every_write()
    assert kept(leader, COUNTY, world.now) == counted(leader, COUNTY, world.now)
    assert not actions.count_every_write()
    world.accepted(world.report("又被计数的一件"))
    assert kept(leader, COUNTY, world.now) == counted(leader, COUNTY, world.now)


def _stop_counting() -> None:
    table = " ON case_" if connection.vendor == "postgresql" else ""
    names = ("case_counted", "case_counted_in", "case_counted_out", "case_counted_anew")
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


def test_case_about_ones_own_unit_is_in_no_figure_of_its_people(world: World) -> None:
    kept_from_it, other = world.accepted(), world.accepted(world.report("另一处"))
    leader = world.actor("ma.jianguo")
    world.step(kept_from_it, "name_concern", "zhou.min", about=f"{COUNTY}-political_legal")
    world.later(days=3)
    assert kept(leader, COUNTY, world.now) == counted(leader, COUNTY, world.now)
    board = insight.board(leader, COUNTY, now=world.now)
    assert (board.whole.open, board.whole.overdue) == (1, 1), other.number
    assert insight.board(world.actor("zheng.jun"), COUNTY, now=world.now).whole.open == 2


def test_figures_of_a_board_take_three_statements(world: World) -> None:
    furnished(world)
    leader = world.actor("ma.jianguo")
    versions.forget()  # so that what is held is looked at now, and not again while it is counted
    insight.board(leader, COUNTY, now=world.now)
    with statements() as sent:
        insight.board(leader, COUNTY, now=world.now)
    assert len([one for one in sent.sql if '"division"' not in one]) == 3


@pytest.mark.both_databases
def test_whole_days_of_a_period_are_summed_from_the_same_figures(world: World) -> None:
    furnished(world)
    leader = world.actor("ma.jianguo")
    since = world.now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=4)
    span = figures.whole_days(since, since + timedelta(days=5))
    assert span is not None
    plain = cases.by_period(leader, COUNTY, 9, since=since, until=since + timedelta(days=5))
    assert figures.in_period(leader, COUNTY, 9, *span) == plain
    assert sum(one.filed for one in plain) and sum(one.closed for one in plain)
    assert figures.whole_days(since, world.now) is None


def test_recount_says_how_many_figures_had_been_wrong(world: World) -> None:
    world.accepted()
    assert "更正 0 个数字" in CliRunner().invoke(main, ["recount"]).output
    assert Figure.objects.filter(cut="filed", level=6).update(n=40) == 1
    assert "更正 1 个数字" in CliRunner().invoke(main, ["recount"]).output
    assert Figure.objects.get(cut="filed", level=6).n == 1
