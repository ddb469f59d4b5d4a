"""Statements without the framework's wrapping do what they do through a cursor."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from gewu.infra import statements
from gewu.infra.models import Counter
from tests import founded

pytestmark = pytest.mark.django_db

INSERT = "INSERT INTO counter (name, value) VALUES (%s, %s)"


def test_rows_come_back_as_through_a_cursor() -> None:
    statements.execute(INSERT, ["a", 1])
    statements.execute(INSERT, ["“%s”?", 2])
    asked = "SELECT name, value FROM counter WHERE value > %s ORDER BY value"
    with connection.cursor() as cursor:
        cursor.execute(asked, [0])
        assert statements.execute(asked, [0]) == cursor.fetchall() == [("a", 1), ("“%s”?", 2)]


def test_what_the_database_refuses_is_refused_with_the_frameworks_error() -> None:
    statements.execute(INSERT, ["a", 1])
    with pytest.raises(IntegrityError), transaction.atomic():
        statements.execute(INSERT, ["a", 2])
    assert list(Counter.objects.values_list("name", "value")) == [("a", 1)]


def test_nothing_is_written_in_a_transaction_that_is_broken() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            statements.execute(INSERT, ["a", 1])
    assert not Counter.objects.exists()


def test_whoever_counts_statements_sees_these_too() -> None:
    with founded.statements() as counted:
        statements.execute(INSERT, ["a", 1])
    assert len(counted) == 1
