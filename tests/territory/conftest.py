"""One street with two communities and nine square grids, for the tests of places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from gewu.security.actors import Actor, Relation, Standing
from gewu.territory import actions, queries
from gewu.territory.rules.divisions import DivisionRow

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)
STREET = "320111004"
UPPER, LOWER = "320111004015", "320111004016"
#: West, south, east, north: three columns and three rows of 0.01 degrees.
BOUNDS = (118.60, 32.00, 118.63, 32.03)

DIVISIONS = [
    DivisionRow("32", "江苏省"),
    DivisionRow("3201", "南京市"),
    DivisionRow("320111", "浦口区"),
    DivisionRow(STREET, "江浦街道"),
    DivisionRow(UPPER, "珠江社区居委会"),
    DivisionRow(LOWER, "巩固社区居委会"),
]


@pytest.fixture(autouse=True)
def _fresh_net() -> Iterator[None]:
    """What a process remembers of the net outlives the rolled-back rows of a test."""
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def keeper() -> Actor:
    """The grid administrator of the county."""
    rights = frozenset({"grids.manage"})
    return Actor("account:keeper", "网格管理员", (Standing("administrator", rights, Relation.TERRITORY, ""),))


@pytest.fixture
def department() -> Actor:
    """A department: it has rights, but not this one."""
    rights = frozenset({"cases.see"})
    return Actor("account:department", "城管局", (Standing("handler", rights, Relation.TERRITORY, "320111"),))


@pytest.fixture
def divisions(db: None, keeper: Actor) -> None:
    actions.record_divisions(DIVISIONS, "divisions.csv", actor=keeper, now=NOW)


@pytest.fixture
def street(divisions: None, keeper: Actor) -> None:
    """Nine grids in force: five of the upper community, four of the lower, from the north-west corner."""
    actions.lay_lattice(STREET, {UPPER: 5, LOWER: 4}, BOUNDS, since=FIRST_DAY, actor=keeper, now=NOW)
