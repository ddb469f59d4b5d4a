"""What each event owes to each reaction: one table, one row for each debt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from gewu.infra import rows, store
from gewu.infra.models import Delivery, EventRow
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


def owe(told: Iterable[EventRow]) -> None:
    """Write one delivery for each reaction to each event, in the transaction of the change."""
    if store.noted("past"):
        return
    rows.insert(
        [Delivery(event=row, reaction=name, due_at=row.at) for row in told for name in reactions_of(row.type)]
    )
