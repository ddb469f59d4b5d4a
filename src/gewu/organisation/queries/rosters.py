"""Who is on duty now, the roster of a unit, what is missing in it, and one's own shifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from gewu.kernel.lifecycle import Step
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import permissions, rules
from gewu.organisation.lifecycle import BOOKING
from gewu.organisation.models import Booking, DutyKind, Shift, ShiftNote
from gewu.organisation.queries.posts import in_force
from gewu.organisation.queries.units import UnitFacts, known_unit
from gewu.security import queries as security
from gewu.security.actors import Actor
from gewu.security.scopes import below_unit, visible, within


@dataclass(frozen=True)
class OnShift:
    """Someone on a shift, with the work telephone and the steps that this reader may take."""

    booking: UUID
    account: UUID
    name: str
    phone: str
    state: str
    state_label: Text
    came_at: datetime | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class NoteLine:
    """What a shift leaves to the next."""

    id: UUID
    text: str
    by: str
    at: datetime
    taken_by: str
    taken_at: datetime | None
    mine: bool


@dataclass(frozen=True)
class ShiftLine:
    """One shift with who stands in it and how many are missing."""

    id: UUID
    kind: Name
    force: str
    unit: UnitFacts
    place: str
    spot: str
    begins_at: datetime
    ends_at: datetime
    need: int
    people: tuple[OnShift, ...]
    gap: int
    notes: tuple[NoteLine, ...]


@dataclass(frozen=True)
class OnDuty:
    """One of the four forces with its shifts that run now, by place."""

    force: str
    label: Text
    shifts: tuple[ShiftLine, ...]
    people: int
    gap: int


def duty_kinds() -> tuple[DutyKind, ...]:
    """The kinds of duty, by force."""
    return tuple(DutyKind.objects.order_by("force", "code"))


def visible_shifts(actor: Actor) -> QuerySet[Shift]:
    """The shifts this actor may read: in its places, of its unit and those below it."""
    found = visible(
        actor, permissions.READ_ROSTER, place="place", unit=lambda path: below_unit("unit__path", path)
    )
    return Shift.objects.filter(found)


def on_duty(actor: Actor, place: str, *, now: datetime) -> tuple[OnDuty, ...]:
    """Who is on duty now in a place, by force and place, with what is missing: four queries at most."""
    rows = visible_shifts(actor).filter(within("place", place), begins_at__lte=now, ends_at__gt=now)
    lines = _lines(rows.order_by("place", "kind_id"), actor)
    return tuple(_on_duty(force, [one for one in lines if one.force == force]) for force in rules.FORCES)


def _on_duty(force: str, shifts: list[ShiftLine]) -> OnDuty:
    people = sum(len(one.people) for one in shifts)
    return OnDuty(force, rules.FORCES[force], tuple(shifts), people, sum(one.gap for one in shifts))


def gaps_ahead(
    actor: Actor, place: str, *, now: datetime, until: datetime, most: int = 50
) -> tuple[ShiftLine, ...]:
    """The coming shifts in a place that lack people, the next one first."""
    rows = visible_shifts(actor).filter(within("place", place), ends_at__gt=now, begins_at__lt=until)
    return tuple(one for one in _lines(rows.order_by("begins_at", "id")[: most * 10], actor) if one.gap)[
        :most
    ]


def roster(actor: Actor, unit: str, *, since: datetime, until: datetime) -> tuple[ShiftLine, ...]:
    """The shifts of one unit that begin in a span of time, with notes."""
    rows = visible_shifts(actor).filter(unit=known_unit(unit).id, begins_at__gte=since, begins_at__lt=until)
    return _lines(rows.order_by("begins_at", "kind_id"), actor)


def shifts_of(account: UUID, actor: Actor, *, since: datetime, until: datetime) -> tuple[ShiftLine, ...]:
    """One's own shifts that end in a span of time, the next one first. Another's are refused."""
    if actor.account_id != account:
        raise Refusal(say("只能查看自己的班次"), Kind.FORBIDDEN)
    booked = Booking.objects.filter(account=account, state__in=BOOKING.names(open=True))
    rows = Shift.objects.filter(pk__in=booked.values("shift"), ends_at__gt=since, begins_at__lt=until)
    return _lines(rows.order_by("begins_at"), actor)


def keeps_roster(actor: Actor, unit: UnitFacts) -> bool:
    """Whether the actor keeps the roster of a unit."""
    return permissions.may_keep_roster(actor, unit.place, unit.path)


def members_of(unit: UnitFacts, *, now: datetime) -> tuple[tuple[UUID, str], ...]:
    """Who may stand on a unit's shifts: holders of a post in it or below it, with an account."""
    rows = in_force(now).filter(below_unit("unit__path", unit.path), account__active=True)
    found = dict(rows.values_list("account_id", "account__display_name"))
    return tuple(sorted(((key, name) for key, name in found.items() if key), key=lambda one: one[1]))


