"""Lists of records that have a lifecycle: which stand in a state, how many do, in which order they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from gewu.infra.paging import Order
from gewu.kernel.lifecycle import Lifecycle
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

#: Words that stand for more than one state.
OPEN, ALL = "open", "all"


#: A counter counts no further than this: beyond it a queue is simply long, and its list is opened to see it.
MOST_COUNTED = 999


@dataclass(frozen=True)
class Counter:
    """How many records stand in a state and how many of them are past their limit.

    Both go no further than one more than `MOST_COUNTED`. Not ``known`` where counting could mean looking at
    every record that ever ended.
    """

    state: str
    label: Text
    open: bool
    count: int
    overdue: int
    known: bool = True


def in_state(table: Lifecycle, state: str) -> Q:
    """The rows in this state, in any open one (``open``) or in any (``all``); an unknown one is refused."""
    if state == ALL:
        return Q()
    if state == OPEN:
        return Q(state__in=table.names(open=True))
    if state not in table.by_name:
        raise Refusal(say("没有“{state}”这个状态", state=state), field="state")
    return Q(state=state)


def past_due(table: Lifecycle, now: datetime) -> Q:
    """The rows that are open and past their limit."""
    return Q(due_at__lt=now, state__in=table.names(open=True))


def counted(
    rows: QuerySet[Any],
    table: Lifecycle,
    *,
    now: datetime,
    ended: bool = True,
    beside: Sequence[QuerySet[Any]] = (),
) -> tuple[tuple[Counter, ...], list[int]]:
    """One counter for each state of the table, in its order, and the counts of other lists: one query.

    Without ``ended`` the counters of the ended states are not known.
    """
    states = [one.name for one in table.states if one.open or ended]
    running = table.names(open=True)
    parts = [rows.filter(state=name) for name in states]
    late = [rows.filter(state=name, due_at__lt=now) for name in running]
    found = up_to(MOST_COUNTED + 1, [*parts, *late, *beside])
    counts = dict(zip(states, found, strict=False))
    overdue = dict(zip(running, found[len(states) :], strict=False))
    counters = tuple(
        Counter(
            one.name,
            one.label,
            one.open,
            counts.get(one.name, 0),
            overdue.get(one.name, 0),
            known=one.name in counts,
        )
        for one in table.states
    )
    return counters, found[len(states) + len(running) :]


def up_to(most: int, lists: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each of these lists has, counted no further than ``most``: one query for all of them."""
    compiled = [_compiled(rows.order_by().values("state")[:most]) for rows in lists]
    asked = [one for one in compiled if one is not None]
    found: Iterator[int] = iter(())
    if asked:
        counts = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS part)" for sql, _ in asked)  # noqa: S608 -- written by Django
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + counts, [value for _, values in asked for value in values])
            found = iter(cursor.fetchone())
    return [0 if one is None else next(found) for one in compiled]


def _compiled(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]] | None:
    """The statement of a list; None for one that can have no row."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def order_named(orders: Mapping[str, Order], name: str) -> Order:
    """The order of that name; one that the list does not know is refused."""
    if name not in orders:
        raise Refusal(say("不能按“{sort}”排序", sort=name), field="sort")
    return orders[name]


def typed(text: str) -> str:
    """What was typed to be looked for, without blanks around it and without what no database takes."""
    return text.replace("\x00", "").strip()
