"""Devices, their kinds and the rules that watch them, held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from gewu.catalogue import queries as catalogue
from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.sensing import rules
from gewu.sensing.models import AlarmRule, Device, DeviceKind, Maintenance, Quantity
from gewu.sensing.rules import Measure

HELD = "sensing"


@dataclass(frozen=True)
class KindFacts:
    """A kind of device with what it measures, by name."""

    code: str
    name: Name
    silent_after_s: int
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class DeviceFacts:
    """A device as readings are taken in from it; ``maintenance`` in milliseconds since 1970."""

    id: UUID
    number: int
    code: str
    kind: KindFacts
    name: str
    place: str
    maintenance: tuple[tuple[int, int], ...] = ()

    def is_worked_on(self, ts: int) -> bool:
        """Whether someone works on it at this time."""
        return any(since <= ts < until for since, until in self.maintenance)


@dataclass(frozen=True)
class Watch:
    """Everything that is needed to take in readings, as it stands now."""

    kinds: Mapping[str, KindFacts]
    devices: Mapping[str, DeviceFacts]
    rows: tuple[rules.AlarmRule, ...]
    _of: dict[tuple[int, date], tuple[rules.AlarmRule, ...]] = field(default_factory=dict)

    def rules_of(self, device: DeviceFacts, on: date) -> tuple[rules.AlarmRule, ...]:
        """The rules that watch a device on a day."""
        found = self._of.get((device.number, on))
        if found is None:
            rows = rules.in_force(self.rows, on)
            found = rules.rules_for(rows, kind=device.kind.code, code=device.code, place=device.place)
            self._of[(device.number, on)] = found
        return found


def _load() -> Watch:
    kinds = _kinds()
    windows: dict[UUID, list[tuple[int, int]]] = {}
    for device, since, until in Maintenance.objects.values_list("device", "since", "until"):
        windows.setdefault(device, []).append((in_ms(since), in_ms(until)))
    found = Device.objects.filter(retired_at=None).values_list(
        "id", "number", "code", "kind_id", "name", "place"
    )
    devices = {
        code: DeviceFacts(id, number, code, kinds[kind], name, place, tuple(windows.get(id, ())))
        for id, number, code, kind, name, place in found
    }
    return Watch(kinds, devices, tuple(map(rule_facts, AlarmRule.objects.order_by("pk"))))


def _kinds() -> dict[str, KindFacts]:
    measures: dict[str, dict[str, Measure]] = {}
    for one in Quantity.objects.order_by("pk"):
        name = Name(one.name_zh, one.name_en)
        measure = Measure(one.name, name, one.unit, one.low, one.high, one.fastest)
        measures.setdefault(one.kind_id, {})[one.name] = measure
    return {
        one.code: KindFacts(
            one.code, Name(one.name_zh, one.name_en), one.silent_after_s, measures.get(one.code, {})
        )
        for one in DeviceKind.objects.order_by("code")
    }


def rule_facts(row: AlarmRule) -> rules.AlarmRule:
    """A dated row as the rules read it."""
    begins, ends = rules.checked_hours(row.hours)
    return rules.AlarmRule(
        id=row.pk,
        kind=row.kind,
        alarm=row.alarm,
        name=Name(row.name_zh, row.name_en),
        device=row.device,
        place_prefix=row.place_prefix,
        quantity=row.quantity,
        above=row.side == "above",
        threshold=float(row.threshold),
        clears_at=float(row.clears_at),
        shape=row.shape,
        span_ms=row.minutes * 60_000,
        times=row.times,
        days=row.days,
        begins=begins,
        ends=ends,
        matter=row.matter,
        respond_minutes=row.respond_minutes,
        storm=row.storm,
        since=row.since,
        until=row.until,
    )


_held = Held(HELD, _load)


def watch() -> Watch:
    """What is watched now, at most a second older than the database."""
    return _held.get()


def kind_named(code: str) -> KindFacts:
    """The kind of device of that code; an unknown one is refused."""
    found = watch().kinds.get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这种设备", code=code), Kind.MISSING, field="kind")
    return found


def device_named(code: str) -> DeviceFacts:
    """The device in service of that code; an unknown one is refused."""
    found = watch().devices.get(code)
    if found is None:
        raise Refusal(say("没有登记设备“{code}”", code=code), Kind.MISSING, field="device")
    return found


def is_watched(rule: rules.AlarmRule, device: DeviceFacts, ts: int) -> bool:
    """Whether a rule watches a device at this time: its hours, its days, and nobody works on it."""
    local = timezone.localtime(at_ms(ts))
    workday = rule.days == "every" or catalogue.calendar().is_workday(local.date())
    return not device.is_worked_on(ts) and rules.is_watched(rule, local, workday=workday)


def in_ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def at_ms(ms: int) -> datetime:
    """The moment of so many milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def live() -> Q:
    """Alarms that are not over."""
    return Q(cleared_at=None)
