"""Lists by keyset: every row exactly once, whatever happens in between."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from gewu.infra import paging
from gewu.infra.models import File
from gewu.kernel.refusals import Refusal
from tests.world import START

pytestmark = pytest.mark.django_db

ORDERS = [paging.Order("added_at"), paging.Order("added_at", descending=False), paging.Order("pk")]


def add(*minutes: int) -> list[File]:
    """Rows that were added at these minutes."""
    return [
        File.objects.create(
            digest="d",
            media_type="image/jpeg",
            size=1,
            purpose="p",
            added_by="a",
            added_at=START + timedelta(minutes=n),
        )
        for n in minutes
    ]


def pages(order: paging.Order, size: int = 2) -> Iterator[list[File]]:
    after = ""
    while True:
        page = paging.page(File.objects.all(), order, after=after, size=size, show=list)
        yield list(page.rows)
        after = page.after
        if not after:
            return


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
def test_every_row_comes_once_and_in_order(order: paging.Order, count: int) -> None:
    rows = add(*[n % 3 for n in range(count)])  # many of one time
    seen = [row for page in pages(order) for row in page]
    assert sorted(one.pk for one in seen) == sorted(one.pk for one in rows)
    assert seen == list(File.objects.order_by(*order.columns()))


def test_full_last_page_has_no_cursor() -> None:
    add(1, 2)
    page = paging.page(File.objects.all(), ORDERS[0], after="", size=2, show=list)
    assert (len(page.rows), page.after) == (2, "")


@pytest.mark.parametrize("order", ORDERS[:2], ids=str)
def test_rows_added_between_two_pages_neither_repeat_nor_hide_others(order: paging.Order) -> None:
    first = add(*range(10, 20))
    seen: list[File] = []
    for n, page in enumerate(pages(order, size=3)):
        seen += page
        add(5 - n, 15, 40 + n)
    keys = [one.pk for one in seen]
    assert len(keys) == len(set(keys))
    assert {one.pk for one in first} <= set(keys)


def test_page_costs_one_query_however_far_down() -> None:
    add(*range(12))
    with CaptureQueriesContext(connection) as queries:
        found = list(pages(ORDERS[0], size=3))
    assert (len(found), len(queries)) == (4, 4)
    assert not [one for one in queries if "OFFSET" in one["sql"] or "COUNT(" in one["sql"]]


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (10_000, 200)])
def test_size_stays_within_its_bounds(asked: int, given: int) -> None:
    add(*range(3))
    page = paging.page(File.objects.all(), ORDERS[0], after="", size=asked, show=list)
    assert len(page.rows) == min(given, 3)


KEY = "0" * 32
ODD = [
    [], [1.5], ["x"], [None, None], ["x", "y"], [1, 2], [[], {}], {"a": 1}, "text", 7, None, [True, False],
    ["2026-03-02T09:00:00", KEY], ["9999-12-31T23:59:59-12:00", KEY],
    ["2026-03-02T09:00:00Z", "nobody"], ["2026-03-02T09:00:00Z", KEY, 1],
]  # fmt: skip


@pytest.mark.parametrize("values", ODD, ids=repr)
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_cursor_that_does_not_fit_is_refused(order: paging.Order, values: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    with pytest.raises(Refusal) as refused:
        paging.page(File.objects.all(), order, after=cursor, size=2, show=list)
    assert (refused.value.field, str(refused.value)) == ("after", "翻页位置无效，请从第一页重新打开")


@settings(max_examples=60, deadline=None, database=None)
@given(cursor=st.text(min_size=1, max_size=60))
def test_any_text_as_cursor_is_a_page_or_a_refusal(cursor: str) -> None:
    try:
        paging.page(File.objects.all(), ORDERS[0], after=cursor, size=2, show=list)
    except Refusal as refused:
        assert refused.field == "after"
