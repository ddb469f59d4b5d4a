"""Taking in a whole table: tried first, then in parts kept one by one, to go on from after a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from gewu.infra import batches, deliveries, store, versions
from gewu.infra.batches import Counts, Refused, Source
from gewu.infra.models import Batch
from gewu.infra.sheets import Row, Sheet
from gewu.intake.actions import history, mapping, surroundings
from gewu.intake.actions.mapping import Mapping, Reading
from gewu.intake.actions.surroundings import Surroundings
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal, tried
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor

#: Rows that are written together: one turn at the database, and what a stop can cost.
PART = 500


@dataclass(frozen=True)
class Line:
    """One row of the table: as the mapping reads it, or why it cannot be read."""

    row: Row
    reading: Reading | None = None
    refusal: Refusal | None = None


@dataclass
class Outcomes:
    """What came of the rows so far. ``overdue`` is by the platform's own clock, ``recorded`` by the table."""

    rows: int = 0
    taken: int = 0
    cases: int = 0
    closed: int = 0
    already: int = 0
    overdue: int = 0
    recorded: int = 0
    differing: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def count(self, line: int, past: history.PastReport, taken: history.Taken) -> None:
        """Count one that was taken in."""
        self.taken += 1
        self.cases += bool(taken.number)
        if taken.overdue is None:
            return
        recorded = past.outcome is history.Outcome.OVERDUE
        self.closed += 1
        self.overdue += taken.overdue
        self.recorded += recorded
        if past.outcome is not history.Outcome.CLOSED and taken.overdue != recorded:
            self.differing.append(line)


def read_lines(sheet: Sheet, by: Mapping, *, limit: int = 0) -> list[Line]:
    """The rows of a table read by a mapping; a table without the columns it speaks of is refused."""
    sheet.require(by.columns())
    seen: dict[tuple[str, str], int] = {}
    rows = islice(sheet.rows, limit or None)
    return [_line(row, by, seen) for row in rows]


def _line(row: Row, by: Mapping, seen: dict[tuple[str, str], int]) -> Line:
    if row.overlong:
        return Line(row, refusal=Refusal(say("单元格比表头多，这一行可能错位"), field="header"))
    try:
        reading = mapping.translate(by, row.cells)
    except Refusal as refusal:
        return Line(row, refusal=refusal)
    number = (reading.channel, reading.outside_id)
    first = seen.setdefault(number, row.line) if reading.outside_id else row.line
    if first != row.line:
        again = Refusal(
            say("编号“{id}”与第 {line} 行重复", id=reading.outside_id, line=first), field="outside_id"
        )
        return Line(row, refusal=again)
    return Line(row, reading)


@dataclass(frozen=True)
class Plan:
    """What a table would bring: found in a trial of which nothing was kept."""

    rows: int
    refused: tuple[Refused, ...]
    already: int
    places: dict[str, int]
    channels: dict[str, int]
    classes: int
    around: Surroundings


class _Undo(Exception):
    """Ends a trial."""


def rehearse(lines: Sequence[Line], by: Mapping, *, actor: Actor, now: datetime) -> Plan:
    """Resolve every row as if it were taken in, and keep nothing; the steps of cases are not tried."""
    found: list[Plan] = []
    try:
        with store.writing():
            require_import(actor, by.county)
            readings = [line.reading for line in lines if line.reading]
            around = surroundings.lay_out(by, readings, actor=actor, now=now)
            found.append(_plan(lines, around, now))
            raise _Undo
    except _Undo:
        return found[0]
    finally:
        versions.forget()


def _plan(lines: Sequence[Line], around: Surroundings, now: datetime) -> Plan:
    refused: list[Refused] = []
    places: dict[str, int] = {}
    channels: dict[str, int] = {}
    for line in lines:
        try:
            past = _past(line, around)
            history.check(past, now=now)
        except Refusal as refusal:
            refused.append(Refused(line.row.line, refusal))
            continue
        places[past.draft.place] = places.get(past.draft.place, 0) + 1
        channels[past.draft.channel] = channels.get(past.draft.channel, 0) + 1
    classes = len({line.reading.matter for line in lines if line.reading and line.reading.matter})
    return Plan(len(lines), tuple(refused), _count_known(lines), places, channels, classes, around)


