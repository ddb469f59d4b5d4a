"""The error queue: rows that wait, corrected and tried again one by one or all together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Formatter
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Count

from gewu.infra import paging, sealing, store, stream
from gewu.infra.connectors.adapters import Adapter, Unwanted, adapter_named
from gewu.infra.connectors.mapping import mapped, rules_of
from gewu.infra.connectors.taking import Outcome, Result, add_counts, intake_of, running
from gewu.infra.events import ConnectorRowSettled
from gewu.infra.models import Connector, ConnectorBatch, ConnectorRow
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

#: Held by whoever works with the matters that come in: a row may hold what a caller said, and who called.
CORRECT = "connectors.correct"
#: How long a row waits before its content is erased.
KEPT = timedelta(days=90)
#: How many are tried again together.
MOST_AT_ONCE = 200


class Correcting(stream.Acting, Protocol):
    """Whoever corrects rows, with a word on where they may."""

    def holds_at(self, right: str, place: str) -> bool: ...


@dataclass(frozen=True)
class Waiting:
    """A row of the queue as a list shows it: nothing of its content."""

    id: UUID
    line: int
    outside_id: str
    reason: Text
    field: Text | None
    tries: int
    came_at: datetime


@dataclass(frozen=True)
class Opened:
    """A row of the queue with its values, for whoever may correct it."""

    waiting: Waiting
    #: By declared field; what the other side wrote there.
    values: Mapping[str, str]


def may_correct(actor: Correcting, connector: Connector) -> bool:
    """Whether this actor may see and correct what waits here."""
    return actor.holds_at(CORRECT, connector.place)


def waiting(connector_id: UUID, *, after: str = "", size: int = 50) -> paging.Page[Waiting]:
    """The rows that wait, the newest first, by cursor."""
    connector = Connector.objects.get(pk=connector_id)
    adapter = adapter_named(connector.adapter)
    rows = ConnectorRow.objects.filter(connector=connector, state="waiting")
    return paging.page(
        rows, paging.Order("pk"), after=after, size=size, show=lambda found: _lines(found, adapter)
    )


def reasons(connector_id: UUID) -> tuple[tuple[Text, int], ...]:
    """Why rows wait, the most frequent first."""
    adapter = adapter_named(Connector.objects.get(pk=connector_id).adapter)
    rows = ConnectorRow.objects.filter(connector_id=connector_id, state="waiting")
    counted = rows.values_list("reason", "field").annotate(n=Count("pk")).order_by("-n", "reason", "field")
    return tuple((Text(reason, _blanks(reason, adapter, field)), n) for reason, field, n in counted[:20])


def counts() -> dict[UUID, int]:
    """How many rows wait at each connector: one query."""
    rows = ConnectorRow.objects.filter(state="waiting").values_list("connector_id")
    return dict(rows.annotate(Count("pk")))


def opened(row_id: UUID, *, actor: Correcting) -> Opened:
    """A row with its content. Refused: to whoever may not correct here, and once it is settled."""
    row = _waiting_row(row_id, actor)
    adapter = adapter_named(row.connector.adapter)
    kept = _content(row)
    values = {**mapped(kept["row"], rules_of(row.connector.mapping)), **kept["mended"]}
    said = {name: "" if value is None else str(value) for name, value in values.items()}
    return Opened(_lines([row], adapter)[0], said)


def correct(row_id: UUID, mended: Mapping[str, str], *, actor: Correcting, now: datetime) -> Result:
    """Take a row again with these fields as corrected; refused again, it goes on waiting with the reason.

    What was typed is kept with the row, so that nothing is typed twice.
    """
    with store.writing():
        row = _waiting_row(row_id, actor, lock=True)
        declared = {one.name for one in adapter_named(row.connector.adapter).fields}
        kept = _content(row)
        given = {name: text for name, text in mended.items() if name in declared}
        if sum(map(len, given.values())) > 20_000:
            raise Refusal(say("更正的内容太长"), Kind.TOO_LARGE)
        kept["mended"] = {**kept["mended"], **given}
        result = _again(row, kept, actor, now)
        _batch(row.connector, [result], now)
    return result


def retry(connector_id: UUID, *, actor: Correcting, now: datetime, reason: str = "") -> Outcome:
    """Take what waits again, at most `MOST_AT_ONCE`: after the mapping was mended, or the reason is gone."""
    with store.writing():
        connector = running(connector_id)
        _require(actor, connector)
        rows = ConnectorRow.objects.select_for_update().select_related("connector")
        found = rows.filter(connector=connector, state="waiting")
        found = found.filter(reason=reason) if reason else found
        # What was tried longest ago comes first, so that pressing again goes on where this one ended.
        chosen = list(found.order_by("tries", "id")[:MOST_AT_ONCE])
        results = [_again(row, _content(row), actor, now) for row in chosen]
        _batch(connector, results, now)
    return Outcome(tuple(results))


def drop(row_id: UUID, *, reason: str, actor: Correcting, now: datetime) -> None:
    """Give a row up: its content is erased, that it was there and why it was dropped is recorded."""
    if not reason.strip():
        raise Refusal(say("请写明原因"), field="reason")
    with store.writing():
        row = _waiting_row(row_id, actor, lock=True)
        _settle(row, "dropped", actor.ref, now)
        _tell(row, "dropped", actor, now, reason.strip()[:300])


def sweep(now: datetime) -> int:
    """Erase what has waited for too long; returns how many rows."""
    with store.writing():
        late = ConnectorRow.objects.filter(state="waiting", came_at__lt=now - KEPT)
        return late.update(state="dropped", settled_at=now, settled_by="clock", sealed=b"")


def _waiting_row(row_id: UUID, actor: Correcting, *, lock: bool = False) -> ConnectorRow:
    rows = ConnectorRow.objects.select_related("connector")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise Refusal(say("没有这一行"), Kind.MISSING)
    _require(actor, row.connector)
    if row.state != "waiting":
        raise Refusal(say("这一行已经处理过"), Kind.CONFLICT)
    return row


def _require(actor: Correcting, connector: Connector) -> None:
    if not may_correct(actor, connector):
        raise Refusal(say("没有更正这个对接来件的权限"), Kind.FORBIDDEN, advice=say("来件由当地受理员更正"))


def _content(row: ConnectorRow) -> dict[str, Any]:
    kept = json.loads(sealing.opened(bytes(row.sealed), key=row.key, bound_to=row.pk.bytes))
    # A row as it came stands by itself; once something was mended, both stand side by side.
    return kept if set(kept) == {"row", "mended"} else {"row": kept, "mended": {}}


def _again(row: ConnectorRow, kept: Mapping[str, Any], actor: Correcting, now: datetime) -> Result:
    running(row.connector_id)
    intake = intake_of(row.connector, now)
    number = intake.number(intake.values(kept["row"], kept["mended"]))
    try:
        record = intake.attempt(kept["row"], kept["mended"], number, row.digest)
    except Unwanted as refusal:
        _settle(row, "dropped", actor.ref, now)
        _tell(row, "dropped", actor, now, "")
        return Result(row.line, "refused", number, refusal.text, refusal.field or "")
    except Refusal as refusal:
        _keep_waiting(row, kept, number, refusal)
        return Result(row.line, "waiting", number, refusal.text, refusal.field or "")
    _settle(row, "taken", actor.ref, now)
    _tell(row, "taken", actor, now, "")
    return Result(row.line, "taken", number, record=record)


def _keep_waiting(row: ConnectorRow, kept: Mapping[str, Any], number: str, refusal: Refusal) -> None:
    content = json.dumps(kept, ensure_ascii=False).encode()
    row.key, row.sealed = sealing.sealed(content, bound_to=row.pk.bytes)
    row.reason, row.field = refusal.text.msgid[:300], (refusal.field or "")[:40]
    row.outside_id, row.tries = number[:80], row.tries + 1
    row.save(update_fields=["key", "sealed", "reason", "field", "outside_id", "tries"])


def _settle(row: ConnectorRow, state: str, by: str, now: datetime) -> None:
    row.state, row.settled_at, row.settled_by, row.sealed = state, now, by, b""
    row.save(update_fields=["state", "settled_at", "settled_by", "sealed"])


def _tell(row: ConnectorRow, result: str, actor: Correcting, now: datetime, reason: str) -> None:
    here = row.connector
    told = ConnectorRowSettled(id=here.pk, place=here.place, code=here.code, result=result)
    stream.tell(told, actor=actor, now=now, words={"reason": reason})


def _batch(connector: Connector, results: Sequence[Result], now: datetime) -> None:
    outcome = Outcome(tuple(results))
    counts = {name: outcome.count(name) for name in ("taken", "already", "waiting", "refused")}
    ConnectorBatch.objects.create(connector=connector, way="again", at=now, **counts)
    add_counts(connector.pk, taken=counts["taken"])


def _lines(rows: Sequence[ConnectorRow], adapter: Adapter) -> list[Waiting]:
    return [
        Waiting(
            row.pk,
            row.line,
            row.outside_id,
            Text(row.reason, _blanks(row.reason, adapter, row.field)),
            declared.label if (declared := adapter.field_named(row.field)) else None,
            row.tries,
            row.came_at,
        )
        for row in rows
    ]


def _blanks(sentence: str, adapter: Adapter | None = None, field: str = "") -> dict[str, Any]:
    """What stands for the values of a reason, which are not kept: the name of a field is no such value."""
    declared = adapter.field_named(field) if adapter else None
    names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    return {name: declared.label if name == "field" and declared else "…" for name in names}
