"""Rows written by lean statements where the ORM's cost shows: the same values in the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any

from django.db import connection, models

#: Rows in one statement; with the widest table this stays far below every database's limit of values.
_MOST = 200
_PLAIN = (str, int, float, bool, type(None))

#: The attributes of a row as they were when it was read.
Seen = Mapping[str, Any]


@dataclass(frozen=True)
class _Column:
    """One column, and how an attribute of a row becomes its value."""

    name: str
    attribute: str
    is_key: bool
    written: Callable[[Any], Any]


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, as ``bulk_create`` does; keys that the database makes are put on them."""
    for start in range(0, len(rows), _MOST):
        _insert(rows[start : start + _MOST])


def _insert(rows: Sequence[models.Model]) -> None:
    model, made = type(rows[0]), rows[0].pk is None
    columns = [one for one in _columns(model, connection.vendor) if not (made and one.is_key)]
    values = [one.written(getattr(row, one.attribute)) for row in rows for one in columns]
    with connection.cursor() as cursor:
        cursor.execute(_insertion(model, connection.vendor, made, len(rows)), values)
        if made:
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def seen(row: models.Model) -> Seen:
    """What a row holds now, to be given to `update` later. Values must be replaced, not changed inside."""
    return dict(row.__dict__)


def update(changed: Iterable[tuple[models.Model, Seen]]) -> None:
    """Write what changed on rows of one model since they were seen: one statement for each equal change."""
    alike: dict[tuple[tuple[str, Any], ...], list[models.Model]] = {}
    for row, before in changed:
        change = tuple(
            (one.name, one.written(getattr(row, one.attribute)))
            for one in _columns(type(row), connection.vendor)
            if getattr(row, one.attribute) != before[one.attribute]
        )
        if change:
            alike.setdefault(change, []).append(row)
    for change, rows in alike.items():
        _update(rows, change)


def _update(rows: Sequence[models.Model], change: Sequence[tuple[str, Any]]) -> None:
    quote = connection.ops.quote_name
    model = type(rows[0])
    key = next(one for one in _columns(model, connection.vendor) if one.is_key)
    settings = ", ".join(f"{quote(name)} = %s" for name, _ in change)
    keys = [key.written(row.pk) for row in rows]
    which = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE {quote(key.name)} IN ({which})",  # noqa: S608 -- names of models, no input
            [*(value for _, value in change), *keys],
        )


@lru_cache(maxsize=256)
def _insertion(model: type[models.Model], vendor: str, made: bool, n: int) -> str:
    quote = connection.ops.quote_name
    columns = [one for one in _columns(model, vendor) if not (made and one.is_key)]
    names = ", ".join(quote(one.name) for one in columns)
    row = "(" + ", ".join(["%s"] * len(columns)) + ")"
    back = " RETURNING " + ", ".join(quote(one.name) for one in _columns(model, vendor) if one.is_key)
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * n)}{back if made else ''}"  # noqa: S608 -- names of models, no input


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], vendor: str) -> tuple[_Column, ...]:
    return tuple(
        _Column(str(one.column), one.attname, one.primary_key, _written(one))
        for one in model._meta.concrete_fields
    )


def _written(column: Any) -> Callable[[Any], Any]:
    """What the ORM writes for a value of this column, without asking each time what kind of column it is."""
    field = column.target_field if column.is_relation else column

    def as_the_orm(value: Any) -> Any:
        return column.get_db_prep_save(value, connection)

    if connection.vendor == "sqlite":
        if isinstance(field, models.DateTimeField):
            return lambda value: str(value.astimezone(UTC).replace(tzinfo=None)) if value else None
        if isinstance(field, models.UUIDField):
            return lambda value: value.hex if value else None
    if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.FloatField):
        return lambda value: value if type(value) in _PLAIN else as_the_orm(value)
    return as_the_orm
