"""Places named in an address."""

from __future__ import annotations

import pytest

from gewu.territory.rules import words

NAMES = {
    "320111004": "江浦街道",
    "320111005": "桥林街道",
    "320111001": "泰山街道",
    "320111001020": "大桥社区居委会",
    "320111009006": "大桥社区居委会",
    "320111009": "永宁街道",
    "320111004015": "珠江社区居委会",
    "320111004015003": "珠江社区第03网格",
    "320111004016003": "巩固社区第03网格",
    "320111004016": "巩固社区居委会",
    "320111005208": "七联村委会",
}


@pytest.mark.parametrize(
    "address, first",
    [
        ("江浦街道珠江社区雨山路口", "320111004015"),
        ("珠江社区3号网格", "320111004015003"),
        ("永宁街道大桥社区路灯不亮", "320111009006"),
        ("泰山街道大桥社区路灯不亮", "320111001020"),
        ("桥林七联村村口", "320111005208"),
        ("桥林街道办事处门前", "320111005"),
    ],
)
def test_the_likeliest_place_comes_first(address: str, first: str) -> None:
    assert words.suggest(address, NAMES)[0] == first


def test_an_address_that_names_no_place_suggests_none() -> None:
    assert words.suggest("路灯不亮", NAMES) == ()
    assert words.suggest("", NAMES) == ()
    assert words.suggest("3号网格", NAMES) == ()


@pytest.mark.parametrize(
    "name, stem",
    [("珠江社区居民委员会", "珠江"), ("七联村委会", "七联"), ("江浦街道", "江浦"), ("石村", "石村")],
)
def test_stem_keeps_at_least_two_characters(name: str, stem: str) -> None:
    assert words.stem(name) == stem


def test_grids_are_named_after_their_community() -> None:
    assert words.grid_name("320111004015003", "珠江社区居委会") == "珠江社区第03网格"
    assert words.grid_name("32011100401500312", "珠江社区居委会") == "珠江社区第03网格第12微网格"