def _past(line: Line, around: Surroundings) -> history.PastReport:
    if line.refusal or line.reading is None:
        raise line.refusal or Refusal(say("这一行无法读取"))
    return around.past_report(line.reading)


def _count_known(lines: Sequence[Line]) -> int:
    """Rows whose number this channel has brought before."""
    parts = (lines[start : start + PART] for start in range(0, len(lines), PART))
    return sum(len(_known(part)) for part in parts)


def _known(lines: Sequence[Line]) -> set[int]:
    """The rows among these whose number this channel has brought before: one query."""
    read = {(one.reading.channel, one.reading.outside_id): one.row.line for one in lines if one.reading}
    ids = [number for _, number in read if number]
    found = Report.objects.filter(outside_id__in=ids).values_list("channel_id", "outside_id")
    return {read[one] for one in found if one in read}


def require_import(actor: Actor, county: str) -> None:
    """Refuse whoever may not take files into this county."""
    if not actor.holds_at("imports.run", county):
        raise Refusal(
            say("没有向 {place} 导入数据的权限", place=county),
            Kind.FORBIDDEN,
            advice=say("请由系统管理员导入"),
        )


def run(
    lines: Sequence[Line],
    by: Mapping,
    source: Source,
    *,
    actor: Actor,
    clock: Callable[[], datetime],
    resume: bool = False,
) -> Iterator[Outcomes]:
    """Take in the rows, part by part; yields what came of them after each part that is kept.

    A refused row undoes only itself and is named in the outcomes. With ``resume`` it goes on behind the
    last part that was kept for the same file and mapping. Stop it anywhere: a part is kept whole or not.
    """
    require_import(actor, by.county)
    readings = [line.reading for line in lines if line.reading]
    around = surroundings.lay_out(by, readings, actor=actor, now=clock())
    batch = (batches.unfinished(source) if resume else None) or batches.begin(
        source, started_by=actor.ref, now=clock()
    )
    total = _so_far(batch, lines)
    yield total
    for start in range(batch.rows_done, len(lines), PART):
        _take_part(lines[start : start + PART], around, batch, total, now=clock())
        yield total
    batches.finish(batch, now=clock())


def _so_far(batch: Batch, lines: Sequence[Line]) -> Outcomes:
    """What a batch has come to; of a row refused before the stop the sentence is known, not its values."""
    known = {line.row.line: line.refusal for line in lines}
    refused = [
        Refused(bad.line, known.get(bad.line) or Refusal(Text(bad.reason), field=bad.field))
        for bad in batch.bad_rows.order_by("line")
    ]
    return Outcomes(batch.rows_done, taken=batch.taken, already=batch.already, refused=refused)


def _take_part(
    lines: Sequence[Line], around: Surroundings, batch: Batch, total: Outcomes, *, now: datetime
) -> None:
    before = Counts(total.taken, total.already, len(total.refused))
    with store.writing():
        if around.mapping.is_history:
            deliveries.owe_nothing()
        known = _known(lines)
        total.already += len(known)
        _take_lines([line for line in lines if line.row.line not in known], around, total, now)
        bad = total.refused[before.refused :]
        counts = Counts(total.taken - before.taken, total.already - before.already, len(bad))
        batches.go_on(batch, len(lines), counts, bad)
    total.rows += len(lines)


def _take_lines(lines: Sequence[Line], around: Surroundings, total: Outcomes, now: datetime) -> None:
    by = around.mapping
    read = [(line, tried(_past, line, around)) for line in lines]
    pasts = [past for _, past in read if not isinstance(past, Refusal)]
    taken = iter(history.take_in_all(pasts, name=by.name, county=by.county, now=now))
    for line, past in read:
        if isinstance(past, Refusal):
            total.refused.append(Refused(line.row.line, past))
            continue
        found = next(taken)
        if isinstance(found, Refusal):
            total.refused.append(Refused(line.row.line, found))
        else:
            total.count(line.row.line, past, found)
