"""The terms of a case that are data: limits of stages, the ladder of supervision, tags, maps of stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gewu.catalogue import rules
from gewu.catalogue.models import OriginLimit, Rung, Stage, StageLimit, Tag
from gewu.catalogue.queries.classes import calendar, day_of
from gewu.catalogue.rules import Limit, Matter
from gewu.infra.versions import Held
from gewu.kernel import worktime
from gewu.kernel.limits import LimitRow, most_specific
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.kernel.worktime import Unit

#: The name under which the terms are held in memory.
HELD = "terms"
#: What a limit by origin is a limit of.
HANDLING = "handle"


@dataclass(frozen=True)
class RungFacts:
    """Who hears of a case when this part of its office's limit has run."""

    percent: int
    tells: str
    since: date
    until: date | None

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class TagFacts:
    """One tag with the days in which it may be set."""

    code: str
    name: Name
    since: date
    until: date | None


@dataclass(frozen=True)
class StageFacts:
    """One stage of a map, and the events that reach it."""

    name: Name
    events: frozenset[str]


@dataclass(frozen=True)
class _Terms:
    limits: Mapping[str, tuple[LimitRow[Limit], ...]]
    origins: tuple[LimitRow[Limit], ...]
    rungs: tuple[RungFacts, ...]
    tags: Mapping[str, TagFacts]
    maps: Mapping[str, tuple[StageFacts, ...]]


def _load() -> _Terms:
    limits: dict[str, tuple[LimitRow[Limit], ...]] = {}
    for row in StageLimit.objects.order_by("stage", "-since"):
        limit = Limit(rules.plain(row.limit_amount), Unit(row.limit_unit))
        dated = LimitRow(row.stage, "", "", "", limit, row.since, row.until)
        limits[row.stage] = (*limits.get(row.stage, ()), dated)
    maps: dict[str, tuple[StageFacts, ...]] = {}
    for one in Stage.objects.order_by("map", "seq"):
        stage = StageFacts(Name(one.name_zh, one.name_en), frozenset(one.events))
        maps[one.map] = (*maps.get(one.map, ()), stage)
    rungs = Rung.objects.order_by("percent", "tells")
    tags = Tag.objects.order_by("since", "id")
    return _Terms(
        limits,
        tuple(_origin(one) for one in OriginLimit.objects.all()),
        tuple(RungFacts(row.percent, row.tells, row.since, row.until) for row in rungs),
        {row.code: TagFacts(row.code, Name(row.name_zh, row.name_en), row.since, row.until) for row in tags},
        maps,
    )


def _origin(row: OriginLimit) -> LimitRow[Limit]:
    limit = Limit(rules.plain(row.amount), Unit(row.time_unit))
    return LimitRow(
        HANDLING, row.channel, row.matter_prefix, row.place_prefix, limit, row.since, row.until, row.basis
    )


_held: Held[_Terms] = Held(HELD, _load)


def stage_limit(stage: str, on: date) -> Limit:
    """How long a stage may last for a case that began on a day. Refused when nothing has been entered."""
    row = most_specific(_held.get().limits.get(stage, ()), stage, channel="", matter="", place="", on=on)
    if row is not None:
        return row.limit
    raise Refusal(
        say("没有设定“{stage}”阶段的时限", stage=stage),
        Kind.CONFLICT,
        advice=say("请系统管理员运行 gewu found 载入"),
    )


def handling_limit(matter: Matter, origin: str, place: str, at: datetime) -> Limit:
    """How long an office may take for a case filed then: the limit of its class, or that of its origin.

    A limit by origin that names a class takes the place of the class's own. One for all classes only ever
    shortens: a hotline's five days must not turn an open manhole's two hours into five days.
    """
    row = most_specific(
        _held.get().origins, HANDLING, channel=origin, matter=matter.code, place=place, on=day_of(at)
    )
    if row is None:
        return matter.handle
    shorter = _ends(row.limit, at) < _ends(matter.handle, at)
    return row.limit if row.matter_prefix or shorter else matter.handle


def _ends(limit: Limit, at: datetime) -> datetime:
    return worktime.deadline(at, limit.amount, limit.unit, calendar())


def ladder(on: date) -> tuple[RungFacts, ...]:
    """The rungs of supervision for a clock that began on a day, the lowest first."""
    return tuple(one for one in _held.get().rungs if one.covers(on))


def tags(on: date) -> tuple[TagFacts, ...]:
    """The tags that may be set on a day."""
    known = _held.get().tags.values()
    return tuple(one for one in known if one.since <= on and (one.until is None or on < one.until))


def tag(code: str) -> TagFacts:
    """One tag, ended ones too; an unknown one is refused."""
    found = _held.get().tags.get(code)
    if found is None:
        raise Refusal(say("没有“{tag}”这个标签", tag=code), Kind.MISSING, field="tag")
    return found


def stages(name: str) -> tuple[StageFacts, ...]:
    """The stages of a map in their order; an unknown map has none."""
    return _held.get().maps.get(name, ())
