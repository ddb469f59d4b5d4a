"""Lists by keyset: each page costs the same, however far down."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")

MOST = 200


@dataclass(frozen=True)
class Page(Generic[Shown]):
    """Some rows of a list, and the cursor behind the last, empty on the last page."""

    rows: tuple[Shown, ...]
    after: str = ""


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
    parts: Sequence[Q] = (),
) -> Page[Shown]:
    """The page behind the cursor; ``show`` turns its rows into what a shell gets.

    ``parts`` are conditions that exclude each other and under each of which an index holds the order;
    together they are the list, and the first of each are all that is looked at.
    """
    size = max(1, min(size, MOST))
    if after:
        rows = rows.filter(_behind(rows.model, order, _read(after)))
    if parts:
        firsts = [rows.filter(one).order_by(*order.columns()).values("pk")[: size + 1] for one in parts]
        rows = rows.model._default_manager.filter(reduce(or_, (Q(pk__in=one) for one in firsts)))
    found = list(rows.order_by(*order.columns())[: size + 1])
    kept = found[:size]
    more = _write(order, kept[-1]) if len(found) > size else ""
    return Page(tuple(show(kept)), more)


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
    values = [] if order.field == "pk" else [_plain(getattr(row, order.field))]
    text = json.dumps([*values, str(row.pk)])
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
