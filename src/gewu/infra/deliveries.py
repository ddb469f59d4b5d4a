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
_spared: dict[str, frozenset[str]] = {}
_wanted: dict[str, Callable[[], bool]] = {}


def register(
    table: Mapping[type[Event], Sequence[Reaction]],
    spared: Mapping[str, Sequence[Reaction]] | None = None,
    wanted: Mapping[Reaction, Callable[[], bool]] | None = None,
) -> None:
    """Take over the one table of reactions, by which known facts some are not owed, and which are owed only
    while somebody wants them."""
    _wanted.update({name_of(function): asked for function, asked in (wanted or {}).items()})
    _spared.update({fact: frozenset(map(name_of, functions)) for fact, functions in (spared or {}).items()})
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
    known: tuple[str, ...]


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
    """Write one delivery for each reaction to each event, in the transaction of the change.

    Left out are those of which it is known that they would find nothing to do.
    """
    if store.noted("past"):
        return
    owed = [_Owed(row.position, name, row.at) for row in told for name in _owing(row)]
    rows.insert(owed, Delivery)


def _owing(row: _Placed) -> Iterable[str]:
    names = [name for name in reactions_of(row.type) if name not in _wanted or _wanted[name]()]
    if not row.known:
        return names
    spared = frozenset().union(*(_spared[fact] for fact in row.known))
    return [name for name in names if name not in spared]
