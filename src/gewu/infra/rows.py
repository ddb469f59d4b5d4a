"""Rows read and written by lean statements where the ORM costs most: the same values in the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState

from gewu.infra import statements

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


@dataclass(frozen=True)
class _Fresh:
    """What stands on a row that nothing was given for: values, and what makes those that differ each time."""

    fixed: dict[str, Any]
    made: tuple[tuple[str, Callable[[], Any]], ...]


@lru_cache(maxsize=64)
def _fresh(model: type[models.Model]) -> _Fresh:
    fields = model._meta.concrete_fields
    made = tuple(
        (one.attname, one.get_default) for one in fields if one.has_default() and callable(one.default)
    )
    fixed = {one.attname: one.get_default() for one in fields}
    return _Fresh(fixed | {name: None for name, _ in made}, made)


def new(model: type[T], **values: Any) -> T:
    """A row that is not written yet: what the model makes of these values, at a tenth of the cost.

    Takes attribute names as they stand on the row, such as ``case_id``; any other is an error at once.
    """
    fresh = _fresh(model)
    row = model.__new__(model)
    row._state = ModelState()
    held = row.__dict__
    held.update(fresh.fixed)
    for name, make in fresh.made:
        if name not in values:
            held[name] = make()
    held.update(values)
    if len(held) != len(fresh.fixed) + 1:
        raise TypeError(f"{model.__name__} has no column for one of {', '.join(values)}")
    return row


def insert(rows: Sequence[Any], into: type[models.Model] | None = None) -> None:
    """Insert new rows of one model, as ``bulk_create`` does; keys that the database makes are put on them.

    Plain objects with the attributes of the model ``into`` are taken as well: a model costs more to make
    than to write.
    """
    if not rows:
        return
    model = into or type(rows[0])
    for start in range(0, len(rows), _MOST):
        _insert(rows[start : start + _MOST], model)


def _makes_key(row: Any, model: type[models.Model]) -> bool:
    return getattr(row, _key(model).attname) is None


def _insert(rows: Sequence[Any], model: type[models.Model]) -> None:
    here = connections[DEFAULT_DB_ALIAS]
    made = _makes_key(rows[0], model)
    plan = _plan(model, here.vendor, made)
    statement = plan.statements.get(len(rows)) or _insertion(plan, model, here.vendor, made, len(rows))
    back = statements.execute(statement, [value for row in rows for value in plan.values(row)])
    if made:
        for row, (number,) in zip(rows, back, strict=True):
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
    return [_made(model, found, row) for row in statements.execute(found.statement, values)]


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
        f"ORDER BY {quote(_key(model).column)}{ending}",
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
    key = next(one for one in _columns(model, connection.vendor) if one.is_key)
    settings = ", ".join(f"{quote(name)} = %s" for name, _ in change)
    keys = [key.value(row) for row in rows]
    which = ", ".join(["%s"] * len(keys))
    statements.execute(
        f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE {quote(key.name)} IN ({which})",  # noqa: S608 -- names of models, no input
        [*(value for _, value in change), *keys],
    )


def change(model: type[models.Model], to: Mapping[str, Any], **equal: Any) -> int:
    """Set these columns on the rows whose other columns equal these values; how many there were.

    Does what ``filter(**equal).update(**to)`` does; None asks for an empty column. Takes attribute names as
    they stand on the row.
    """
    empty = frozenset(name for name, value in equal.items() if value is None)
    columns = {one.attribute: one for one in _columns(model, connection.vendor)}
    asked = [(name, value) for name, value in equal.items() if value is not None]
    given = [(columns[name], value) for name, value in (*to.items(), *asked)]
    return len(
        statements.execute(
            _changing(model, tuple(to), tuple(equal), empty),
            [one.written(value) if one.written else value for one, value in given],
        )
    )


@lru_cache(maxsize=64)
def _changing(
    model: type[models.Model], to: tuple[str, ...], equal: tuple[str, ...], empty: frozenset[str]
) -> str:
    quote = connection.ops.quote_name
    named = {one.attname: quote(str(one.column)) for one in model._meta.concrete_fields}
    settings = ", ".join(f"{named[name]} = %s" for name in to)
    where = " AND ".join(
        f"{named[name]} IS NULL" if name in empty else f"{named[name]} = %s" for name in equal
    )
    table, key = quote(model._meta.db_table), quote(_key(model).column)
    return f"UPDATE {table} SET {settings} WHERE {where} RETURNING {key}"  # noqa: S608 -- names of models, no input


def _insertion(plan: _Plan, model: type[models.Model], vendor: str, made: bool, n: int) -> str:
    quote = connection.ops.quote_name
    columns = _inserted(model, vendor, made)
    names = ", ".join(quote(one.name) for one in columns)
    row = "(" + ", ".join(["%s"] * len(columns)) + ")"
    back = f" RETURNING {quote(_key(model).column)}" if made else ""
    table = quote(model._meta.db_table)
    plan.statements[n] = f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * n)}{back}"  # noqa: S608 -- names of models, no input
    return plan.statements[n]


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], vendor: str, made: bool) -> _Plan:
    columns = _inserted(model, vendor, made)
    converted = tuple((at, one.written) for at, one in enumerate(columns) if one.written)
    return _Plan(attrgetter(*(one.attribute for one in columns)), converted, _key(model).attname, {})


def _inserted(model: type[models.Model], vendor: str, made: bool) -> tuple[_Column, ...]:
    return tuple(one for one in _columns(model, vendor) if not (made and one.is_key))


def _key(model: type[models.Model]) -> Any:
    return model._meta.pk


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], vendor: str) -> tuple[_Column, ...]:
    return tuple(
        _Column(str(one.column), one.attname, one.primary_key, _written(one))
        for one in model._meta.concrete_fields
    )


def _in_utc(value: datetime | None) -> str | None:
    """A time as SQLite keeps it; most are in UTC already, and their text only has to lose its end."""
    if value is None:
        return None
    return str(value)[:-6] if value.tzinfo is UTC else str(value.astimezone(UTC).replace(tzinfo=None))


def _written(column: Any) -> Written | None:
    """What the ORM writes for a value of this column, without asking each time what kind of column it is."""
    field = column.target_field if column.is_relation else column

    def as_the_orm(value: Any) -> Any:
        return column.get_db_prep_save(value, connection)

    if connection.vendor == "sqlite":
        if isinstance(field, models.DateTimeField):
            return _in_utc
        if isinstance(field, models.UUIDField):
            return lambda value: value.hex if value else None
        if isinstance(field, models.JSONField):
            return lambda value: "[]" if value == [] else as_the_orm(value)
        if isinstance(field, models.BooleanField):
            return lambda value: value if value is None or type(value) is bool else as_the_orm(value)
        if isinstance(field, models.DecimalField):
            return lru_cache(maxsize=1024, typed=True)(as_the_orm)
    if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.FloatField):
        return None
    return as_the_orm
