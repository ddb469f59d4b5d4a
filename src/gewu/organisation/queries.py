"""Door for reading: units, names, posts, crews and what is vacant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.organisation import rules
from gewu.organisation.models import CrewModel, Post, PostKind, Unit, UnitAlias, UnitKind
from gewu.security.scopes import within

#: The name under which units and kinds are held in memory.
HELD = "organisation"


@dataclass(frozen=True)
class UnitFacts:
    """A unit as other subjects see it."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    kind: str
    place: str
    path: str
    department: str
    contact: str = ""
    since: date = date.min
    closed: bool = False

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


@dataclass(frozen=True)
class _Units:
    by_id: Mapping[UUID, UnitFacts]
    by_code: Mapping[str, UnitFacts]
    by_name: Mapping[str, tuple[UnitFacts, ...]]
    seated: Mapping[tuple[str, str], UnitFacts]


def _load_units() -> _Units:
    rows = [_unit_facts(row) for row in Unit.objects.order_by("since", "id")]
    by_id = {unit.id: unit for unit in rows}
    by_name: dict[str, tuple[UnitFacts, ...]] = {}
    seated: dict[tuple[str, str], UnitFacts] = {}
    for unit in rows:
        if not unit.closed:
            by_name[unit.name_zh] = (*by_name.get(unit.name_zh, ()), unit)
            seated.setdefault((unit.department, unit.place), unit)
    for name, unit_id in UnitAlias.objects.values_list("name", "unit_id"):
        if name not in by_name:
            by_name[name] = (by_id[unit_id],)
    return _Units(by_id, {unit.code: unit for unit in rows}, by_name, seated)


def _unit_facts(row: Unit) -> UnitFacts:
    return UnitFacts(
        row.id,
        row.code,
        row.name_zh,
        row.name_en or row.name_zh,
        row.kind_id,
        row.place,
        row.path,
        row.department,
        row.contact,
        row.since,
        row.until is not None,
    )  # fmt: skip -- one line per kind of field reads better than twelve


_units: Held[_Units] = Held(HELD, _load_units)


def units() -> tuple[UnitFacts, ...]:
    """All open units, the oldest first. Held in memory, no query when warm."""
    return tuple(unit for unit in _units.get().by_id.values() if not unit.closed)


def unit(key: UUID | str) -> UnitFacts | None:
    """A unit by its id or its code, closed ones too."""
    held = _units.get()
    return held.by_id.get(key) if isinstance(key, UUID) else held.by_code.get(key)


def known_unit(key: UUID | str) -> UnitFacts:
    """One unit by its id, in whatever form, or by its code; an unknown one is refused."""
    found = unit(key)
    if found is None and isinstance(key, str) and len(key) in (32, 36):
        with suppress(ValueError):
            found = unit(UUID(key))
    if found is None:
        raise Refusal(say("没有这个单位：{key}", key=key), Kind.MISSING, field="unit")
    return found


def unit_named(name: str, *, place: str = "") -> UnitFacts | None:
    """The open unit of this name or alias within a place; None when there is none or more than one."""
    found = [one for one in _units.get().by_name.get(name.strip(), ()) if one.place.startswith(place)]
    return found[0] if len(found) == 1 else None


def unit_for(department: str, place: str) -> UnitFacts | None:
    """The unit of a department that is nearest to a place: in it, else in the places that hold it.

    Among several in one place the oldest. None when the department stands nowhere on the way up.
    """
    seated = _units.get().seated
    for length in range(len(place), 1, -1):
        found = seated.get((department, place[:length]))
        if found:
            return found
    return None


@dataclass(frozen=True)
class Branch:
    """A unit with the units below it."""

    unit: UnitFacts
    parts: tuple[Branch, ...]


def unit_tree(place: str) -> tuple[Branch, ...]:
    """The open units seated at a place or in it, as trees. What stands above the place is left out."""
    inside = [one for one in units() if one.place.startswith(place)]
    paths = {one.path for one in inside}
    below: dict[str, list[UnitFacts]] = {}
    for one in inside:
        above = one.path[: -len(one.code) - 1]
        below.setdefault(above if above in paths else "", []).append(one)
    return _branches("", below)


def _branches(path: str, below: Mapping[str, list[UnitFacts]]) -> tuple[Branch, ...]:
    found = sorted(below.get(path, ()), key=lambda one: (one.place, one.code))
    return tuple(Branch(one, _branches(one.path, below)) for one in found)


def units_of(kind: str, prefix: str) -> tuple[UnitFacts, ...]:
    """The open units of a kind at a place or in it."""
    return tuple(one for one in units() if one.kind == kind and one.place.startswith(prefix))


def places_without(kind: str, places: Iterable[str]) -> tuple[str, ...]:
    """Of the given places those that have no unit of this kind: grids without a Party group, say."""
    return rules.uncovered(places, {one.place for one in units() if one.kind == kind})


@dataclass(frozen=True)
class PostKindFacts:
    """A kind of post."""

    code: str
    name_zh: str
    name_en: str
    seat: rules.Seat
    slots: int
    term_days: int | None
    role: str
    linked: str


@dataclass(frozen=True)
class CrewFacts:
    """A crew model."""

    code: str
    name_zh: str
    name_en: str
    parts: tuple[rules.CrewPart, ...]


@dataclass(frozen=True)
class _Kinds:
    units: Mapping[str, rules.KindFacts]
    posts: Mapping[str, PostKindFacts]
    crews: Mapping[str, CrewFacts]


