"""Taking rows: each once, the good ones now, the bad ones into the error queue; none stops another."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from gewu.infra import sealing, store
from gewu.infra.connectors import health
from gewu.infra.connectors.adapters import Adapter, Facts, Line, Record, Unwanted, adapter_named
from gewu.infra.connectors.mapping import formed, mapped, rules_of, storable
from gewu.infra.lifecycle import CONNECTOR
from gewu.infra.models import Connector, ConnectorBatch, ConnectorRow, OutsideId
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

log = logging.getLogger(__name__)

#: Rows that come together at most, and bytes of one row as JSON.
MOST_ROWS, LARGEST_ROW = 1000, 32 * 1024
LONGEST_ID = 80


@dataclass(frozen=True)
class Result:
    """What became of one row: ``taken``, ``already``, ``waiting`` (in the error queue) or ``refused``."""

    line: int
    outcome: str
    outside_id: str = ""
    reason: Text | None = None
    field: str = ""
    record: Record | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of rows that came together."""

    results: tuple[Result, ...]

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.results)


def take(connector_id: UUID, rows: Sequence[Any], *, way: str, source: str = "", now: datetime) -> Outcome:
    """Take rows as the other side writes them, and keep that it worked.

    A row whose number was taken before is left as it is. One that is refused waits in the error queue,
    sealed, with its reason; the same row again waits once. Refused as a whole: a connector that does not
    run, and more rows at once than `MOST_ROWS`.
    """
    if len(rows) > MOST_ROWS:
        raise Refusal(say("一次最多 {n} 行", n=MOST_ROWS), Kind.TOO_LARGE, advice=say("请分几次发送"))
    with store.writing():
        intake = _Intake.of(running(connector_id), now)
        known = intake.known(rows)
        results = tuple(intake.one(line, row, known) for line, row in enumerate(rows, start=1))
        outcome = Outcome(results)
        _keep(intake.connector, outcome, way, source, now)
        health.note_well(connector_id, now=now)
    return outcome


def running(connector_id: UUID) -> Connector:
    """A connector whose rows are taken now; any other is refused."""
    row = Connector.objects.filter(pk=connector_id).first()
    if row is None:
        raise Refusal(say("没有这个对接"), Kind.MISSING)
    if row.state not in CONNECTOR.names(open=True):
        raise Refusal(
            say("对接“{name}”没有启用", name=row.name_zh),
            Kind.CONFLICT,
            advice=say("请联系系统管理员启用后再发送"),
        )
    return row


def _keep(connector: Connector, outcome: Outcome, way: str, source: str, now: datetime) -> None:
    counts = {name: outcome.count(name) for name in ("taken", "already", "waiting", "refused")}
    ConnectorBatch.objects.create(connector=connector, way=way, source=source[:200], at=now, **counts)
    add_counts(connector.pk, counts["taken"], counts["already"], counts["waiting"] + counts["refused"])


def add_counts(connector_id: UUID, taken: int = 0, already: int = 0, refused: int = 0) -> None:
    """Add to the totals of a connector; for channels that take their messages by a way of their own."""
    Connector.objects.filter(pk=connector_id).update(
        taken=F("taken") + taken, already=F("already") + already, refused=F("refused") + refused
    )


