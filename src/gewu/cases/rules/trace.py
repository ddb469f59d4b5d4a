"""Which stages of a map a case has reached, when and by whom. The map is data; this only reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from gewu.kernel.texts import Text

Label = TypeVar("Label")


@dataclass(frozen=True)
class Happening:
    """One event with its time and its actor."""

    type: str
    at: datetime
    who: Text | str


@dataclass(frozen=True)
class Reached(Generic[Label]):
    """A stage with the first event that reached it; without one the case has not come so far."""

    name: Label
    first: Happening | None


def reached(
    stages: Iterable[tuple[Label, frozenset[str]]], happened: Sequence[Happening]
) -> tuple[Reached[Label], ...]:
    """The stages in the order of their map."""
    return tuple(
        Reached(name, next((one for one in happened if one.type in events), None)) for name, events in stages
    )