def _load_kinds() -> _Kinds:
    unit_kinds = [
        rules.KindFacts(row.code, row.name_zh, tuple(row.parent_kinds), row.place_level, row.one_per_place)
        for row in UnitKind.objects.all()
    ]
    post_kinds = [
        PostKindFacts(
            row.code,
            row.name_zh,
            row.name_en,
            rules.Seat(row.seat),
            row.slots,
            row.term_days,
            row.role,
            row.linked,
        )
        for row in PostKind.objects.all()
    ]
    crews = [
        CrewFacts(row.code, row.name_zh, row.name_en, tuple(rules.CrewPart(**part) for part in row.parts))
        for row in CrewModel.objects.all()
    ]
    return _Kinds(
        {one.code: one for one in unit_kinds},
        {one.code: one for one in post_kinds},
        {one.code: one for one in crews},
    )


_kinds: Held[_Kinds] = Held(HELD, _load_kinds)


def unit_kinds() -> Mapping[str, rules.KindFacts]:
    """The kinds of unit by code."""
    return _kinds.get().units


def post_kind(code: str) -> PostKindFacts:
    """A kind of post; an unknown one is refused."""
    found = _kinds.get().posts.get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这种岗位", code=code), Kind.MISSING, field="kind")
    return found


def post_kinds() -> Mapping[str, PostKindFacts]:
    """The kinds of post by code."""
    return _kinds.get().posts


def crew_model(code: str) -> CrewFacts:
    """A crew model; an unknown one is refused."""
    found = _kinds.get().crews.get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这种队伍模式", code=code), Kind.MISSING, field="model")
    return found


@dataclass(frozen=True)
class Holder:
    """Someone on a post."""

    post: UUID
    kind: str
    kind_zh: str
    kind_en: str
    name: str
    contact: str
    place: str
    unit: UUID | None
    account: UUID | None
    holder_unit: UUID | None
    since: datetime
    until: datetime | None


def _holder(row: Post) -> Holder:
    kind = post_kinds()[row.kind_id]
    return Holder(
        row.pk,
        kind.code,
        kind.name_zh,
        kind.name_en,
        row.name,
        row.contact,
        row.place,
        row.unit_id,
        row.account_id,
        row.holder_unit_id,
        row.since,
        row.until,
    )  # fmt: skip -- one line per kind of field reads better than twelve


def in_force(now: datetime) -> QuerySet[Post]:
    """The posts held at this time; a term that ran out is gone by itself."""
    return Post.objects.filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now)


def posts_at(place: str, *, now: datetime) -> tuple[Holder, ...]:
    """Who holds a post seated exactly at this place, or at a unit there."""
    return tuple(_holder(row) for row in in_force(now).filter(place=place).order_by("kind_id", "since"))


def posts_of(account_id: UUID, *, now: datetime) -> tuple[Holder, ...]:
    """The posts of one account, the newest first."""
    return tuple(_holder(row) for row in in_force(now).filter(account_id=account_id).order_by("-since"))


@dataclass(frozen=True)
class Slot:
    """One line of a crew: who stands there and how many are missing."""

    part_zh: str
    part_en: str
    post_kind: str
    name_zh: str
    name_en: str
    wanted: int
    holders: tuple[Holder, ...]
    vacant: int


@dataclass(frozen=True)
class Crew:
    """The crew of a grid by one model; ``missing`` names the parts without anyone."""

    grid: str
    model: CrewFacts
    slots: tuple[Slot, ...]
    missing: tuple[str, ...]


def crew_of(grid: str, *, now: datetime, model: str = "one_head_five_members") -> Crew:
    """The crew of a grid with its holders and vacancies: one query."""
    found = crew_model(model)
    holders = posts_at(grid, now=now)
    held = Counter(holder.kind for holder in holders)
    slots = tuple(_slot(part, holders) for part in found.parts)
    return Crew(grid, found, slots, rules.missing_parts(found.parts, held))


def _slot(part: rules.CrewPart, holders: Iterable[Holder]) -> Slot:
    kind = post_kind(part.post_kind)
    here = tuple(holder for holder in holders if holder.kind == kind.code)
    return Slot(
        part.part_zh,
        part.part_en,
        kind.code,
        kind.name_zh,
        kind.name_en,
        part.slots,
        here,
        rules.vacant(part.slots, len(here)),
    )  # fmt: skip -- one line per kind of field reads better than eight


@dataclass(frozen=True)
class Vacancy:
    """A post of a crew that waits for someone."""

    place: str
    post_kind: str
    name_zh: str
    name_en: str
    missing: int


def vacancies(
    places: Iterable[str], *, now: datetime, model: str = "one_head_five_members"
) -> tuple[Vacancy, ...]:
    """What the crews of these grids still lack, in the order of the places: one query."""
    wanted = list(places)
    parts = crew_model(model).parts
    rows = in_force(now).filter(place__in=wanted, kind__in=[part.post_kind for part in parts])
    held = Counter(rows.values_list("place", "kind_id"))
    return tuple(
        Vacancy(place, kind.code, kind.name_zh, kind.name_en, missing)
        for place in wanted
        for part in parts
        for kind in [post_kind(part.post_kind)]
        if (missing := rules.vacant(part.slots, held[place, kind.code]))
    )


def places_unattended(kind: str, places: Iterable[str], *, now: datetime) -> tuple[str, ...]:
    """Of the given places those where nobody holds this kind of post: one query."""
    wanted = list(places)
    covered = set(in_force(now).filter(place__in=wanted, kind=kind).values_list("place", flat=True))
    return rules.uncovered(wanted, covered)


def expiring_terms(now: datetime, days: int, *, prefix: str = "") -> tuple[Holder, ...]:
    """Posts whose term ran out or runs out within so many calendar days, the soonest first.

    A post that someone ended is not among them.
    """
    due = Post.objects.filter(
        within("place", prefix), ended_at__isnull=True, until__lte=now + timedelta(days)
    )
    return tuple(_holder(row) for row in due.order_by("until", "id"))
