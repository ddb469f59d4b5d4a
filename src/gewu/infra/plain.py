"""Values of plain statements as the mapper would give them, whichever database they come from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, overload
from uuid import UUID


@overload
def moment(value: datetime) -> datetime: ...


@overload
def moment(value: None) -> None: ...


@overload
def moment(value: datetime | None) -> datetime | None: ...


def moment(value: datetime | None) -> datetime | None:
    """A time; SQLite keeps those of UTC, without saying so."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def key(value: Any) -> Any:
    """A key; SQLite keeps it as its digits."""
    return UUID(hex=value) if isinstance(value, str) else value
