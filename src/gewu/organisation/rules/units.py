"""Pure decisions about units, posts and crews."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from gewu.kernel.places import Level, level_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, TextList, say


class Seat(Enum):
    """What a post is seated at."""

    UNIT = "unit"
    GRID = "grid"
    PLACE = "place"


class StaffKind(Enum):
    """What a staff record may hold."""

    SHIFT = "shift"
    LEAVE = "leave"
    TRAINING = "training"


@dataclass(frozen=True)
class KindFacts:
    """What the rules need to know of a kind of unit."""

    code: str
    name_zh: str
    parent_kinds: tuple[str, ...]
    place_level: str
    one_per_place: bool
    name_en: str = ""


def check_unit(kind: KindFacts, *, parent_kind: str, place: str, kinds: Mapping[str, KindFacts]) -> None:
    """Refuse a unit under the wrong kind of parent (a skipped level) or at a place of the wrong level.

    ``parent_kind`` is empty for a unit at the top.
    """
    allowed = kind.parent_kinds or ("",)
    if parent_kind not in allowed:
        known = [code for code in allowed if not code or code in kinds]
        raise Refusal(
            say("“{kind}”不能设在“{parent}”之下", kind=kind.name_zh, parent=_named(parent_kind, kinds)),
            field="parent",
            advice=say("可以设在：{names}", names=TextList(tuple(_named(code, kinds) for code in known))),
        )
    level = level_of(place)
    if kind.place_level and level.name.lower() != kind.place_level:
        wanted = Level[kind.place_level.upper()].label
        raise Refusal(
            say(
                "“{kind}”设在{wanted}一级，{place}是{level}",
                kind=kind.name_zh,
                wanted=wanted,
                place=place,
                level=level.label,
            ),
            field="place",
        )


def _named(code: str, kinds: Mapping[str, KindFacts]) -> Text:
    return Text(kinds[code].name_zh) if code else say("最上层")


def check_alone(kind: KindFacts, place: str, taken: Collection[tuple[str, str]]) -> None:
    """Refuse a second unit of a kind that a place has only once; ``taken`` holds (kind, place)."""
    if kind.one_per_place and (kind.code, place) in taken:
        raise Refusal(
            say("{place} 已有“{kind}”，不能再设一个", place=place, kind=kind.name_zh),
            Kind.CONFLICT,
            field="place",
        )


def path_under(parent_path: str, code: str) -> str:
    """The path of a unit below another one."""
    return f"{parent_path}{code}/"


def moved(path: str, old: str, new: str) -> str:
    """A path or a place after the top of its tree went from one to the other."""
    return new + path[len(old) :] if path.startswith(old) else path


def term_end(since: datetime, until: datetime | None, term_days: int | None) -> datetime | None:
    """When a post ends by itself: the given time, else the length of its term in calendar days."""
    if until is not None:
        if until <= since:
            raise Refusal(say("任期结束时间要晚于开始时间"), field="until")
        return until
    return since + timedelta(days=term_days) if term_days else None


def check_slots(name: str, slots: int, held: int) -> None:
    """Refuse one holder more than the kind of post has slots; 0 slots are any number."""
    if slots and held >= slots:
        raise Refusal(
            say("“{name}”在这里只设 {slots} 名，已满", name=name, slots=slots),
            Kind.CONFLICT,
            advice=say("请先结束现任的任职"),
        )


def check_seat(name: str, seat: Seat, place: str) -> None:
    """Refuse a post of a grid that is not seated at a grid."""
    if seat is Seat.GRID and level_of(place) is not Level.GRID:
        raise Refusal(say("“{name}”要设在网格，{place} 不是网格", name=name, place=place), field="seat")


def check_entry(kind: str, subject: str, since: date, until: date | None) -> None:
    """Refuse an entry of a staff record that says too much, too little, or ends before it begins."""
    if kind not in {one.value for one in StaffKind}:
        raise Refusal(say("人员记录只有班次、休假和培训"), field="kind")
    if kind == StaffKind.LEAVE.value and subject:
        raise Refusal(say("休假不登记事由"), field="subject", advice=say("只写起止日期"))
    if kind != StaffKind.LEAVE.value and not subject:
        raise Refusal(say("请写明班次或培训的名称"), field="subject")
    if until is not None and until < since:
        raise Refusal(say("结束日期早于开始日期"), field="until")


@dataclass(frozen=True)
class CrewPart:
    """One line of a crew model. ``slots`` of 0 sets no number; a part with nobody is missing."""

    part_zh: str
    part_en: str
    post_kind: str
    slots: int


def vacant(wanted: int, held: int) -> int:
    """How many holders are missing."""
    return max(wanted - held, 0)


def missing_parts(parts: Iterable[CrewPart], held: Mapping[str, int]) -> tuple[str, ...]:
    """The parts of a crew that nobody stands in at all, in their order; ``held`` counts by post kind."""
    totals: dict[str, int] = {}
    for part in parts:
        totals[part.part_zh] = totals.get(part.part_zh, 0) + held.get(part.post_kind, 0)
    return tuple(name for name, total in totals.items() if total == 0)


def uncovered(places: Iterable[str], covered: Collection[str]) -> tuple[str, ...]:
    """The places in the given order that stand nowhere in the other collection."""
    return tuple(place for place in places if place not in covered)
