"""Marks of entries: small letters and digits that say of what kind they are, where they lie, whose they are.

They narrow what the index looks through; that somebody may see a record is never read from them.
"""

from __future__ import annotations

from uuid import UUID

from gewu.kernel.places import Level

_DIGITS = tuple(level.digits for level in Level)


def kind_mark(kind: str) -> str:
    return f"k{kind}"


def place_marks(place: str) -> tuple[str, ...]:
    """A place and every place that holds it; the last is its own."""
    return tuple(f"p{place[:digits]}" for digits in _DIGITS if digits <= len(place))


def desk_mark(unit: UUID) -> str:
    """A unit before which it lies. By its key: that stays when the unit moves in the tree."""
    return f"u{unit.hex}"


def person_mark(account: UUID) -> str:
    """Somebody who is called in person."""
    return f"a{account.hex}"


def state_mark(state: str) -> str:
    return f"s{state.replace('_', '')}"


def matter_mark(code: str) -> str:
    return f"m{code.lower()}"
