"""What a channel says of itself: which fields it declares, and what it does with a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.infra.models import Connector, Outgoing
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say


class Unwanted(Refusal):
    """A row that must not come at all: refused for good, and nothing of it is kept, not even to mend it."""


@dataclass(frozen=True)
class Field:
    """One field that a channel declares. ``form`` is ``text``, ``time``, ``number`` or ``yes_no``."""

    name: str
    label: Text
    required: bool = False
    form: str = "text"
    #: Characters at most.
    longest: int = 200
    #: Whether it may name a person: masked for whoever looks after the connector, never in a list.
    personal: bool = False
    #: The values it may have, where there are only some.
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """What a connector of this kind is set to: an address, a folder. ``check`` refuses what cannot be."""

    name: str
    label: Text
    check: Callable[[str], None] = lambda text: None
    required: bool = False
    #: The values it may have, where there are only some; the first is taken unless said otherwise.
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """A connector as its adapter sees it: no secret, nothing to change."""

    id: UUID
    code: str
    adapter: str
    name: Name
    place: str
    state: str
    options: Mapping[str, Any]
    cursor: str

    @classmethod
    def of(cls, row: Connector) -> Facts:
        name = Name(row.name_zh, row.name_en)
        return cls(row.pk, row.code, row.adapter, name, row.place, row.state, row.options, row.cursor)


@dataclass(frozen=True)
class Line:
    """One row as an adapter is given it: mapped, of the declared forms, not taken before."""

    connector: Facts
    outside_id: str
    values: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True)
class Record:
    """What a row became here."""

    kind: str
    id: UUID
    #: The limit that the other side gave it; ours runs beside it.
    due_at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What the other side said to a message: a code of `health.FAULTS`, empty when it was well."""

    fault: str = ""
    status: int | None = None
    #: Whether sending it again can never help.
    final: bool = False


Take = Callable[[Line], Record | None]
Send = Callable[[Facts, Outgoing, datetime], Answer]
Ask = Callable[[Facts, datetime], bool]
Screen = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Adapter:
    """One protocol by which outside systems speak with this one.

    ``take`` makes a record of a row, in the row's own part of the transaction; it refuses with a reason and
    the row waits, or as `Unwanted` and nothing of it is kept. ``ready`` refuses a connector that must not
    start. ``screen`` looks at a row as it came, before anything of it is kept. ``ask`` is called by the sweep
    when the connector is due; it raises `Fault`, and says whether the other side was spoken with at all.
    ``send`` carries one outgoing message, outside of every transaction.
    """

    name: str
    label: Text
    purpose: Text
    fields: tuple[Field, ...] = ()
    options: tuple[Option, ...] = ()
    #: Where rows come from: ``push`` (signed requests), ``pull``, ``file``; ``out`` where messages leave.
    ways: tuple[str, ...] = ("push",)
    #: The field that holds the number in the outside system; empty where rows have none.
    identity: str = ""
    #: The number of a row out of its fields, where one field alone does not say it.
    numbered: Callable[[Mapping[str, Any]], str] | None = None
    screen: Screen = lambda row: None
    take: Take | None = None
    ready: Callable[[Facts], None] = lambda connector: None
    ask: Ask | None = None
    every_s: float = 60
    send: Send | None = None
    #: Whether the secret is a key that the other side gives, not one with which both sides sign.
    foreign_secret: bool = False
    #: Rows as the other side sends them, to try a mapping on.
    samples: Callable[[], Iterable[Mapping[str, Any]]] = tuple
    mapping: tuple[Mapping[str, Any], ...] = field(default=())
    #: Connectors that most installations want, declared at once: code, names, purposes and mapping of each.
    usual: Callable[[], Iterable[Mapping[str, Any]]] = tuple

    def field_named(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


_adapters: dict[str, Adapter] = {}


def register(adapters: Iterable[Adapter]) -> None:
    """Take over the adapters of the channels; `gewu.config` hands them over when the platform starts."""
    _adapters.update({one.name: one for one in adapters})


def all_adapters() -> tuple[Adapter, ...]:
    """Every adapter, in the order in which they were registered."""
    return tuple(_adapters.values())


def adapter_named(name: str) -> Adapter:
    """The adapter of that name; an unknown one is refused."""
    if name not in _adapters:
        raise Refusal(say("没有“{name}”这种对接方式", name=name[:24]), Kind.MISSING, field="adapter")
    return _adapters[name]
