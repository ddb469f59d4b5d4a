"""Numbers that go up by one without a gap of their own making."""

from __future__ import annotations

from gewu.infra import statements


def advance(name: str, by: int = 1) -> int:
    """Take the next so many numbers under this name, from 1; the last of them.

    One statement, in the caller's transaction.
    """
    ((value,),) = statements.execute(
        "INSERT INTO counter (name, value) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value",
        [name, by],
    )
    return int(value)
