"""Taking in what devices say: many small rows in one transaction, each reading once, judged as it comes.

The readings, how the device stands, the progress of its rules and the alarms that follow are written
together. Whoever acknowledges a message after this has returned loses none and doubles none, however
often the message comes again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gewu.catalogue import queries as catalogue
from gewu.infra import statements, store, stream
from gewu.security.actors import CLOCK
from gewu.sensing import events, rules
from gewu.sensing.actions import raising
from gewu.sensing.models import DeviceState, Quarantined, Reading
from gewu.sensing.queries.known import DeviceFacts, Watch, at_ms, in_ms, is_watched, watch
from gewu.sensing.rules import AT_REST, Known, Progress

#: Rows in one statement.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Message:
    """What a device said once: its code, its own time (ms) and number, 0 without one, and when it came."""

    device: str
    ts: int
    seq: int
    received: int
    values: Mapping[str, object]


@dataclass
class TakenIn:
    """What became of some messages."""

    stored: int = 0
    repeated: int = 0
    #: How many were set aside, by the code of their fault.
    set_aside: dict[str, int] = field(default_factory=dict)
    #: Codes under which no device is registered.
    unknown: set[str] = field(default_factory=set)
    raised: int = 0
    cleared: int = 0


@dataclass
class _Standing:
    """How a device stands while a batch is taken in."""

    device: DeviceFacts
    ts: int
    seq: int
    heard: int
    values: dict[str, float]
    progress: dict[str, Progress]
    silent: bool
    changed: bool = False


@dataclass
class _Batch:
    """One transaction's work."""

    watch: Watch
    now: datetime
    standing: dict[str, _Standing]
    kept: Mapping[tuple[int, int, int], str]
    taken: TakenIn = field(default_factory=TakenIn)
    readings: dict[tuple[int, int, int], tuple[int, str]] = field(default_factory=dict)
    aside: list[Quarantined] = field(default_factory=list)
    verdicts: list[raising.Crossing] = field(default_factory=list)


def take_in(messages: Sequence[Message], *, now: datetime) -> TakenIn:
    """Store what is new, set aside what cannot be believed, raise and clear alarms: all or nothing.

    A reading whose device, time and number are stored already changes nothing. One that is older than what
    was judged last is stored and no longer judged. Codes without a registered device are named.
    """
    seen = watch()
    known = [one for one in messages if one.device in seen.devices]
    unknown = {one.device for one in messages if one.device not in seen.devices}
    if not known:
        return TakenIn(unknown=unknown)
    with store.writing():
        standing = _standing({one.device for one in known}, seen)
        batch = _Batch(seen, now, standing, _kept(known, standing))
        batch.taken.unknown = unknown
        now_ms = in_ms(now)
        for one in sorted(known, key=lambda one: (one.ts, one.seq)):
            _take(batch, one, now_ms)
        _write(batch)
    return batch.taken


def _standing(codes: Iterable[str], seen: Watch) -> dict[str, _Standing]:
    """How these devices stand, locked in one order, so that two listeners never wait for each other."""
    by_number = {seen.devices[code].number: seen.devices[code] for code in codes}
    found = (
        DeviceState.objects.select_for_update()
        .filter(number__in=by_number)
        .order_by("number")
        .values_list("number", "ts", "seq", "heard", "values", "progress", "silent")
    )
    return {
        by_number[number].code: _Standing(
            by_number[number], ts, seq, heard, json.loads(values), _progress_in(progress), silent
        )
        for number, ts, seq, heard, values, progress, silent in found
    }


def _progress_in(text: str) -> dict[str, Progress]:
    if text == "{}":
        return {}
    return {alarm: Progress(bool(met), tuple(marks)) for alarm, (met, marks) in json.loads(text).items()}


def _kept(messages: Sequence[Message], standing: Mapping[str, _Standing]) -> dict[tuple[int, int, int], str]:
    """The readings that may be here already: what is newer than all of its device is not looked up."""
    old = {
        (here.device.number, one.ts) for one in messages if (here := standing[one.device]).ts >= one.ts > 0
    }
    if not old:
        return {}
    found = Reading.objects.filter(
        device__in={number for number, _ in old}, ts__in={ts for _, ts in old if ts <= rules.LARGEST_SEQ}
    )
    return {
        (device, ts, seq): values
        for device, ts, seq, values in found.values_list("device", "ts", "seq", "values")
    }


