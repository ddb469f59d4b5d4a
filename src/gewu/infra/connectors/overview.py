"""How connectors stand, as their pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.infra import versions
from gewu.infra.connectors import queue
from gewu.infra.connectors.adapters import Adapter, adapter_named, all_adapters
from gewu.infra.connectors.health import FAULTS
from gewu.infra.connectors.keeping import HELD
from gewu.infra.lifecycle import CONNECTOR
from gewu.infra.models import Connector, ConnectorBatch, ConnectorSecret, OutsideId
from gewu.kernel.lifecycle import State, Step
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say


@dataclass(frozen=True)
class Counts:
    """Rows since the beginning, and how many wait now."""

    taken: int
    already: int
    refused: int
    waiting: int


@dataclass(frozen=True)
class Standing:
    """One connector. ``fault`` is what went wrong last, while it has not worked since."""

    id: UUID
    code: str
    name: Name
    purpose: Name
    adapter: str
    kind: Text
    ways: tuple[str, ...]
    place: str
    state: State
    counts: Counts
    well_at: datetime | None
    ill_at: datetime | None
    fault: Text | None
    failures: int
    options: Mapping[str, str]

    @property
    def down(self) -> bool:
        """Whether it counts as not working: it failed several times in a row."""
        return self.state.name == "failing"


def standings(adapter: str = "") -> tuple[Standing, ...]:
    """Every connector, or those of one adapter, by code: two queries."""
    known = {one.name for one in all_adapters()}
    rows = Connector.objects.filter(adapter__in=[adapter] if adapter else known).order_by("code")
    waiting = queue.counts()
    return tuple(_standing(row, waiting.get(row.pk, 0)) for row in rows)


def standing(code: str) -> Standing:
    """One connector by its code; an unknown one is refused."""
    row = named(code)
    return _standing(row, queue.counts().get(row.pk, 0))


def named(code: str) -> Connector:
    """The row of a connector; an unknown code is refused."""
    row = Connector.objects.filter(code=code).first()
    if row is None:
        raise Refusal(say("没有“{code}”这个对接", code=code[:40]), Kind.MISSING)
    return row


def in_use(adapter: str) -> bool:
    """Whether any connector of an adapter takes rows or is owed messages; held in memory."""
    return adapter in _in_use.get()


def reaching(adapter: str, place: str) -> str:
    """The nearest connector of an adapter that runs and whose place holds this one; empty without."""
    rows = Connector.objects.filter(adapter=adapter, state__in=CONNECTOR.names(open=True))
    mine = [one for one in rows.values_list("place", "code") if is_within(place, one[0])]
    return max(mine, key=lambda one: len(one[0]))[1] if mine else ""


def _load() -> frozenset[str]:
    running = Connector.objects.exclude(state__in=("declared", "tried"))
    return frozenset(running.values_list("adapter", flat=True))


_in_use = versions.Held(HELD, _load)


@dataclass(frozen=True)
class Outside:
    """Under which number, in which system, a record is known outside, and the limit it was given there."""

    code: str
    name: Name
    number: str
    due_at: datetime | None


def outside(record_ids: Iterable[UUID]) -> dict[UUID, Outside]:
    """What some records are outside, by record: one query."""
    rows = OutsideId.objects.filter(record_id__in=set(record_ids)).select_related("connector").order_by("-pk")
    return {
        one.record_id: Outside(
            one.connector.code, Name(one.connector.name_zh, one.connector.name_en), one.outside_id, one.due_at
        )
        for one in rows
        if one.record_id
    }


def _standing(row: Connector, waiting: int) -> Standing:
    adapter = adapter_named(row.adapter)
    ill = row.ill_at is not None and (row.well_at is None or row.well_at < row.ill_at)
    return Standing(
        row.pk,
        row.code,
        Name(row.name_zh, row.name_en),
        Name(row.purpose_zh, row.purpose_en),
        row.adapter,
        adapter.label,
        adapter.ways,
        row.place,
        CONNECTOR.state(row.state),
        Counts(row.taken, row.already, row.refused, waiting),
        row.well_at,
        row.ill_at,
        FAULTS.get(row.fault) if ill else None,
        row.failures,
        row.options,
    )


def steps_of(row: Connector) -> tuple[Step, ...]:
    """What an administrator may do with it now."""
    return tuple(one for one in CONNECTOR.steps_from(row.state) if one.by == "integrator")


@dataclass(frozen=True)
class Came:
    """Rows that came together, as a list shows them."""

    way: str
    source: str
    at: datetime
    taken: int
    already: int
    waiting: int
    refused: int


def batches(connector_id: UUID, *, most: int = 20) -> tuple[Came, ...]:
    """The newest takings, newest first."""
    rows = ConnectorBatch.objects.filter(connector_id=connector_id).order_by("-id")[:most]
    return tuple(
        Came(one.way, one.source, one.at, one.taken, one.already, one.waiting, one.refused) for one in rows
    )


def secret_made_at(connector_id: UUID) -> datetime | None:
    """When the secret that counts was made; nothing while there is none."""
    rows = ConnectorSecret.objects.filter(connector_id=connector_id, until=None)
    return rows.order_by("-id").values_list("made_at", flat=True).first()


def adapters() -> tuple[Adapter, ...]:
    """Every way of connecting that there is."""
    return all_adapters()
