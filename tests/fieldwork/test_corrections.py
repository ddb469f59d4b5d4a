"""Facts of a spot put right by several people apart: joined, or kept until a person decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.fieldwork.models import Spot, SpotConflict, SpotVersion
from gewu.infra import stream
from gewu.kernel.branches import Clash
from gewu.kernel.refusals import Kind, Refusal
from tests.world import GRID, World


def market(world: World, name: str = "南门农贸市场") -> Spot:
    draft = fieldwork.SpotDraft(name, "market", GRID, address="学府路 12 号")
    return fieldwork.add_spot(draft, actor=world.actor("zhou.min"), now=world.now)


def correct(
    world: World, spot: Spot, by: str = "zhao.qiang", *, trunk: int = 1, step: int = 1,
    branch: UUID | None = None, key: UUID | None = None, **values: str,
) -> fieldwork.Corrected:  # fmt: skip
    edit = fieldwork.SpotEdit(spot.pk, branch or uuid4(), trunk, values, step)
    return fieldwork.correct_spot(edit, key=key or uuid4(), actor=world.actor(by), now=world.now)


def decide(world: World, conflict: UUID, by: str = "zhou.min", version: int = 2, **choice: str) -> Any:
    return fieldwork.decide_spot(conflict, choice, version=version, actor=world.actor(by), now=world.now)


def told(position: int) -> list[str]:
    return [one.type for one in stream.after(position)]


@pytest.mark.both_databases
def test_edits_of_different_facts_go_together_and_it_is_told(world: World) -> None:
    spot, position = market(world), stream.last_position()
    assert correct(world, spot, hours="每天 6:00–19:00") == fieldwork.Corrected(2)
    assert correct(world, spot, "zhou.min", address="学府路 14 号") == fieldwork.Corrected(3, ("hours",))
    spot.refresh_from_db()
    assert (spot.hours, spot.address, spot.version) == ("每天 6:00–19:00", "学府路 14 号", 3)
    assert told(position) == ["SpotCorrected", "SpotCorrected"]
    page = queries.spot_page(world.actor("zhao.qiang"), spot.pk)
    assert [(one.number, one.who, [name for name, *_ in one.changed]) for one in page.history[:2]] == [
        (3, "周敏", ["address"]),
        (2, "赵强", ["hours"]),
    ]
    assert page.history[0].others == ("hours",)


@pytest.mark.both_databases
def test_edits_of_the_same_fact_are_kept_and_nothing_is_written_until_a_person_decides(world: World) -> None:
    spot = market(world)
    correct(world, spot, "zhou.min", address="学府路 14 号")
    position, key, branch = stream.last_position(), uuid4(), uuid4()
    mine = {"address": "学府路 12 号北门", "fire": "北门左侧"}
    kept = correct(world, spot, key=key, branch=branch, **mine)
    clash = Clash("address", "学府路 12 号", "学府路 12 号北门", "学府路 14 号")
    assert kept == fieldwork.Corrected(2, ("address",), key, (clash,))
    assert correct(world, spot, key=key, branch=branch, **mine) == kept
    spot.refresh_from_db()
    assert (spot.address, spot.fire, spot.version) == ("学府路 14 号", "", 2)
    assert told(position) == ["SpotEditKept"]
    (line,) = queries.conflicts(world.actor("zhou.min")).rows
    assert (line.who, line.clashes, line.besides) == ("赵强", (clash,), (("fire", "北门左侧"),))
    assert queries.own_conflicts(world.actor("zhao.qiang")) == (key,)

    assert decide(world, key, address="mine").number == 3
    spot.refresh_from_db()
    assert (spot.address, spot.fire) == ("学府路 12 号北门", "北门左侧")
    assert queries.conflicts(world.actor("zhou.min")).rows == ()
    assert correct(world, spot, key=key, branch=branch, **mine).number == 3, (
        "what was decided is asked for again"
    )
    assert SpotVersion.objects.count() == 3


def test_a_step_on_top_of_a_conflict_waits_and_follows_what_was_decided(world: World) -> None:
    spot, branch, key = market(world), uuid4(), uuid4()
    correct(world, spot, "zhou.min", address="学府路 14 号")
    correct(world, spot, key=key, branch=branch, address="学府路 12 号北门")
    with pytest.raises(Refusal, match="这处改动的前一步还没有收到"):
        correct(world, spot, branch=branch, step=2, hours="全天")
    decide(world, key, "zhao.qiang", address="theirs")
    assert correct(world, spot, branch=branch, step=2, hours="全天") == fieldwork.Corrected(4, ("address",))
    spot.refresh_from_db()
    assert (spot.address, spot.hours) == ("学府路 14 号", "全天")


def test_a_decision_on_what_no_longer_stands_or_without_a_choice_is_refused(world: World) -> None:
    spot, key = market(world), uuid4()
    correct(world, spot, "zhou.min", address="学府路 14 号")
    correct(world, spot, key=key, address="学府路 12 号北门")
    with pytest.raises(Refusal, match="请为“地址”选一种写法"):
        decide(world, key)
    correct(world, spot, "zhou.min", trunk=2, address="学府路 16 号")
    with pytest.raises(Refusal, match="您对照之后这个点位又有改动"):
        decide(world, key, address="mine")
    with pytest.raises(Refusal) as refused:
        decide(world, key, "sun.li", version=3, address="mine")
    assert refused.value.kind is Kind.FORBIDDEN
    assert decide(world, key, version=3, address="theirs").number == 4
    assert decide(world, key, version=3, address="theirs").number == 4, "the same decision again"
    with pytest.raises(Refusal, match="这处改动已由别人定下"):
        decide(world, key, "zhao.qiang", version=4, address="mine")
    assert SpotConflict.objects.get().kept == {"address": "theirs"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "没有改动"),
        ({"owner": "张三"}, "点位没有“owner”这一项"),
        ({"name": "  "}, "请填写点位名称"),
        ({"kind": "home"}, "没有“home”这种点位"),
        ({"hours": "长" * 81}, "文字过长，最多 80 个字"),
        ({"hours": "找老张 13800138000"}, "点位只写地方的情况"),
    ],
    ids=["nothing", "no-such-fact", "no-name", "no-such-kind", "too-long", "a-person"],
)
def test_facts_of_persons_and_what_makes_no_sense_are_refused(
    world: World, values: dict[str, str], words: str
) -> None:
    spot = market(world)
    with pytest.raises(Refusal, match=words):
        correct(world, spot, **values)
    assert SpotVersion.objects.count() == 1


def test_a_name_that_stands_there_already_and_a_grid_of_others_are_refused(world: World) -> None:
    spot, _ = market(world), market(world, "学府路小学")
    with pytest.raises(Refusal, match="此地已有名为“学府路小学”的点位"):
        correct(world, spot, name="学府路小学")
    with pytest.raises(Refusal) as refused:
        correct(world, spot, "sun.li", hours="全天")
    assert refused.value.kind is Kind.FORBIDDEN
