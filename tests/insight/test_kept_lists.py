"""Lists that people keep: whose they are, who sees them, and what is refused."""

from __future__ import annotations

from uuid import UUID

import pytest

from gewu.insight import actions as insight
from gewu.insight import queries
from gewu.insight.actions import MOST_LISTS
from gewu.insight.models import SavedList
from gewu.insight.queries.lists import desks_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import ANONYMOUS
from tests.founded import statements
from tests.world import World

QUERY = "tab=open&overdue=1"


def seen(world: World, name: str) -> list[str]:
    return [one.name for one in queries.kept_lists(world.actor(name))]


def keep(world: World, name: str, by: str, *, shared: bool = False) -> SavedList:
    return insight.keep_list(name, QUERY, actor=world.actor(by), now=world.now, shared=shared)


def test_own_list_is_seen_by_nobody_else(world: World) -> None:
    keep(world, "超期的", "chen.guoping")
    assert seen(world, "chen.guoping") == ["超期的"]
    assert [seen(world, name) for name in ("liu.yang", "zhou.min", "ma.jianguo")] == [[], [], []]
    assert queries.kept_lists(ANONYMOUS) == ()


def test_shared_list_is_seen_at_the_same_desk_and_at_no_other(world: World) -> None:
    keep(world, "超期的", "chen.guoping", shared=True)
    row = SavedList.objects.get()
    same = [name for name in world.accounts if row.shared_with in desks_of(world.actor(name))]
    assert "chen.guoping" in same
    assert {name for name in world.accounts if seen(world, name)} == set(same)
    assert "liu.yang" not in same  # a handler too, of another office


def test_the_same_name_again_replaces_the_list(world: World) -> None:
    keep(world, "我的", "chen.guoping", shared=True)
    insight.keep_list("  我的 ", "tab=all", actor=world.actor("chen.guoping"), now=world.now)
    assert [(one.query, one.shared) for one in queries.kept_lists(world.actor("chen.guoping"))] == [
        ("tab=all", False)
    ]


@pytest.mark.parametrize("name", ["", "   ", "名" * 31])
def test_list_without_a_name_or_with_a_long_one_is_refused(world: World, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        keep(world, name, "chen.guoping")
    assert refused.value.field == "name"
    assert not SavedList.objects.exists()


def test_visitor_keeps_no_list(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        insight.keep_list("x", QUERY, actor=ANONYMOUS, now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN


def test_too_many_lists_are_refused_and_old_names_still_taken(world: World) -> None:
    for n in range(MOST_LISTS):
        keep(world, f"第{n}个", "chen.guoping")
    with pytest.raises(Refusal) as refused:
        keep(world, "再一个", "chen.guoping")
    assert refused.value.kind is Kind.CONFLICT
    keep(world, "第0个", "chen.guoping")
    assert SavedList.objects.count() == MOST_LISTS


@pytest.mark.parametrize("by", ["liu.yang", "zheng.jun", None])
def test_list_of_someone_else_is_refused_as_if_there_were_none(world: World, by: str | None) -> None:
    kept = keep(world, "超期的", "chen.guoping", shared=True)
    actor = world.actor(by) if by else ANONYMOUS
    refusals = []
    for id in (kept.pk, UUID(int=7)):
        with pytest.raises(Refusal) as refused:
            insight.forget_list(id, actor=actor)
        refusals.append((refused.value.kind, str(refused.value.text)))
    assert refusals[0] == refusals[1]
    assert refusals[0][0] is Kind.MISSING
    assert SavedList.objects.count() == 1


def test_forgotten_list_is_gone_for_everyone_and_reading_costs_nothing_when_warm(world: World) -> None:
    kept = keep(world, "超期的", "chen.guoping", shared=True)
    actor = world.actor("chen.guoping")
    assert queries.kept_lists(actor)
    with statements() as sent:
        queries.kept_lists(actor)
    assert len(sent) == 0
    insight.forget_list(kept.pk, actor=actor)
    assert queries.kept_lists(actor) == ()