def require_member(actor: Actor, path: str, place: str, *, now: datetime) -> None:
    """Refuse whoever neither holds a post in a unit or below it nor keeps its roster."""
    own = in_force(now).filter(account=actor.account_id, unit__path__startswith=path)
    if actor.account_id is None or not own.exists():
        permissions.require_roster(actor, place, path)


def units_with_rosters(actor: Actor, place: str) -> tuple[UnitFacts, ...]:
    """The units in a place that have shifts this actor may read."""
    rows = visible_shifts(actor).filter(within("place", place)).order_by().values_list("unit_id", flat=True)
    return tuple(sorted(map(known_unit, rows.distinct()), key=lambda one: (one.place, one.code)))


def _lines(rows: QuerySet[Shift], actor: Actor) -> tuple[ShiftLine, ...]:
    booked = Booking.objects.filter(state__in=BOOKING.by_name).exclude(state="withdrawn")
    found = list(
        rows.select_related("kind", "unit").prefetch_related(
            Prefetch("bookings", booked.select_related("account").order_by("id"), to_attr="booked"),
            Prefetch("notes", ShiftNote.objects.order_by("at", "id"), to_attr="left"),
        )
    )
    refs = {ref for row in found for note in row.left for ref in (note.by, note.taken_by) if ref}
    names = security.names_of(refs) if refs else {}
    return tuple(_line(row, names, actor) for row in found)


def _line(row: Shift, names: Mapping[str, str], actor: Actor) -> ShiftLine:
    unit = known_unit(row.unit_id)
    booked: list[Booking] = row.booked  # type: ignore[attr-defined]  # prefetched by `_lines`
    keeper = keeps_roster(actor, unit)
    people = tuple(_on_shift(one, keeper, actor) for one in booked)
    held = sum(BOOKING.state(one.state).open for one in booked)
    return ShiftLine(
        row.pk, Name(row.kind.name_zh, row.kind.name_en), row.kind.force, unit, row.place, row.spot,
        row.begins_at, row.ends_at, row.need, people, rules.gap(row.need, held),
        tuple(_notes(row.left, names, actor)),  # type: ignore[attr-defined]  # prefetched by `_lines`
    )  # fmt: skip


def _on_shift(row: Booking, keeper: bool, actor: Actor) -> OnShift:
    own = actor.account_id == row.account_id
    steps = BOOKING.steps_from(row.state)
    open_steps = tuple(one for one in steps if keeper or (own and one.by == "self or keeper"))
    state = BOOKING.state(row.state)
    return OnShift(
        row.pk, row.account_id, row.account.display_name, row.account.work_phone, row.state, state.label,
        row.came_at, open_steps,
    )  # fmt: skip


def _notes(rows: Iterable[ShiftNote], names: Mapping[str, str], actor: Actor) -> Iterable[NoteLine]:
    for row in rows:
        yield NoteLine(
            row.pk, row.text, names.get(row.by, ""), row.at, names.get(row.taken_by, ""), row.taken_at,
            row.by == actor.ref,
        )  # fmt: skip
