"""New rows by one lean statement, where the ORM's cost shows: the same values in the same columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, models

#: Rows in one statement; with the widest table this stays far below every database's limit of parameters.
_MOST = 200
_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True)
class _Column:
    """How one attribute of a row becomes a value of the database."""

    name: str
    attribute: str
    written: Callable[[Any], Any]


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, as ``bulk_create`` does; keys that the database makes are put on them.

    Defaults of the model are there already when a row is made; nothing is checked or told here.
    """
    for start in range(0, len(rows), _MOST):
        _insert(rows[start : start + _MOST])


def _insert(rows: Sequence[models.Model]) -> None:
    made = rows[0].pk is None
    columns = _columns(type(rows[0]), connection.vendor, made)
    values = [
        one.written(getattr(row, one.attribute)) for row in rows for one in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(rows[0]), connection.vendor, made, len(rows)), values)
        if made:
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], vendor: str, made: bool, n: int) -> str:
    quote = connection.ops.quote_name
    columns = _columns(model, vendor, made)
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    names = ", ".join(quote(column.name) for column in columns)
    back = f" RETURNING {quote(_key(model).column)}" if made else ""
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {', '.join([one] * n)}{back}"  # noqa: S608 -- names of models, no input


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], vendor: str, made: bool) -> tuple[_Column, ...]:
    kept = [one for one in model._meta.concrete_fields if not (made and one.primary_key)]
    return tuple(_Column(one.column, one.attname, _written(one)) for one in kept)


def _key(model: type[models.Model]) -> Any:
    return model._meta.pk


def _written(column: Any) -> Callable[[Any], Any]:
    """What the ORM writes for a value of this column, without asking each time what kind it is."""
    field = column.target_field if column.is_relation else column

    def slowly(value: Any) -> Any:
        return column.get_db_prep_save(value, connection)

    if isinstance(field, models.DateTimeField):
        return lambda value: connection.ops.adapt_datetimefield_value(value)
    if isinstance(field, models.UUIDField):
        native = connection.features.has_native_uuid_field
        return lambda value: value if value is None or native else value.hex
    if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.FloatField):
        return lambda value: value if type(value) in _PLAIN else slowly(value)
    return slowly
