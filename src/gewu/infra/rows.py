"""Rows read and written by lean statements where the ORM costs most: the same values in the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from gewu.infra import store

#: Rows in one statement; with the widest table this stays far below every database's limit of values.
_MOST = 200
T = TypeVar("T", bound=models.Model)

#: The attributes of a row as they were when it was read.
Seen = Mapping[str, Any]


Written = Callable[[Any], Any]


@dataclass(frozen=True)
class _Column:
    """One column, and how an attribute of a row becomes its value; None where it is that value already."""

    name: str
    attribute: str
    is_key: bool
    written: Written | None

    def value(self, row: Any) -> Any:
        found = getattr(row, self.attribute)
        return self.written(found) if self.written else found


@dataclass(frozen=True)
class _Plan:
    """What does not change from one insertion to the next: all attributes read at once, few converted."""

    read: Callable[[Any], tuple[Any, ...]]
    converted: tuple[tuple[int, Written], ...]
    key: str
    statements: dict[int, str]

    def values(self, row: Any) -> list[Any]:
        found = list(self.read(row))
        for at, written in self.converted:
            found[at] = written(found[at])
        return found


def insert(rows: Sequence[Any], into: type[models.Model] | None = None) -> None:
    """Insert new rows of one model, as ``bulk_create`` does; keys that the database makes are put on them.

    Plain objects with the attributes of the model ``into`` are taken as well: a model costs more to make
    than to write.
    """
    if not rows:
        return
    model = into or type(rows[0])
    waiting = store.noted(_GATHERED)
    if waiting and not _makes_key(rows[0], model):
        waiting.append((model, rows))
        return
    for start in range(0, len(rows), _MOST):
        _insert(rows[start : start + _MOST], model)


#: The note of a write transaction in which rows are gathered; its first entry says that they are.
_GATHERED = "gathered rows"


def gather() -> None:
    """From here to its end, have the open write transaction keep new rows and write each model's at once.

    For many records of which none is read again before the commit, such as the lines of a table. Rows
    whose key the database makes are written as ever; those of a failed `store.attempt` are forgotten.
    """
    store.before_commit(_write_gathered)
    store.noted(_GATHERED).append(None)


def _write_gathered() -> None:
    waiting = store.noted(_GATHERED)
    by_model: dict[type[models.Model], list[Any]] = {}
    for model, rows in waiting[1:]:
        by_model.setdefault(model, []).extend(rows)
    waiting.clear()
    for model, rows in by_model.items():
        insert(rows, model)


def _makes_key(row: Any, model: type[models.Model]) -> bool:
    return getattr(row, _key(model).attribute) is None


def _insert(rows: Sequence[Any], model: type[models.Model]) -> None:
    here = connections[DEFAULT_DB_ALIAS]
    made = _makes_key(rows[0], model)
    plan = _plan(model, here.vendor, made)
    statement = plan.statements.get(len(rows)) or _insertion(plan, model, here.vendor, made, len(rows))
    with here.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in plan.values(row)])
        if made:
            for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
                setattr(row, plan.key, number)
    if isinstance(rows[0], model):
        for row in rows:
            row._state.adding, row._state.db = False, here.alias


def read(model: type[T], *, lock: bool = False, **equal: Any) -> list[T]:
    """The rows whose columns equal these values, in the order of their keys; with ``lock``, locked.

    Gives what ``filter(**equal).order_by("pk")`` gives. Takes attribute names as they stand on the row,
    such as ``case_id``; nothing that is empty.
    """
    found = _reading(model, connection.vendor, tuple(equal), lock)
    values = [
        write(value) if write else value for write, value in zip(found.written, equal.values(), strict=True)
    ]
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(found.statement, values)
        kept = cursor.fetchall()
    return [_made(model, found, row) for row in kept]


@dataclass(frozen=True)
class _Reading:
    """A statement that reads whole rows, and what makes their values those of a model."""

    statement: str
    written: tuple[Written | None, ...]
    names: tuple[str, ...]
    converted: tuple[tuple[int, Any, tuple[Any, ...]], ...]


@lru_cache(maxsize=64)
def _reading(model: type[models.Model], vendor: str, asked: tuple[str, ...], lock: bool) -> _Reading:
    quote = connection.ops.quote_name
    columns = {one.attribute: one for one in _columns(model, vendor)}
    where = " AND ".join(f"{quote(columns[name].name)} = %s" for name in asked)
    listed = ", ".join(quote(one.name) for one in columns.values())
    ending = " FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    return _Reading(
        f"SELECT {listed} FROM {quote(model._meta.db_table)} WHERE {where} "  # noqa: S608 -- names of models, no input
        f"ORDER BY {quote(_key(model).name)}{ending}",
        tuple(columns[name].written for name in asked),
        tuple(columns),
        tuple(
            (at, column, converters)
            for at, column in enumerate(
                field.get_col(model._meta.db_table) for field in model._meta.concrete_fields
            )
            if (converters := _converters(column))
        ),
    )


def _converters(column: Any) -> tuple[Any, ...]:
    return (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))


def _made(model: type[T], reading: _Reading, row: Sequence[Any]) -> T:
    values = list(row)
    for at, column, converters in reading.converted:
        for convert in converters:
            values[at] = convert(values[at], column, connection)
    return model.from_db(DEFAULT_DB_ALIAS, reading.names, values)


def seen(row: models.Model) -> Seen:
    """What a row holds now, to be given to `update` later. Values must be replaced, not changed inside."""
    return dict(row.__dict__)


def update(changed: Iterable[tuple[models.Model, Seen]]) -> None:
    """Write what changed on rows of one model since they were seen: one statement for each equal change."""
    alike: dict[tuple[tuple[str, Any], ...], list[models.Model]] = {}
    for row, before in changed:
        change = tuple(
            (one.name, one.value(row))
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
    key = _key(model)
    settings = ", ".join(f"{quote(name)} = %s" for name, _ in change)
    keys = [key.value(row) for row in rows]
    which = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE {quote(key.name)} IN ({which})",  # noqa: S608 -- names of models, no input
            [*(value for _, value in change), *keys],
        )


def _insertion(plan: _Plan, model: type[models.Model], vendor: str, made: bool, n: int) -> str:
    quote = connection.ops.quote_name
    columns = _inserted(model, vendor, made)
    names = ", ".join(quote(one.name) for one in columns)
    row = "(" + ", ".join(["%s"] * len(columns)) + ")"
    back = f" RETURNING {quote(_key(model).name)}" if made else ""
    table = quote(model._meta.db_table)
    plan.statements[n] = f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * n)}{back}"  # noqa: S608 -- names of models, no input
    return plan.statements[n]


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], vendor: str, made: bool) -> _Plan:
    columns = _inserted(model, vendor, made)
    converted = tuple((at, one.written) for at, one in enumerate(columns) if one.written)
    return _Plan(attrgetter(*(one.attribute for one in columns)), converted, _key(model).attribute, {})


def _inserted(model: type[models.Model], vendor: str, made: bool) -> tuple[_Column, ...]:
    return tuple(one for one in _columns(model, vendor) if not (made and one.is_key))


def _key(model: type[models.Model]) -> _Column:
    return _key_of(model, connection.vendor)


@lru_cache(maxsize=64)
def _key_of(model: type[models.Model], vendor: str) -> _Column:
    return next(one for one in _columns(model, vendor) if one.is_key)


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], vendor: str) -> tuple[_Column, ...]:
    return tuple(
        _Column(str(one.column), one.attname, one.primary_key, _written(one))
        for one in model._meta.concrete_fields
    )


def _written(column: Any) -> Written | None:
    """What the ORM writes for a value of this column, without asking each time what kind of column it is."""
    field = column.target_field if column.is_relation else column

    def as_the_orm(value: Any) -> Any:
        return column.get_db_prep_save(value, connection)

    if connection.vendor == "sqlite":
        if isinstance(field, models.DateTimeField):
            return lambda value: str(value.astimezone(UTC).replace(tzinfo=None)) if value else None
        if isinstance(field, models.UUIDField):
            return lambda value: value.hex if value else None
        if isinstance(field, models.JSONField):
            return lambda value: "[]" if value == [] else as_the_orm(value)
    if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.FloatField):
        return None
    return as_the_orm