@dataclass(frozen=True)
class _Intake:
    """One connector while it takes rows."""

    connector: Connector
    adapter: Adapter
    facts: Facts
    now: datetime

    @classmethod
    def of(cls, connector: Connector, now: datetime) -> _Intake:
        return cls(connector, adapter_named(connector.adapter), Facts.of(connector), now)

    def values(self, row: Mapping[str, Any], mended: Mapping[str, Any] = {}) -> dict[str, Any]:
        """The declared fields of a row as they came, with what a clerk has mended."""
        return {**mapped(row, rules_of(self.connector.mapping)), **mended}

    def number(self, values: Mapping[str, Any]) -> str:
        """The number of the row in the outside system, as far as it can be one."""
        if self.adapter.numbered:
            value: Any = self.adapter.numbered(values)
        else:
            value = values.get(self.adapter.identity, "")
        text = "" if isinstance(value, Mapping | list) else str(value or "").strip()
        return text if storable(text) else ""

    def known(self, rows: Sequence[Any]) -> dict[str, str]:
        """Which of these numbers were taken before, and with what content: one query."""
        numbers = {self.number(self.values(row)) for row in rows if isinstance(row, Mapping)} - {""}
        found = OutsideId.objects.filter(connector=self.connector, outside_id__in=numbers)
        return dict(found.values_list("outside_id", "digest"))

    def one(self, line: int, row: Any, known: dict[str, str]) -> Result:
        """One row to its end; nothing that is wrong with it reaches the others."""
        content = _content(row)
        if content is None:
            return Result(
                line, "refused", reason=say("这一行不是一条记录，或超过 {n} KB", n=LARGEST_ROW // 1024)
            )
        try:
            self.adapter.screen(row)
        except Refusal as refusal:
            return Result(line, "refused", "", refusal.text, refusal.field or "")
        number = self.number(self.values(row))
        digest = hashlib.sha256(content).hexdigest()
        if known.get(number) == digest:
            return Result(line, "already", number)
        try:
            if number in known:
                raise _other_content(number)
            record = self.attempt(row, {}, number, digest)
        except Unwanted as refusal:
            return Result(line, "refused", number, refusal.text, refusal.field or "")
        except Refusal as refusal:
            if self.mended_before(digest):
                return Result(line, "already", number[:LONGEST_ID])
            self.wait(line, number[:LONGEST_ID], content, digest, refusal)
            return Result(line, "waiting", number[:LONGEST_ID], refusal.text, refusal.field or "")
        if number:
            known[number] = digest
            self.settle_waiting(number)
        return Result(line, "taken", number, record=record)

    def attempt(
        self, row: Mapping[str, Any], mended: Mapping[str, Any], number: str, digest: str
    ) -> Record | None:
        """Take one row in its own part of the transaction, or refuse it. A fault of ours is a refusal too."""
        try:
            with store.attempt():
                self.adapter.screen(mended)
                values = formed(self.values(row, mended), self.adapter)
                if len(number) > LONGEST_ID:
                    raise Refusal(say("编号超过 {n} 个字符", n=LONGEST_ID), field=self.adapter.identity)
                mark = self._mark(number, digest) if number else None
                record = (
                    self.adapter.take(Line(self.facts, number, values, self.now))
                    if self.adapter.take
                    else None
                )
                if mark and record:
                    mark.record_kind, mark.record_id = record.kind, record.id
                    mark.due_at = record.due_at
                    mark.save(update_fields=["record_kind", "record_id", "due_at"])
                return record
        except IntegrityError:
            raise Refusal(say("编号“{id}”已收过", id=number[:40]), Kind.CONFLICT) from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
            log.exception("connector %s: a row made the adapter fail", self.connector.code)
            raise Refusal(
                say("处理这一行时出错（{fault}）", fault=type(fault).__name__),
                advice=say("已记入日志，请联系系统管理员"),
            ) from None

    def _mark(self, number: str, digest: str) -> OutsideId:
        return OutsideId.objects.create(
            connector=self.connector, outside_id=number, digest=digest, taken_at=self.now
        )

    def mended_before(self, digest: str) -> bool:
        """Whether a person has corrected this very row, which then was taken."""
        rows = ConnectorRow.objects.filter(connector=self.connector, digest=digest, state="taken")
        return rows.exists()

    def wait(self, line: int, number: str, content: bytes, digest: str, refusal: Refusal) -> None:
        """Put a row into the error queue, or count that it came again."""
        waiting = ConnectorRow.objects.filter(connector=self.connector, digest=digest, state="waiting")
        said = {"reason": refusal.text.msgid[:300], "field": (refusal.field or "")[:40]}
        if waiting.update(tries=F("tries") + 1, **said):
            return
        row_id = new_id()
        key, sealed = sealing.sealed(content, bound_to=row_id.bytes)
        ConnectorRow.objects.create(
            id=row_id, connector=self.connector, line=line, outside_id=number, digest=digest,
            sealed=sealed, key=key, came_at=self.now, **said,
        )  # fmt: skip

    def settle_waiting(self, number: str) -> None:
        """What waited under a number that came again in good order waits no more."""
        waiting = ConnectorRow.objects.filter(connector=self.connector, outside_id=number, state="waiting")
        waiting.update(
            state="taken", settled_at=self.now, settled_by=f"connector:{self.connector.code}", sealed=b""
        )


def _content(row: Any) -> bytes | None:
    """The row as one text, or nothing when it is no row or too large to be kept."""
    if not isinstance(row, Mapping):
        return None
    try:
        content = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode()
    except (TypeError, ValueError, RecursionError):  # keys of many kinds, half a character, too deep
        return None
    return content if len(content) <= LARGEST_ROW else None


def _other_content(number: str) -> Refusal:
    return Refusal(
        say("编号“{id}”已收过，内容不同", id=number[:40]),
        Kind.CONFLICT,
        advice=say("同一编号只收一次；补充情况请用对方的催办或追加"),
    )


def intake_of(connector: Connector, now: datetime) -> _Intake:
    """A connector about to take a row of its error queue again."""
    return _Intake.of(connector, now)


def record_of(connector_id: UUID, number: str) -> UUID | None:
    """What a number of an outside system became here, if it was taken."""
    mine = OutsideId.objects.filter(connector_id=connector_id, outside_id=number)
    return mine.values_list("record_id", flat=True).first()


def last_kind(connector_id: UUID, beginning: str) -> str:
    """What the last row taken whose number begins so became; empty for none."""
    mine = OutsideId.objects.filter(connector_id=connector_id, outside_id__startswith=beginning)
    return mine.order_by("-pk").values_list("record_kind", flat=True).first() or ""


def outside_id_of(record_id: UUID) -> Iterable[tuple[UUID, str]]:
    """Under which numbers a record is known outside: pairs of connector and number."""
    return OutsideId.objects.filter(record_id=record_id).values_list("connector_id", "outside_id")
