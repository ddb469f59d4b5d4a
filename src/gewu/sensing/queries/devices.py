"""Devices as pages show them: the list, one with its series and state, and grids that have none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gewu.infra.paging import Order, Page, page
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import UnitFacts
from gewu.security import scopes
from gewu.security.actors import Actor
from gewu.sensing import permissions, rules
from gewu.sensing.models import Command, Device, DeviceState, Maintenance, Quarantined, Reading
from gewu.sensing.queries.known import KindFacts, at_ms, in_ms, watch
from gewu.territory import queries as territory

SIZE = 50
#: Points of a drawn series; more cannot be told apart on a screen.
MOST_POINTS = 300
#: Readings that are read to draw one: beyond it a series is drawn from an even part of them.
MOST_READ = 20_000


@dataclass(frozen=True)
class DeviceLine:
    """One device in a list, with the newest value of each quantity."""

    id: UUID
    code: str
    name: str
    kind: KindFacts
    place: str
    heard_at: datetime | None
    values: Mapping[str, float]
    silent: bool
    offline: bool
    worked_on: bool
    public: bool
    retired: bool


@dataclass(frozen=True)
class Aside:
    """A reading that was set aside, and why."""

    ts: datetime | None
    received_at: datetime
    reason: Text
    values: Mapping[str, float]


@dataclass(frozen=True)
class Work:
    """A time of maintenance."""

    id: UUID
    since: datetime
    until: datetime
    reason: str
    set_by: str
    over: bool


@dataclass(frozen=True)
class Asked:
    """A command and what became of it."""

    word: Text
    asked_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    done: bool | None


@dataclass(frozen=True)
class DevicePage:
    """One device whole."""

    line: DeviceLine
    address: str
    lon: float | None
    lat: float | None
    owner: UnitFacts
    sign: str
    rules: tuple[rules.AlarmRule, ...]
    aside: tuple[Aside, ...]
    work: tuple[Work, ...]
    asked: tuple[Asked, ...]
    may_maintain: bool


@dataclass(frozen=True)
class Series:
    """What one quantity of a device was over a time: moments and values, at most `MOST_POINTS` of them."""

    quantity: str
    since: datetime
    until: datetime
    points: tuple[tuple[datetime, float], ...]


def visible_to(actor: Actor) -> Q:
    """The devices an actor may see: in the places where alarms are seen or devices kept."""
    seen, kept = (
        scopes.visible(actor, right, place="place", unit=lambda path: scopes.NOTHING)
        for right in (permissions.READ, permissions.MANAGE)
    )
    return seen | kept if seen and kept else Q()  # an empty condition shuts nobody out


def devices(
    actor: Actor, *, kind: str = "", place: str = "", after: str = "", now: datetime
) -> Page[DeviceLine]:
    """The devices in service, newest first. Two queries, however many."""
    rows = Device.objects.filter(visible_to(actor), retired_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    if place:
        rows = rows.filter(scopes.within("place", place))
    return page(rows, Order("pk"), after=after, size=SIZE, show=lambda found: _lines(found, now))


def counts(actor: Actor) -> dict[str, int]:
    """How many devices in service there are of each kind."""
    rows: QuerySet[Device] = Device.objects.filter(visible_to(actor), retired_at=None)
    return dict(rows.values_list("kind").annotate(n=Count("pk")).order_by("kind"))


def _lines(rows: Iterable[Device], now: datetime) -> tuple[DeviceLine, ...]:
    found, kinds, held = list(rows), watch().kinds, watch().devices
    states = DeviceState.objects.in_bulk([row.number for row in found])
    now_ms = in_ms(now)
    lines = []
    for row in found:
        state, facts = states[row.number], held.get(row.code)
        lines.append(
            DeviceLine(
                id=row.pk,
                code=row.code,
                name=row.name,
                kind=kinds[row.kind_id],
                place=row.place,
                heard_at=at_ms(state.heard) if state.heard else None,
                values=json.loads(state.values),
                silent=state.silent,
                offline=state.said == "offline",
                worked_on=facts is not None and facts.is_worked_on(now_ms),
                public=row.public,
                retired=row.retired_at is not None,
            )
        )
    return tuple(lines)


def device(actor: Actor, code: str, *, now: datetime) -> DevicePage:
    """One device; refused as if it did not exist to whoever may not see it."""
    row = Device.objects.filter(visible_to(actor), code=code).first()
    if row is None:
        raise Refusal(say("没有登记设备“{code}”", code=code), Kind.MISSING)
    held = watch()
    facts = held.devices.get(code)
    may = actor.holds_at(permissions.RESPOND, row.place) or actor.holds_at(permissions.MANAGE, row.place)
    return DevicePage(
        line=_lines([row], now)[0],
        address=row.address,
        lon=row.lon,
        lat=row.lat,
        owner=organisation.known_unit(row.owner_id),
        sign=row.sign,
        rules=held.rules_of(facts, now.date()) if facts else (),
        aside=_aside(row.number),
        work=tuple(
            Work(one.pk, one.since, one.until, one.reason, one.set_by, one.until <= now)
            for one in Maintenance.objects.filter(device=row).order_by("-until")[:10]
        ),
        asked=tuple(map(_asked, Command.objects.filter(device=row).order_by("-asked_at")[:10])),
        may_maintain=may and row.retired_at is None,
    )


def _aside(number: int) -> tuple[Aside, ...]:
    rows = Quarantined.objects.filter(device=number).order_by("-pk")[:20]
    return tuple(
        Aside(
            at_ms(one.ts) if 0 < one.ts < 4_102_444_800_000 else None,
            at_ms(one.received),
            rules.FAULTS[one.reason],
            json.loads(one.values),
        )
        for one in rows
    )


def _asked(one: Command) -> Asked:
    word = rules.COMMANDS.get(one.word, say("指令"))
    return Asked(word, one.asked_at, one.expires_at, one.sent_at, one.answered_at, one.done)


def series(code: str, quantity: str, *, since: datetime, until: datetime, most: int = MOST_POINTS) -> Series:
    """What a quantity of a device was between two moments, thinned so that peaks stay: one query.

    Of each group of neighbouring readings the lowest and the highest are kept, in their order.
    """
    number = Device.objects.values_list("number", flat=True).get(code=code)
    rows = Reading.objects.filter(device=number, ts__gte=in_ms(since), ts__lt=in_ms(until))
    read = rows.order_by("-ts").values_list("ts", "values")[:MOST_READ]
    points = [(ts, values[quantity]) for ts, text in read if quantity in (values := json.loads(text))]
    kept = _thinned(points[::-1], most)
    return Series(quantity, since, until, tuple((at_ms(ts), value) for ts, value in kept))


def _thinned(points: Sequence[tuple[int, float]], most: int) -> list[tuple[int, float]]:
    if len(points) <= most:
        return list(points)
    size = -(-len(points) // (most // 2))
    kept: list[tuple[int, float]] = []
    for start in range(0, len(points), size):
        group = points[start : start + size]
        ends = {min(group, key=lambda one: one[1]), max(group, key=lambda one: one[1])}
        kept += sorted(ends)
    return kept


def grids_without_device(actor: Actor, place: str) -> tuple[str, ...]:
    """The grids of a place in which no device in service stands. Two queries."""
    if not (actor.holds_at(permissions.READ, place) or actor.holds_at(permissions.MANAGE, place)):
        raise Refusal(say("您没有查看此地设备的权限"), Kind.FORBIDDEN)
    rows = Device.objects.filter(scopes.within("place", place), retired_at=None)
    covered = {code[:15] for code in rows.values_list("place", flat=True)}
    return tuple(code for code in territory.grids_in(place) if code not in covered)