def _take(batch: _Batch, one: Message, now_ms: int) -> None:
    here = batch.standing[one.device]
    measures = here.device.kind.measures
    here.heard, here.changed = max(here.heard, one.received), True
    values = rules.numbers_in(one.values, measures)
    fault = rules.fault_of(values, one.ts, one.seq, measures, Known(here.ts, here.values), now_ms)
    if fault or values is None:
        _set_aside(batch, here.device, one, values, fault)
        return
    text, key = json.dumps(values, sort_keys=True), (here.device.number, one.ts, one.seq)
    before = batch.kept.get(key) or batch.readings.get(key, (0, ""))[1]
    if before == text:
        batch.taken.repeated += 1
    elif before:
        _set_aside(batch, here.device, one, values, "duplicate")
    else:
        batch.readings[key] = (one.received, text)
        _judge(batch, here, one, values)


def _set_aside(
    batch: _Batch, device: DeviceFacts, one: Message, values: Mapping[str, float] | None, fault: str
) -> None:
    """Keep the numbers of it, never its texts; time and number as far as the columns take them."""
    ts, seq = (min(max(number, 0), rules.LARGEST_SEQ) for number in (one.ts, one.seq))
    kept = json.dumps(values or {}, sort_keys=True)
    batch.aside.append(
        Quarantined(device=device.number, ts=ts, seq=seq, received=one.received, values=kept, reason=fault)
    )
    batch.taken.set_aside[fault] = batch.taken.set_aside.get(fault, 0) + 1


def _judge(batch: _Batch, here: _Standing, one: Message, values: Mapping[str, float]) -> None:
    if (one.ts, one.seq) <= (here.ts, here.seq):
        return  # came late: what followed it was judged already
    here.ts, here.seq = one.ts, one.seq
    here.values.update(values)
    watching = batch.watch.rules_of(here.device, catalogue.day_of(at_ms(one.ts)))
    for rule in watching:
        value = values.get(rule.quantity)
        if value is None:
            continue
        progress = here.progress.get(rule.alarm, AT_REST)
        if progress is AT_REST and not rule.is_beyond(value):
            continue  # nearly all of them
        watched = progress.met or is_watched(rule, here.device, one.ts)
        progress, verdict = rules.judged(rule, progress, one.ts, value, watched=watched)
        here.progress[rule.alarm] = progress
        if verdict is not None or progress.met:
            batch.verdicts.append(raising.Crossing(here.device, rule, one.ts, value, verdict))


def _write(batch: _Batch) -> None:
    _insert(
        'INSERT INTO reading (device, ts, seq, received, "values") VALUES {} ON CONFLICT DO NOTHING',
        [(*key, *row) for key, row in batch.readings.items()],
    )
    batch.taken.stored = len(batch.readings)
    if batch.aside:
        Quarantined.objects.bulk_create(batch.aside, ignore_conflicts=True)
    _write_standing([one for one in batch.standing.values() if one.changed], batch.now)
    batch.taken.raised, batch.taken.cleared = raising.follow(batch.verdicts, now=batch.now)


def _write_standing(changed: Sequence[_Standing], now: datetime) -> None:
    for one in changed:
        if one.silent:
            told = events.DeviceHeardAgain(id=one.device.id, place=one.device.place)
            stream.tell(told, actor=CLOCK, now=now)
    _insert(
        'INSERT INTO device_state (number, ts, seq, heard, "values", progress, said, silent) VALUES {} '
        "ON CONFLICT (number) DO UPDATE SET ts = excluded.ts, seq = excluded.seq, heard = excluded.heard, "
        '"values" = excluded."values", progress = excluded.progress, silent = excluded.silent',
        [
            (
                one.device.number, one.ts, one.seq, one.heard, json.dumps(one.values),
                _progress_out(one.progress), "", False,
            )
            for one in changed
        ],
    )  # fmt: skip


def _progress_out(progress: Mapping[str, Progress]) -> str:
    moving = {alarm: [one.met, one.marks] for alarm, one in progress.items() if one != AT_REST}
    return json.dumps(moving) if moving else "{}"


def _insert(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Some rows by as few statements as hold them."""
    for start in range(0, len(rows), _MOST):
        part = rows[start : start + _MOST]
        marks = "(" + ", ".join(["%s"] * len(part[0])) + ")"
        statements.execute(
            statement.format(", ".join([marks] * len(part))), [value for row in part for value in row]
        )
