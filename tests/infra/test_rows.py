"""The lean statements write what the ORM would write."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, models, transaction

from gewu.cases.models import Assignment, Case, Deadline, Evidence
from gewu.infra import rows
from gewu.infra.models import Chain, Delivery, EventRow, Words
from gewu.intake.models import Report, Suggestion
from tests.founded import statements

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=ZoneInfo("Asia/Shanghai"))
WRITTEN = (Case, Deadline, Assignment, Evidence, Report, Suggestion, EventRow, Chain, Words, Delivery)


def _example(field: Any) -> Any:
    """A value of the kind that a column takes; what is not listed here is not yet known to `rows`."""
    kind = (field.target_field if field.is_relation else field).get_internal_type()
    return {
        "UUIDField": uuid.uuid4(),
        "CharField": "“井盖”'; --",
        "TextField": "多\n行%s",
        "PositiveIntegerField": 3,
        "PositiveSmallIntegerField": 2,
        "BigAutoField": 7,
        "FloatField": 118.6025,
        "DecimalField": Decimal("0.50"),
        "DateTimeField": AT,
        "BooleanField": True,
        "JSONField": [["2026-03-02T01:00:00+00:00", ""]],
    }[kind]


def _filled(model: type[models.Model], *, empty: bool) -> models.Model:
    """A row with a value in every column, or with nothing in every column that may be empty."""
    values = {
        one.attname: None if empty and one.null else _example(one)
        for one in model._meta.concrete_fields
        if not (one.primary_key and isinstance(one, models.AutoField))
    }
    return model(**values)


def _key(model: type[models.Model]) -> str:
    assert model._meta.pk
    return model._meta.pk.attname


@pytest.fixture
def unchecked(db: None) -> Iterator[None]:
    """Rows that point nowhere are allowed: only their values are compared."""
    with connection.constraint_checks_disabled():
        yield
        for model in WRITTEN:
            model._base_manager.all().delete()


def _stored(model: type[models.Model]) -> list[tuple[Any, ...]]:
    """What the database itself holds, not what the ORM makes of it."""
    names = [one.column for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {", ".join(names)} FROM "{model._meta.db_table}"')
        return list(cursor.fetchall())


@pytest.mark.parametrize("empty", [False, True], ids=["full", "empty"])
@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_insert_writes_what_the_orm_writes(unchecked: None, model: type[models.Model], empty: bool) -> None:
    row = _filled(model, empty=empty)
    model._base_manager.bulk_create([row])
    by_the_orm = _stored(model)
    model._base_manager.all().delete()
    if row._meta.pk and isinstance(row._meta.pk, models.AutoField):
        row.pk = None

    rows.insert([row])

    assert _stored(model) == by_the_orm
    assert not row._state.adding
    assert model._base_manager.get().pk == row.pk


def test_keys_made_by_the_database_come_back_in_order(unchecked: None) -> None:
    told = [_filled(EventRow, empty=False) for _ in range(450)]
    for seq, row in enumerate(told):
        row.seq = seq  # type: ignore[attr-defined]  # an EventRow
    rows.insert(told)
    kept = dict(EventRow.objects.values_list("seq", "position"))
    assert [kept[seq] for seq in range(450)] == [row.pk for row in told]


def test_nothing_to_insert_is_no_statement(db: None) -> None:
    with statements() as counted:
        rows.insert([])
        rows.update([])
    assert len(counted) == 0


def test_update_writes_only_what_changed_and_equal_changes_together(unchecked: None) -> None:
    clocks = [_filled(Deadline, empty=True) for _ in range(4)]
    for one in clocks:
        one.pk = uuid.uuid4()
    rows.insert(clocks)
    seen = [(one, rows.seen(one)) for one in clocks]
    later = AT.astimezone(UTC).replace(minute=30)
    clocks[0].met_at = clocks[1].met_at = later  # type: ignore[attr-defined]  # these rows are deadlines
    clocks[2].pauses = [[later.isoformat(), ""]]  # type: ignore[attr-defined]  # as above

    with statements() as counted:
        rows.update(seen)

    assert len(counted) == 2
    kept = {one.pk: one for one in Deadline.objects.all()}
    for one in clocks:
        read = {name: value for name, value in kept[one.pk].__dict__.items() if name != "_state"}
        assert read == {name: value for name, value in one.__dict__.items() if name != "_state"}


def test_change_does_what_filter_and_update_do(unchecked: None) -> None:
    told = [_filled(Delivery, empty=n == 1) for n in range(3)]
    for n, row in enumerate(told):
        row.event_id = n  # type: ignore[attr-defined]  # a Delivery
    rows.insert(told)
    to = {"done_at": AT, "due_at": None, "error": "“%s”", "tries": 9}
    for asked in ({"id": told[1].pk, "done_at": None}, {"id": told[0].pk, "done_at": None}, {"tries": 3}):
        with transaction.atomic():
            by_the_orm = Delivery.objects.filter(**asked).update(**to), _stored(Delivery)
            transaction.set_rollback(True)
        with transaction.atomic():
            changed = rows.change(Delivery, to, **asked), _stored(Delivery)
            transaction.set_rollback(True)
        assert changed == by_the_orm


@pytest.mark.parametrize("empty", [False, True], ids=["full", "empty"])
@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_read_gives_what_the_orm_gives(unchecked: None, model: type[models.Model], empty: bool) -> None:
    row = _filled(model, empty=empty)
    model._base_manager.bulk_create([row])
    by_the_orm = model._base_manager.get()

    (found,) = rows.read(model, lock=connection.in_atomic_block, **{_key(model): by_the_orm.pk})

    names = [one.attname for one in model._meta.concrete_fields]
    assert {name: getattr(found, name) for name in names} == {
        name: getattr(by_the_orm, name) for name in names
    }
    assert (found._state.adding, found._state.db) == (False, "default")
    assert not found.get_deferred_fields()


def test_read_gives_all_that_are_equal_in_the_order_of_their_keys(unchecked: None) -> None:
    case, other = uuid.uuid4(), uuid.uuid4()
    clocks = [_filled(Deadline, empty=False) for _ in range(5)]
    for n, clock in enumerate(clocks):
        clock.case_id = other if n == 2 else case  # type: ignore[attr-defined]  # a Deadline
    rows.insert(clocks)
    with statements() as counted:
        found = rows.read(Deadline, case_id=case)
    assert [one.pk for one in found] == sorted(one.pk for n, one in enumerate(clocks) if n != 2)
    assert len(counted) == 1


def test_plain_objects_are_written_as_rows_of_their_model(unchecked: None) -> None:
    @dataclass
    class Plain:
        subject_id: uuid.UUID
        subject: str
        length: int
        head: str

    key = uuid.uuid4()
    rows.insert([Plain(key, "case", 3, "sha256:0")], Chain)
    kept = Chain.objects.get()
    assert (kept.pk, kept.subject, kept.length, kept.head) == (key, "case", 3, "sha256:0")


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_new_row_is_what_the_model_makes(model: type[models.Model]) -> None:
    key = {_key(model): 7 if isinstance(model._meta.pk, models.AutoField) else uuid.uuid4()}
    made, by_the_orm = rows.new(model, **key), model(**key)
    assert vars(made) | {"_state": None} == vars(by_the_orm) | {"_state": None}
    assert vars(made._state) == vars(by_the_orm._state)


def test_new_rows_share_no_list_and_no_key() -> None:
    one, other = rows.new(Deadline), rows.new(Deadline)
    one.pauses.append(["", ""])
    assert other.pauses == []
    assert one.pk != other.pk


def test_new_row_takes_no_name_that_is_no_column() -> None:
    with pytest.raises(TypeError, match="Deadline"):
        rows.new(Deadline, case=None)
