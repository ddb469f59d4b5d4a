"""Statements given to SQLite's driver itself, where the wrapping around it costs more than they do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def execute(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Carry out one statement with ``%s`` for each value, in the open transaction if there is one; its rows.

    Refused as through a cursor: in a transaction that is broken, and by the database with the same errors.
    Whoever wants to see every statement, as a test that counts them, sees this one too.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "sqlite" or here.execute_wrappers or here.queries_logged:
        with here.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        found: list[tuple[Any, ...]] = here.connection.execute(_as_sqlite(statement), values).fetchall()
    return found


@lru_cache(maxsize=512)
def _as_sqlite(statement: str) -> str:
    return statement.replace("%s", "?")
