"""Numbers that go up by one without a gap of their own making."""

from __future__ import annotations

from django.db import connection


def next_value(name: str) -> int:
    """The next number under this name, from 1; one statement, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO counter (name, value) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
            [name],
        )
        return int(cursor.fetchone()[0])
