"""Names of units in somebody's table: which mean the same, and where they sit."""

from __future__ import annotations

import pytest

from gewu.intake.actions.grouping import Ground, Spelling, grouped, seat, stem

COUNTY, PINGSHAN, BILING, KENGZI, MALUAN = "440310", "440310001", "440310003", "440310005", "440310002"
LIUHE = "440310001002"
GROUND = Ground(
    COUNTY,
    {PINGSHAN: "坪山街道", BILING: "碧岭街道", KENGZI: "坑梓街道", MALUAN: "马峦街道"},
    {LIUHE: "六和社区", "440310003001": "碧岭社区"},
)


@pytest.mark.parametrize(
    ("name", "place", "rest"),
    [
        ("坪山街道综合执法队（坪山街道办事处）", PINGSHAN, "综合执法队"),
        ("坪山街道综合执法队", PINGSHAN, "综合执法队"),
        ("坪山街道综合执法队(坪山街道办事处)", PINGSHAN, "综合执法队"),
        ("马峦办事处综合执法队（马峦街道办事处）", MALUAN, "综合执法队"),
        ("土地整备中心（碧岭办）", BILING, "土地整备中心"),
        ("土地整备中心（马峦）", MALUAN, "土地整备中心"),
        ("坑梓自来水公司（坑梓辖区）", KENGZI, "坑梓自来水公司"),
        ("坑梓街道分中心处置（坑梓街道办事处）", KENGZI, "分中心"),
        ("六和社区（坪山街道办事处）", LIUHE, "六和社区"),
        ("六和社区工作站", LIUHE, "六和社区工作站"),
        ("坪山公安分局", COUNTY, "坪山公安分局"),
        ("发展和改革局（统计局）", COUNTY, "发展和改革局（统计局）"),
        ("区指挥中心处置", COUNTY, "区指挥中心"),
        ("碧岭街道", COUNTY, "碧岭街道"),
    ],
)
def test_a_name_says_where_its_unit_sits(name: str, place: str, rest: str) -> None:
    assert seat(name, GROUND) == (place, rest)


def names(*spellings: tuple[str, str]) -> list[tuple[str, str, int]]:
    found = grouped([Spelling(*one) for one in spellings], GROUND)
    return [(group.place, group.name, len(group.spellings)) for group in found]


def test_with_and_without_the_street_in_brackets_is_one_unit() -> None:
    assert names(("坪山街道综合执法队", ""), ("坪山街道综合执法队（坪山街道办事处）", "")) == [
        (PINGSHAN, "坪山街道综合执法队", 2)
    ]


def test_the_same_name_in_two_streets_is_two_units() -> None:
    assert names(("城管办（坑梓街道办事处）", "1772"), ("城管办（碧岭街道办事处）", "1876")) == [
        (BILING, "碧岭街道城管办", 1),
        (KENGZI, "坑梓街道城管办", 1),
    ]


def test_short_and_long_forms_of_an_office_are_one_unit_called_as_it_is_called_most() -> None:
    long, short = ("城建办公室（坑梓街道办事处）", ""), ("城建办（坑梓街道办事处）", "")
    assert names(long, short, short) == [(KENGZI, "坑梓街道城建办", 2)]
    assert names(long, short, long) == [(KENGZI, "坑梓街道城建办公室", 2)]


def test_one_number_is_one_unit_and_gives_a_bare_name_its_street() -> None:
    """城建办 stands alone in 58 rows; its number tells which street's it is."""
    found = names(
        ("城建办", "9466"),
        ("城建办（马峦街道办事处）", "9466"),
        ("城建办", "9444"),
        ("城建办（坑梓街道办事处）", "9444"),
    )
    assert found == [(MALUAN, "马峦街道城建办", 2), (KENGZI, "坑梓街道城建办", 2)]


def test_one_number_joins_names_that_look_different() -> None:
    assert len(names(("市规划国土委坪山管理局", "1881"), ("市规土委坪山管理局", "1881"))) == 1


def test_bare_names_without_a_number_stay_apart() -> None:
    assert len(names(("坪山供电局", ""), ("坪山公安分局", ""))) == 2


def test_the_order_of_rows_changes_nothing() -> None:
    spellings = [
        Spelling("六和社区", "1754"),
        Spelling("六和社区（坪山街道办事处）", "1754"),
        Spelling("民政局", "1"),
    ]
    assert grouped(spellings, GROUND) == grouped(reversed(spellings), GROUND)


@pytest.mark.parametrize(
    ("name", "short"),
    [("六联社区居委会", "六联社区"), ("六联社区居民委员会", "六联社区"), ("六联社区", "六联社区")],
)
def test_a_community_is_spoken_of_without_its_committee(name: str, short: str) -> None:
    assert stem(name) == short
