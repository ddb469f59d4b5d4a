"""One message finds the rest of its issue, and the places it names."""

from __future__ import annotations

import random
import time

import pytest

from gewu.assistants.queries import Issues, Names

SAYS = {
    "concrete": ["丽水新城旁边的搅拌站施工", "搅拌站粉尘大", "丽水新城住户被搅拌站吵醒", "混凝土搅拌站"],
    "parking": ["滨江苑买房捆绑买车位", "强制捆绑销售车位", "滨江苑车位贵还要捆绑", "车位捆绑违法"],
}  # fmt: skip
OTHERS = ["学校", "医院", "公交", "水管", "路灯", "垃圾", "工资", "社保"]


def message(name: str, draw: random.Random) -> str:
    return "，".join(draw.sample(SAYS[name], 3)) + draw.choice(OTHERS)


def passing(draw: random.Random) -> str:
    odd = "".join(chr(0x4E00 + draw.randrange(4000)) for _ in range(20))
    return f"咨询{odd}的问题"


def test_one_message_finds_the_rest_of_its_issue_first() -> None:
    draw = random.Random(2)
    texts = [message(name, draw) for name in SAYS for _ in range(8)] + [passing(draw) for _ in range(150)]
    issues = Issues.of(texts)
    for at in range(16):
        ranked = [n for n in issues.alike(texts[at]).argsort()[::-1].tolist() if n != at]
        assert {n // 8 for n in ranked[:7]} == {at // 8}


def test_messages_that_come_one_by_one_are_placed_with_their_issue_and_strangers_alone() -> None:
    draw = random.Random(3)
    issues = Issues()
    for _ in range(100):
        issues.place(passing(draw))
    placed = {name: [issues.place(message(name, draw))[0] for _ in range(6)] for name in SAYS}
    assert all(len(set(found)) == 1 for found in placed.values())
    assert placed["concrete"] != placed["parking"]
    assert len(set(issues.issue)) >= 95


def test_message_is_placed_among_thousands_quickly() -> None:
    draw = random.Random(4)
    issues = Issues.of([passing(draw) + passing(draw) for _ in range(4000)])
    took = []
    for _ in range(11):
        begun = time.thread_time()
        issues.place(passing(draw) + passing(draw))
        took.append(time.thread_time() - begun)
    assert sorted(took)[5] < 0.02


@pytest.mark.parametrize(
    "text", ["", "🙂", "\ud800", "啊" * 1_000_000], ids=["empty", "emoji", "half", "long"]
)
def test_hostile_message_is_placed_too(text: str) -> None:
    issues = Issues.of(["路灯坏了", "井盖没了"])
    assert issues.place(text)[0] == 2
    assert len(issues) == 3


NAMES = Names(
    {"江浦街道": ("street", "320111001"), "珠江社区": ("community", "320111001002"), "珠江": ("road", "")}
)


def test_names_of_the_territory_are_found_by_the_longest_and_others_by_how_they_end() -> None:
    found = NAMES.found_in("我住在江浦街道珠江社区，门口的文德东路靠近明发滨江新城，请来看看")
    assert [(one.name, one.kind, one.code) for one in found] == [
        ("江浦街道", "street", "320111001"),
        ("珠江社区", "community", "320111001002"),
        ("文德东路", "road", ""),
        ("明发滨江新城", "estate", ""),
    ]


@pytest.mark.parametrize("text", ["", "小区的马路", "🙂路", "一条路在社区", "路" * 10_000])
def test_words_that_are_no_names_give_none(text: str) -> None:
    assert [one.name for one in NAMES.found_in(text)] == []
