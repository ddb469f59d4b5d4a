"""Lists of records that have a lifecycle: which stand in a state, how many do, in which order they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from gewu.infra.paging import Order
from gewu.kernel.lifecycle import Lifecycle
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

#: Words that stand for more than one state.
OPEN, ALL = "open", "all"


@dataclass(frozen=True)
class Counter:
    """How many records stand in a state, and how many of them are past their limit."""

    state: str
    label: Text
    open: bool
    count: int
    overdue: int


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


def counted(rows: QuerySet[Any], table: Lifecycle, *, now: datetime) -> tuple[Counter, ...]:
    """One counter for each state of the table, in its order: one query."""
    # Of columns that the index by place holds, so that no row has to be read.
    late = Count("state", filter=past_due(table, now))
    found = {
        row["state"]: (row["n"], row["late"])
        for row in rows.values("state").annotate(n=Count("*"), late=late).order_by()
    }
    return tuple(Counter(one.name, one.label, one.open, *found.get(one.name, (0, 0))) for one in table.states)


def order_named(orders: Mapping[str, Order], name: str) -> Order:
    """The order of that name; one that the list does not know is refused."""
    if name not in orders:
        raise Refusal(say("不能按“{sort}”排序", sort=name), field="sort")
    return orders[name]


def typed(text: str) -> str:
    """What was typed to be looked for, without blanks around it and without what no database takes."""
    return text.replace("\x00", "").strip()
