"""Lists by keyset: each page costs the same, however far down."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db.models import Field, Model, Q, QuerySet

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")
Keyed = TypeVar("Keyed", bound="HasKey")

MOST = 200
#: Values of a column that make up a list, each group with a condition that is true of it.
Parts = Sequence[tuple[Q, Sequence[str]]]


@dataclass(frozen=True)
class Page(Generic[Shown]):
    """Some rows of a list, and the cursor behind the last, empty on the last page."""

    rows: tuple[Shown, ...]
    after: str = ""


class HasKey(Protocol):
    """What is shown of a row, with its key."""

    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True)
class Order:
    """By ``field``, then by key, both in one direction. Empty values are not allowed in ``field``."""

    field: str
    descending: bool = True

    def columns(self) -> tuple[str, ...]:
        sign = "-" if self.descending else ""
        return (sign + self.field, sign + "pk") if self.field != "pk" else (sign + "pk",)


def page(
    rows: QuerySet[Row],
    order: Order,
    *,
    after: str,
    size: int,
    show: Callable[[Sequence[Row]], Sequence[Shown]],
) -> Page[Shown]:
    """The page behind the cursor; ``show`` turns its rows into what a shell gets."""
    size = max(1, min(size, MOST))
    if after:
        rows = rows.filter(_behind(rows.model, order, _read(after)))
    found = list(rows.order_by(*order.columns())[: size + 1])
    kept = found[:size]
    more = _write(order, kept[-1]) if len(found) > size else ""
    return Page(tuple(show(kept)), more)


#: Stands in a statement for each part of a list in turn; no text that is kept holds this sign.
_PART = "\x00part"


def lean_page(
    rows: QuerySet[Any],
    order: Order,
    *,
    after: str,
    size: int,
    read: Callable[[str, Sequence[Any]], Sequence[Keyed]],
    column: str = "",
    parts: Parts = (),
) -> Page[Keyed]:
    """The page behind the cursor of a list that is asked for all day, read without the mapper's cost.

    ``read`` is given the statement of the keys of its rows, with its values; what it gives has the order's
    field and ``id``. ``parts`` are values of a column under each of which an index holds the order, with a
    condition that is true of all of them; together they are the list, and the first rows of each are all that
    is looked at.
    """
    size = max(1, min(size, MOST))
    if after:
        rows = rows.filter(_behind(rows.model, order, _read(after)))
    try:
        keys, values = _keys(rows, order, size + 1, column, parts)
    except EmptyResultSet:
        return Page(())
    found = read(keys, values)
    last = found[size - 1] if len(found) > size else None
    more = _written([getattr(last, order.field)], last.id) if last else ""
    return Page(tuple(found[:size]), more)


def _keys(
    rows: QuerySet[Any], order: Order, count: int, column: str, parts: Parts
) -> tuple[str, tuple[Any, ...]]:
    """The keys of the first rows. Written once by Django, and repeated for each part with its own value."""
    if not parts:
        one, values = _firsts(rows, order, count)
        return f"SELECT pk FROM ({one}) AS found", values  # noqa: S608 -- written by Django
    pieces, every = [], []
    for condition, names in parts:
        one, values = _firsts(rows.filter(condition, **{column: _PART}), order, count)
        pieces += [f"SELECT * FROM ({one}) AS part"] * len(names)  # noqa: S608 -- written by Django
        every += [name if value == _PART else value for name in names for value in values]
    way = "DESC" if order.descending else "ASC"
    listed = " UNION ALL ".join(pieces)
    by = f"{order.field} {way}, pk {way}"
    return f"SELECT pk FROM ({listed}) AS parts ORDER BY {by} LIMIT {count}", tuple(every)  # noqa: S608 -- as above


def _firsts(rows: QuerySet[Any], order: Order, count: int) -> tuple[str, tuple[Any, ...]]:
    first = rows.order_by(*order.columns()).values_list(order.field, "pk")[:count]
    statement: tuple[str, tuple[Any, ...]] = first.query.sql_with_params()
    return statement


def _behind(model: type[Model], order: Order, cursor: list[Any]) -> Q:
    side = "lt" if order.descending else "gt"
    fields = ["pk"] if order.field == "pk" else [order.field, "pk"]
    values = _checked(model, fields, cursor)
    if order.field == "pk":
        return Q(**{f"pk__{side}": values[0]})
    value, key = values
    # The first term alone lets the index find the place; the second settles equal values.
    return Q(**{f"{order.field}__{side}e": value}) & (
        Q(**{f"{order.field}__{side}": value}) | Q(**{f"pk__{side}": key})
    )


def _write(order: Order, row: Model) -> str:
    return _written([] if order.field == "pk" else [getattr(row, order.field)], row.pk)


def _written(values: Sequence[Any], key: Any) -> str:
    text = json.dumps([*map(_plain, values), str(key)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(cursor: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, RecursionError):
        raise _no_cursor() from None
    return values if isinstance(values, list) else []


def _checked(model: type[Model], fields: list[str], cursor: list[Any]) -> list[Any]:
    """The values of a cursor as their columns take them; it comes from outside and may hold anything."""
    try:
        return [
            _in_bounds(_column(model, name).to_python(value))
            for name, value in zip(fields, cursor, strict=True)
        ]
    except (TypeError, ValueError, OverflowError, ValidationError):
        raise _no_cursor() from None


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    columns = {one.name: one for one in model._meta.concrete_fields}
    return model._meta.pk if name == "pk" else columns[name]


def _in_bounds(value: Any) -> Any:
    if value is None:
        raise ValueError("an empty value is behind nothing")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value.astimezone(UTC)  # a database knows no year 0 and no year 10000
    return value


def _no_cursor() -> Refusal:
    return Refusal(say("翻页位置无效，请从第一页重新打开"), field="after")
