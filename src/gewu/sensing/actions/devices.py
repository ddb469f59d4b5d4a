"""The list of devices: registered with place, owner and sign, worked on, retired, asked to do something."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from gewu.infra import counters, store, stream
from gewu.infra.versions import changed
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.sensing import events, permissions
from gewu.sensing.models import Command, Device, DeviceKind, DeviceState, Maintenance, Quantity
from gewu.sensing.queries.known import HELD, kind_named
from gewu.sensing.rules import COMMANDS
from gewu.territory import queries as territory

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
#: Nobody works on a device for longer at one go, and a command waits no longer than this.
LONGEST_WORK = timedelta(days=30)
LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True)
class DeviceSpec:
    """A device to register. ``owner`` is the code of a unit; coordinates are WGS84 and decide the place."""

    code: str
    kind: str
    name: str
    owner: str
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    public: bool = False
    sign: str = ""


def register(spec: DeviceSpec, *, actor: Actor, now: datetime) -> Device:
    """Register a device, so that what it says is taken in.

    Refused are a code that is taken or cannot stand in a topic, an unknown kind, owner or place, and a
    device where the public goes without the words of its sign.
    """
    device = _device(spec, now)
    permissions.require_manage(actor, device.place)
    with store.writing():
        if Device.objects.filter(code=device.code).exists():
            raise Refusal(say("设备编号“{code}”已登记过", code=device.code), Kind.CONFLICT, field="code")
        device.number = counters.advance("device")
        device.save(force_insert=True)
        DeviceState.objects.create(number=device.number)
        told = events.DeviceRegistered(id=device.pk, place=device.place, code=device.code)
        stream.tell(told, actor=actor, now=now)
        changed(HELD)
    return device


def _device(spec: DeviceSpec, now: datetime) -> Device:
    if not _CODE.fullmatch(spec.code):
        raise Refusal(say("设备编号用小写字母、数字和短横线，2 到 40 个"), field="code")
    name = _words(spec.name, 60, "name", say("名称"))
    sign = _words(spec.sign, 200, "sign", say("公示牌文字"), needed=spec.public)
    owner = organisation.unit(spec.owner)
    if owner is None:
        raise Refusal(say("没有编号为“{code}”的单位", code=spec.owner), Kind.MISSING, field="owner")
    return Device(
        code=spec.code,
        kind_id=kind_named(spec.kind).code,
        name=name,
        place=_place(spec, now),
        address=_words(spec.address, 200, "address", say("地址"), needed=False),
        lon=spec.lon,
        lat=spec.lat,
        owner_id=owner.id,
        public=spec.public,
        sign=sign,
        added_at=now,
    )


def _words(text: str, most: int, field: str, label: Text, *, needed: bool = True) -> str:
    text = text.strip()
    if len(text) > most or not text.isprintable() or (needed and len(text) < 2):
        raise Refusal(say("请写明{field}，最多 {n} 个字", field=label, n=most), field=field)
    return text


def _place(spec: DeviceSpec, now: datetime) -> str:
    """The grid at its coordinates; else the place that is named."""
    if (spec.lon is None) != (spec.lat is None):
        raise Refusal(say("经度和纬度要一起给出"), field="lon" if spec.lon is None else "lat")
    if spec.lon is None or spec.lat is None:
        return territory.place(spec.place).code
    located = territory.locate_many([spec.lon], [spec.lat])[0]
    if not located:
        raise Refusal(say("这个位置不在本辖区内"), field="lon")
    if spec.place and not is_within(located, spec.place):
        raise Refusal(say("坐标不在所填的区域内"), field="place")
    return located


def retire(code: str, *, actor: Actor, now: datetime) -> Device:
    """Take a device out of service; nothing it says is taken in any more, what it said stays."""
    with store.writing():
        device = _locked(code)
        permissions.require_manage(actor, device.place)
        device.retired_at = now
        device.save(update_fields=["retired_at"])
        stream.tell(events.DeviceRetired(id=device.pk, place=device.place), actor=actor, now=now)
        changed(HELD)
    return device


def _locked(code: str) -> Device:
    found = Device.objects.select_for_update().filter(code=code, retired_at=None).first()
    if found is None:
        raise Refusal(say("没有登记设备“{code}”", code=code), Kind.MISSING)
    return found


def set_maintenance(
    code: str, *, since: datetime, until: datetime, reason: str, actor: Actor, now: datetime
) -> Maintenance:
    """Say that someone works on a device for a time, in which it raises nothing; readings are kept.

    Refused are a time that is over, longer than thirty days or without a reason.
    """
    reason = _words(reason, 300, "reason", say("理由"))
    if until <= max(since, now) or until - since > LONGEST_WORK:
        raise Refusal(say("检修要在现在之后结束，一次最长三十天"), field="until")
    with store.writing():
        device = _locked(code)
        permissions.require_maintain(actor, device.place)
        row = Maintenance.objects.create(
            device=device, since=since, until=until, reason=reason, set_by=actor.ref
        )
        told = events.MaintenanceSet(
            id=device.pk, place=device.place, since=since.isoformat(), until=until.isoformat()
        )
        stream.tell(told, actor=actor, now=now, words={"reason": reason})
        changed(HELD)
    return row


def end_maintenance(key: UUID, *, actor: Actor, now: datetime) -> Maintenance:
    """Say that the work is done earlier than planned; from now on the device raises alarms again."""
    with store.writing():
        row = (
            Maintenance.objects.select_for_update(of=("self",))
            .select_related("device")
            .filter(pk=key)
            .first()
        )
        if row is None or row.until <= now:
            raise Refusal(say("没有这次检修，或它已结束"), Kind.MISSING)
        permissions.require_maintain(actor, row.device.place)
        row.until = now
        row.since = min(row.since, now)
        row.save(update_fields=["since", "until"])
        told = events.MaintenanceEnded(id=row.device.pk, place=row.device.place)
        stream.tell(told, actor=actor, now=now)
        changed(HELD)
    return row


def ask(code: str, word: str, *, within: timedelta, actor: Actor, now: datetime) -> Command:
    """Ask something of a device; it is sent as soon as a listener is there and lapses after ``within``."""
    if word not in COMMANDS:
        raise Refusal(say("没有“{word}”这个指令", word=word), field="word")
    if not timedelta() < within <= LONGEST_WAIT:
        raise Refusal(say("指令最多等一天"), field="within")
    with store.writing():
        device = _locked(code)
        permissions.require_maintain(actor, device.place)
        row = Command.objects.create(
            device=device, word=word, asked_by=actor.ref, asked_at=now, expires_at=now + within
        )
        told = events.CommandAsked(id=device.pk, place=device.place, command=row.pk)
        stream.tell(told, actor=actor, now=now)
    return row


@dataclass(frozen=True)
class ToSend:
    """A command on its way to a device."""

    id: UUID
    device: str
    word: str
    lapses_s: int


def take_commands(*, now: datetime, most: int = 50) -> tuple[ToSend, ...]:
    """The commands that wait, marked as sent; what has lapsed is left alone."""
    waiting = Command.objects.filter(sent_at=None, expires_at__gt=now)
    if not waiting.exists():
        return ()
    with store.writing():
        found = list(
            waiting.select_for_update(of=("self",), skip_locked=True).select_related("device")[:most]
        )
        Command.objects.filter(pk__in=[one.pk for one in found]).update(sent_at=now)
    return tuple(
        ToSend(one.pk, one.device.code, one.word, max(1, int((one.expires_at - now).total_seconds())))
        for one in found
    )


def note_answer(device: str, command: UUID, *, done: bool, now: datetime) -> bool:
    """Keep what a device answered to a command of its own, once; whether it was one that waited."""
    with store.writing():
        rows = Command.objects.filter(pk=command, device__code=device, answered_at=None)
        return bool(rows.exclude(sent_at=None).update(answered_at=now, done=done))


def note_connection(device: str, *, online: bool) -> bool:
    """Keep what a device, or the broker for it, said of being connected; whether it is a known device."""
    with store.writing():
        numbers = Device.objects.filter(code=device, retired_at=None).values("number")
        said = "online" if online else "offline"
        return bool(DeviceState.objects.filter(number__in=numbers).update(said=said))


def load_kinds(kinds: Path, quantities: Path) -> int:
    """Load kinds of devices and what they measure from two files; how many kinds there are."""
    rows = [DeviceKind(**row) for row in _rows(kinds)]
    measures = [Quantity(**row) for row in _rows(quantities)]
    with store.writing():
        DeviceKind.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name_zh", "name_en", "silent_after_s"],
        )
        Quantity.objects.bulk_create(
            measures,
            update_conflicts=True,
            unique_fields=["kind", "name"],
            update_fields=["name_zh", "name_en", "unit", "low", "high", "fastest"],
        )
        changed(HELD)
    return len(rows)


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
