"""What each event owes to each reaction: one table, one row for each debt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gewu.infra import rows, store
from gewu.infra.models import Delivery
from gewu.kernel.events import Event

Reaction = Callable[..., None]

_reactions: dict[str, tuple[str, ...]] = {}
_functions: dict[str, Reaction] = {}


def register(table: Mapping[type[Event], Sequence[Reaction]]) -> None:
    """Take over the one table of reactions."""
    for kind, functions in table.items():
        _reactions[kind.__name__] = tuple(name_of(function) for function in functions)
        _functions.update({name_of(function): function for function in functions})


def name_of(function: Reaction) -> str:
    """``package.function``, the name under which a delivery is stored."""
    return f"{function.__module__.split('.')[-2]}.{function.__name__}"


def function_named(name: str) -> Reaction:
    """The function behind a stored name."""
    return _functions[name]


def reactions_of(type_name: str) -> tuple[str, ...]:
    """The names of what follows an event."""
    return _reactions.get(type_name, ())


def owe_nothing() -> None:
    """Have the open write transaction be recorded without telling anyone: what it writes is long past."""
    store.noted("past").append(True)


class _Placed(Protocol):
    """An event that has its position in the stream."""

    position: int | None
    type: str
    at: datetime


@dataclass(slots=True)
class _Owed:
    """What becomes a `Delivery`."""

    event_id: int | None
    reaction: str
    due_at: datetime
    tries: int = 0
    done_at: None = None
    error: str = ""
    id: int | None = None


def owe(told: Iterable[_Placed]) -> None:
    """Write one delivery for each reaction to each event, in the transaction of the change."""
    if store.noted("past"):
        return
    owed = [_Owed(row.position, name, row.at) for row in told for name in reactions_of(row.type)]
    rows.insert(owed, Delivery)
