"""Places by their code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.kernel.places import (
    Level,
    ancestors,
    checked,
    county_of,
    from_statistics,
    is_within,
    level_of,
    parent_of,
)
from gewu.kernel.refusals import Refusal

MICRO = "32011100100200304"
codes = st.sampled_from([level.digits for level in Level]).flatmap(
    lambda n: st.integers(10 ** (n - 1), 10**n - 1).map(str)
)


@pytest.mark.parametrize(
    ("code", "level", "word"),
    [
        ("32", Level.PROVINCE, "省"),
        ("3201", Level.CITY, "市"),
        ("320111", Level.COUNTY, "区县"),
        ("320111001", Level.STREET, "街道"),
        ("320111001002", Level.COMMUNITY, "社区"),
        ("320111001002003", Level.GRID, "网格"),
        (MICRO, Level.MICRO_GRID, "微网格"),
    ],
)
def test_level_of_code(code: str, level: Level, word: str) -> None:
    assert level_of(code) is level
    assert str(level.label) == word


@pytest.mark.parametrize("code", ["", "3", "320", "32011", "32a1", "３２", "02", "320111 ", "3" * 18])
def test_malformed_code_is_refused(code: str) -> None:
    with pytest.raises(Refusal, match="不是区划或网格代码") as caught:
        checked(code)

    assert caught.value.field == "place"


def test_ancestors_from_the_province_down() -> None:
    assert ancestors(MICRO) == (
        "32",
        "3201",
        "320111",
        "320111001",
        "320111001002",
        "320111001002003",
    )


def test_parent_of_a_province_is_none() -> None:
    assert parent_of("32") is None


@given(codes)
def test_parent_is_the_last_ancestor_and_holds_the_place(code: str) -> None:
    assert [parent_of(code)] == list(ancestors(code)[-1:] or [None])
    assert all(is_within(code, above) for above in ancestors(code))


@pytest.mark.parametrize(
    ("code", "prefix", "inside"),
    [
        ("320111001", "320111", True),
        ("320111", "320111", True),
        ("320111", "", True),
        ("320111", "320111001", False),
        ("320112", "320111", False),
        ("320111", "32011", False),
        ("320111", "3", False),
    ],
)
def test_is_within(code: str, prefix: str, inside: bool) -> None:
    assert is_within(code, prefix) is inside


def test_county_of_grid() -> None:
    assert county_of(MICRO) == "320111"


@pytest.mark.parametrize("code", ["32", "3201"])
def test_county_of_a_city_is_refused(code: str) -> None:
    with pytest.raises(Refusal, match="不在任何区县之内"):
        county_of(code)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("320000000000", "32"),
        ("320100000000", "3201"),
        ("320111000000", "320111"),
        ("320111001000", "320111001"),
        ("320111001002", "320111001002"),
        ("429004000000", "429004"),
        ("441900003000", "441900003"),
        ("320110000000", "320110"),
        ("320111010000", "320111010"),
    ],
)
def test_from_statistics(written: str, code: str) -> None:
    assert from_statistics(written) == code


@pytest.mark.parametrize("written", ["320111", "32011100100x", "320111000002", "320011001002", ""])
def test_from_statistics_refuses(written: str) -> None:
    with pytest.raises(Refusal):
        from_statistics(written)
