"""Lists of records that have a lifecycle: which stand in a state, how many do, in which order they come."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from gewu.infra.paging import Order, Parts
from gewu.kernel.lifecycle import Lifecycle
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

#: A statement with its values.
_Statement = tuple[str, tuple[Any, ...]]

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


def among(keys: Collection[UUID]) -> Q:
    """The rows of these keys, however many: they are one value of the statement."""
    if not keys:
        return Q(pk__in=())
    if connection.vendor == "sqlite":
        listed = json.dumps([key.hex for key in keys])
        return Q(pk__in=RawSQL("SELECT value FROM json_each(%s)", [listed]))
    return Q(pk__in=RawSQL("SELECT unnest(%s::uuid[])", [list(keys)]))


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
    parts: Parts = (),
) -> tuple[tuple[Counter, ...], list[int]]:
    """One counter for each state of the table, in its order, and the counts of other lists: one query.

    Without ``ended`` the counters of the ended states are not known. ``parts`` are the states in groups, each
    with a condition that is true of it and lets a smaller index serve.
    """
    opened = table.names(open=True)
    groups = [
        (rows.filter(where, state=_STATE), names) for where, names in parts or [(Q(), tuple(table.by_name))]
    ]
    wanted = [(some, [name for name in names if ended or name in opened]) for some, names in groups]
    late = [
        (some.filter(due_at__lt=now), [name for name in names if name in opened]) for some, names in groups
    ]
    asked = [one for some, names in (*wanted, *late) for one in _each(some, names)]
    states = [name for _, names in wanted for name in names]
    waiting = [name for _, names in late for name in names]
    found = _counts(asked + [_compiled(one, MOST_COUNTED + 1) for one in beside])
    counts = dict(zip(states, found, strict=False))
    overdue = dict(zip(waiting, found[len(states) :], strict=False))
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
    return counters, found[len(states) + len(waiting) :]


def up_to(most: int, lists: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each of these lists has, counted no further than ``most``: one query for all of them."""
    return _counts([_compiled(rows, most) for rows in lists])


def _counts(compiled: Sequence[_Statement | None]) -> list[int]:
    asked = [one for one in compiled if one is not None]
    found: Iterator[int] = iter(())
    if asked:
        counts = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS part)" for sql, _ in asked)  # noqa: S608 -- written by Django
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + counts, [value for _, values in asked for value in values])
            found = iter(cursor.fetchone())
    return [0 if one is None else next(found) for one in compiled]


def _compiled(rows: QuerySet[Any], most: int) -> _Statement | None:
    """The statement of a list; None for one that can have no row."""
    try:
        return rows.order_by().values("state")[:most].query.sql_with_params()
    except EmptyResultSet:
        return None


#: Stands for a state in a statement that is written once for all of them; no kept text holds this sign.
_STATE = "\x00state"


def _each(rows: QuerySet[Any], states: Sequence[str]) -> list[_Statement | None]:
    """The statement of a list once for each state."""
    found = _compiled(rows, MOST_COUNTED + 1)
    if found is None:
        return [None] * len(states)
    sql, values = found
    return [(sql, tuple(state if value == _STATE else value for value in values)) for state in states]


def order_named(orders: Mapping[str, Order], name: str) -> Order:
    """The order of that name; one that the list does not know is refused."""
    if name not in orders:
        raise Refusal(say("不能按“{sort}”排序", sort=name), field="sort")
    return orders[name]


def typed(text: str) -> str:
    """What was typed to be looked for, without blanks around it and without what no database takes."""
    return text.replace("\x00", "").strip()
