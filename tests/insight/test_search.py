"""What is looked for is found within what one may open; nothing else is found, counted or told of."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gewu.cases import actions as cases
from gewu.infra import search, store, stream, switches
from gewu.infra.models import SearchEntry, SearchFeed
from gewu.insight import actions
from gewu.insight import queries as insight
from gewu.insight.actions import feeding
from gewu.insight.queries import Sought
from gewu.intake import actions as intake
from gewu.kernel.refusals import Refusal
from tests.world import COUNTY, GRID, RIVERSIDE, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.django_db


def fed(world: World) -> None:
    """The index read up to now."""
    while actions.feed_search(world.now):
        pass


def found(world: World, name: str, text: str, kind: str = "case", **narrow: object) -> list[str]:
    """The keys of what someone finds of a kind, page after page."""
    sought = Sought(text, kind, **narrow)
    keys: list[str] = []
    after = ""
    while True:
        page = insight.search_kind(world.actor(name), sought, after=after, size=2, now=world.now)
        keys += [one.key for one in page.rows]
        after = page.after
        if not after:
            return keys


def groups(world: World, name: str, text: str, **narrow: object) -> dict[str, int]:
    told = insight.search_all(world.actor(name), Sought(text, **narrow), now=world.now)
    return {one.kind: one.count for one in told}


@pytest.mark.both_databases
def test_each_role_finds_and_counts_what_it_may_open_and_nothing_else(world: World) -> None:
    here = world.accepted(world.report("南门桥下的井盖被大车压坏了"))
    far = world.accepted(
        world.report("滨江桥下的井盖被大车压坏了", lon=118.6225, lat=32.0375), matter="C0101"
    )
    waiting = world.report("桥下的井盖没有人管")
    fed(world)
    both = {here.number, far.number}
    assert set(found(world, "zhou.min", "桥下的井盖")) == both
    assert set(found(world, "zheng.jun", "桥下")) == both
    assert set(found(world, "chen.guoping", "大车压坏")) == both  # its office leads both
    assert found(world, "wang.fang", "大车压坏") == []
    assert found(world, "wu.kai", "大车压坏") == []
    assert (found(world, "zhao.qiang", "桥下"), found(world, "sun.li", "桥下")) == (
        [here.number] if here.place.startswith(GRID) else [],
        [far.number] if far.place.startswith(RIVERSIDE + "001") else [],
    )
    for name in ("qian.lei", "fang.an", "shen.ji"):  # who sets the platform up reads no case
        assert not {"case", "report"} & groups(world, name, "井盖").keys()
    assert found(world, "li.wen", "没有人管", "report") == [str(waiting.pk)]
    assert found(world, "chen.guoping", "没有人管", "report") == []
    assert groups(world, "wang.fang", "桥下的井盖") == {}
    assert groups(world, "zhou.min", "桥下的井盖")["case"] == 2


def test_case_about_ones_own_unit_is_kept_from_its_people(world: World) -> None:
    case = world.case_at("handling")
    fed(world)
    assert found(world, "he.jie", "看不清") == [case.number]
    world.step(case, "name_concern", "zhou.min", about=f"{STREET}-grid_centre")
    assert found(world, "he.jie", "看不清") == []  # at once, before the index has read of it
    fed(world)
    assert found(world, "he.jie", "看不清") == []
    assert found(world, "he.jie", case.number) == []
    assert "case" not in groups(world, "he.jie", "看不清")
    assert found(world, "zheng.jun", "看不清") == [case.number]


def test_nothing_of_who_reported_is_ever_in_the_index(world: World) -> None:
    world.report("请打我电话 13912345678 或写 someone@example.org，井盖坏了")
    world.accepted(world.report("我的座机 025-83123456，身份证 320111199001011234，路灯不亮"))
    fed(world)
    kept = "\n".join(f"{one.head} {one.body}" for one in SearchEntry.objects.all())
    assert "井盖坏了" in kept and "路灯不亮" in kept
    for secret in (
        "张三",
        "13800138000",
        "zhang@example.org",
        "13912345678",
        "someone@",
        "83123456",
        "19900101",
    ):
        assert secret not in kept
        assert groups(world, "li.wen", secret) == {}
    assert world.report().progress_code.casefold() not in kept


def test_words_that_were_deleted_leave_the_index_in_the_same_moment(world: World) -> None:
    case = world.case_at("confirmed")
    declined = world.report("邻居家的狗夜里一直叫")
    intake.take(declined.pk, "decline", actor=world.actor("li.wen"), now=world.now, reason="不属受理范围")
    fed(world)
    assert found(world, "zheng.jun", "晚上看不清") and found(world, "li.wen", "夜里一直叫", "report")
    world.later(days=1826, hours=1)
    cases.erase_words(world.now, batch=100)
    intake.erase_records(world.now)
    assert not SearchEntry.objects.filter(kind__in=("case", "report")).exists()
    fed(world)
    assert not SearchEntry.objects.filter(kind__in=("case", "report")).exists()
    assert found(world, "zheng.jun", "晚上看不清") == []
    assert found(world, "zheng.jun", case.number) == [case.number]  # its number, place and times stay


def test_exact_number_comes_first_then_names_then_what_fits_best(world: World) -> None:
    first = world.accepted(world.report("路面积水"))
    world.later(hours=1)
    told = world.accepted(world.report(f"与工单 {first.number} 是同一处，路面又积水，路面积水很深"))
    fed(world)
    assert found(world, "zhou.min", first.number)[0] == first.number
    assert found(world, "zhou.min", first.number[7:]) == [first.number, told.number]
    assert set(found(world, "zhou.min", "路面积水")) == {told.number, first.number}
    assert found(world, "zhou.min", "路面积水 很深") == [told.number]


@pytest.mark.parametrize(
    ("typed", "kind", "key"),
    [
        ("南门社区", "place", SOUTH_GATE),
        ("nanmen", "place", SOUTH_GATE),
        ("nmsqjwh", "place", SOUTH_GATE),
        ("ＮＭＳＱ", "place", SOUTH_GATE),
        (SOUTH_GATE, "place", SOUTH_GATE),
        ("供水", "unit", f"{COUNTY}-water_supply"),
        ("gongshui", "unit", f"{COUNTY}-water_supply"),
        ("hejie", "person", "320111004-grid_centre"),
        ("hj", "person", "320111004-grid_centre"),
        ("何洁", "person", "320111004-grid_centre"),
        ("上水井盖", "matter", "C0101"),
        ("自来水井盖", "matter", "C0101"),
        ("C0101", "matter", "C0101"),
    ],
    ids=lambda value: value.replace(" ", "_") if value.isascii() else value.encode("utf-8").hex()[:24],
)
def test_names_are_found_by_sound_initials_code_and_what_people_call_them(
    world: World, typed: str, kind: str, key: str
) -> None:
    fed(world)
    assert key in found(world, "zhou.min", typed, kind)


def test_filters_narrow_and_a_wrong_one_is_refused(world: World) -> None:
    early = world.case_at("closed")
    world.later(days=3)
    late = world.accepted(world.report("人行道上的上水井盖又不见了"))
    fed(world)
    assert set(found(world, "zhou.min", "上水井盖")) == {early.number, late.number}
    assert found(world, "zhou.min", "上水井盖", state="closed") == [early.number]
    assert found(world, "zhou.min", "上水井盖", state="open") == [late.number]
    assert found(world, "zhou.min", "上水井盖", place=RIVERSIDE) == []
    assert found(world, "zhou.min", "上水井盖", since=world.now - timedelta(days=1)) == [late.number]
    assert found(world, "zhou.min", "上水井盖", until=world.now - timedelta(days=1)) == [early.number]
    assert set(groups(world, "zhou.min", "上水井盖", state="closed")) == {"case"}
    for wrong in ({"state": "nowhere"}, {"place": '1" OR'}, {"kind": "secrets"}):
        with pytest.raises(Refusal):
            Sought("井盖", **wrong)
    with pytest.raises(Refusal):
        insight.search_kind(world.actor("zhou.min"), Sought("井盖", "case"), after="x", now=world.now)
    assert found(world, "zhou.min", "   ") == [] and groups(world, "zhou.min", "") == {}


@pytest.mark.both_databases
def test_feeding_that_is_stopped_anywhere_goes_on_with_nothing_missing_or_doubled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = {world.accepted(world.report(f"第{n}处井盖坏了")).number for n in range(5)}
    monkeypatch.setattr(feeding, "BATCH", 2)
    put, calls = search.put, [0]

    def stops(entries: list[search.Entry]) -> int:
        """Written, and then the process is gone before the transaction ends: again and again."""
        done = put(entries)
        calls[0] += 1
        matters = any(one.kind in ("case", "report") for one in entries)
        if calls[0] == 3 or (matters and calls[0] % 2):
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(search, "put", stops)
    for _ in range(200):
        try:
            if not actions.feed_search(world.now):
                break
        except KeyboardInterrupt:
            continue
    at = search.feed()
    assert at is not None and at.whole and at.position == stream.last_position()
    assert set(found(world, "zhou.min", "处井盖坏了")) == numbers
    assert SearchEntry.objects.filter(kind="case").count() == 5


@pytest.mark.both_databases
def test_made_anew_while_things_happen_it_ends_whole_and_says_how_far_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [world.accepted(world.report(f"旧的第{n}处路灯不亮")).number for n in range(4)]
    fed(world)
    monkeypatch.setattr(feeding, "BATCH", 2)
    at = actions.make_anew(world.now)
    assert (at.whole, at.done) == (False, 0) and at.expected >= 4
    assert found(world, "zhou.min", "路灯不亮") == []
    actions.feed_search(world.now)
    fresh = world.accepted(world.report("新的一处路灯不亮")).number
    seen = []
    while actions.feed_search(world.now):
        seen.append(SearchFeed.objects.get().done)
    assert seen == sorted(seen)
    assert set(found(world, "zhou.min", "路灯不亮")) == {*old, fresh}
    at = search.feed()
    assert at is not None and at.whole and at.ended_at == world.now


def test_inbox_finds_words_by_the_index_and_what_it_has_not_read_yet_by_looking(world: World) -> None:
    from gewu.cases import queries as case_queries  # noqa: PLC0415 -- beside its only use

    def listed(text: str) -> set[str]:
        filters = case_queries.Filters(state="all", text=text)
        page = case_queries.inbox(world.actor("zhou.min"), filters, now=world.now)
        return {one.number for one in page.rows}

    one = world.accepted(world.report("桥头的路灯不亮"))
    assert listed("桥头的路灯") == {one.number}  # no index yet
    fed(world)
    two = world.accepted(world.report("桥头的路灯又不亮"))
    assert listed("桥头的路灯") == {one.number, two.number}  # not read yet
    fed(world)
    assert listed("桥头的路灯") == {one.number, two.number}
    assert listed("没有这样的话") == set()


def test_nothing_is_written_while_nothing_happens(world: World) -> None:
    fed(world)
    before = list(SearchFeed.objects.values())
    assert actions.feed_search(world.now + timedelta(minutes=5)) == 0
    assert list(SearchFeed.objects.values()) == before
    with store.writing():
        assert search.forget("case", []) == 0


def test_a_moment_is_a_key(world: World) -> None:
    assert search.number_of(world.now) < search.number_of(world.now + timedelta(milliseconds=1))
    assert search.number_of(datetime(2100, 1, 1, tzinfo=world.now.tzinfo)) < 1 << 63


def test_past_answers_are_proposed_within_ones_rights_and_switched_off_like_the_others(world: World) -> None:
    past = world.case_at("closed")
    fed(world)
    case = world.accepted(world.report("人行道上的上水井盖又不见了，晚上看不清路。"))

    def proposed(name: str, text: str = case.text, matter: str = "C0101") -> list[str]:
        found = insight.past_answers(world.actor(name), case.pk, matter, case.place, text)
        return [one.number for one in found]

    assert proposed("chen.guoping") == proposed("zhou.min") == [past.number]
    assert proposed("wang.fang") == proposed("qian.lei") == []
    assert proposed("chen.guoping", matter="C0137") == []
    assert proposed("chen.guoping", text="公交站台的座椅松动") == []
    switches.set_switch(
        "suggest.answers", False, reason="先不用", actor=world.actor("qian.lei"), now=world.now
    )
    assert proposed("chen.guoping") == []
