"""The analysis by any two cuts and any filter: the counts are those of the cases, counted one by one."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from gewu.cases import queries as cases
from gewu.cases.models import Case
from gewu.cases.queries import narrowing
from gewu.insight import queries as insight
from gewu.kernel.refusals import Kind, Refusal
from tests.world import COUNTY, GRID, RIVERSIDE, SOUTH_GATE, STREET, World

SPOTS = ({"lon": 118.6025, "lat": 32.0575}, {"lon": 118.6225, "lat": 32.0375}, {"lon": None, "lat": None})
ROUNDS = 60


def furnished(world: World) -> None:
    """Cases of several classes, places, days and states."""
    for n, (spot, matter) in enumerate(product(SPOTS, ("C0101", "C0137", "E0101"))):
        world.later(hours=7)
        case = world.accepted(world.report(f"第{n}处坏了", **spot), matter=matter)
        if n % 3 == 0 and case.lead_path and matter == "C0101":
            world.step(case, "sign_for", "chen.guoping")
    world.later(days=1)
    world.case_at("closed")
    world.case_at("checking")


def key(cut: str, case: Case, place: str, table: insight.Table, *, closed: bool) -> object:
    """Where a case belongs, found without the database."""
    if cut == "place":
        return case.place[: insight.digits_below(place)]
    if cut == "time":
        at = case.closed_at if closed else case.filed_at
        return max(n for n, begins in enumerate(table.spans) if begins <= at)
    parts = {"group": case.matter[:3], "matter": case.matter, "unit": case.lead_path, "state": case.state}
    return parts.get(cut, case.origin)


def test_counts_equal_those_of_the_cases_one_by_one_for_any_filter(world: World) -> None:
    furnished(world)
    leader, draw, seen = world.actor("ma.jianguo"), random.Random(20260302), 0
    for _ in range(ROUNDS):
        rows, columns = draw.sample(list(insight.CUTS), 2)
        closed = draw.random() < 0.2
        until = world.now + timedelta(hours=draw.randint(1, 30))
        since = until - timedelta(days=draw.randint(1, 9))
        span = ("closed_from", "closed_until") if closed else ("filed_from", "filed_until")
        filters = replace(
            cases.Filters(
                state="all",
                place=draw.choice([COUNTY, STREET, SOUTH_GATE, RIVERSIDE, GRID]),
                matter=draw.choice(["", "", "C01", "C0137"]),
                overdue=draw.random() < 0.2,
                text=draw.choice(["", "", "坏了"]),
            ),
            **dict(zip(span, (since, until), strict=True)),
        )
        table = insight.analysis(leader, rows, columns, filters, closed=closed, now=world.now)
        found = [case for case in narrowing.visible_to(leader) if fits(case, filters, world)]
        direct = Counter(
            tuple(key(cut, case, filters.place, table, closed=closed) for cut in (rows, columns))
            for case in found
        )
        assert dict(table.counts) == dict(direct), (rows, columns, filters)
        assert table.total == len(found) == listed(world, filters)
        seen += len(found)
    assert seen > ROUNDS


def fits(case: Case, filters: cases.Filters, world: World) -> bool:
    """The filters said once more, in plain words."""
    closed_until = filters.closed_until or world.now
    late = case.closed_at is None and case.due_at is not None and case.due_at < world.now
    filed = (filters.filed_from or case.filed_at) <= case.filed_at
    filed = filed and (filters.filed_until is None or case.filed_at < filters.filed_until)
    ended = filters.closed_from is None or (
        case.closed_at is not None and filters.closed_from <= case.closed_at < closed_until
    )
    named = case.place.startswith(filters.place) and case.matter.startswith(filters.matter)
    return named and filed and ended and (late or not filters.overdue) and filters.text in case.title


def listed(world: World, filters: cases.Filters) -> int:
    """How many rows the list behind it has."""
    return len(cases.inbox(world.actor("ma.jianguo"), filters, size=200, now=world.now).rows)


@pytest.mark.parametrize(
    ("by", "rows", "columns", "place", "field"),
    [
        ("ma.jianguo", "weather", "place", COUNTY, "rows"),
        ("ma.jianguo", "place", "place", COUNTY, "columns"),
        ("chen.guoping", "place", "group", COUNTY, None),
        ("ma.jianguo", "place", "group", "320112", None),
    ],
)
def test_what_is_no_cut_and_places_of_others_are_refused(
    world: World, by: str, rows: str, columns: str, place: str, field: str | None
) -> None:
    span = {"filed_from": world.now - timedelta(days=1), "filed_until": world.now}
    with pytest.raises(Refusal) as refused:
        insight.analysis(world.actor(by), rows, columns, cases.Filters(place=place, **span), now=world.now)
    assert refused.value.field == field
    assert field or refused.value.kind is Kind.FORBIDDEN


def test_table_without_both_ends_of_its_time_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        insight.analysis(
            world.actor("ma.jianguo"), "place", "group", cases.Filters(place=COUNTY), now=world.now
        )
    assert refused.value.field == "filed"
