"""Kinds of units and posts, crew models and structures, held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.organisation import rules
from gewu.organisation.models import CrewModel, PostKind, Structure, UnitKind

#: The name under which units and kinds are held in memory.
HELD = "organisation"


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

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


@dataclass(frozen=True)
class CrewFacts:
    """A crew model."""

    code: str
    name_zh: str
    name_en: str
    parts: tuple[rules.CrewPart, ...]

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


@dataclass(frozen=True)
class StructureFacts:
    """A structure of units: the codes of its kinds, the highest level first."""

    code: str
    name_zh: str
    name_en: str
    levels: tuple[str, ...]

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


@dataclass(frozen=True)
class _Kinds:
    units: Mapping[str, rules.KindFacts]
    posts: Mapping[str, PostKindFacts]
    crews: Mapping[str, CrewFacts]
    structures: Mapping[str, StructureFacts]


def _load_kinds() -> _Kinds:
    unit_kinds = [
        rules.KindFacts(
            row.code, row.name_zh, tuple(row.parent_kinds), row.place_level, row.one_per_place, row.name_en
        )
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
    structures = [
        StructureFacts(row.code, row.name_zh, row.name_en, tuple(row.levels))
        for row in Structure.objects.order_by("code")
    ]
    return _Kinds(
        {one.code: one for one in unit_kinds},
        {one.code: one for one in post_kinds},
        {one.code: one for one in crews},
        {one.code: one for one in structures},
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


def crew_models() -> Mapping[str, CrewFacts]:
    """The crew models by code."""
    return _kinds.get().crews


def structures() -> Mapping[str, StructureFacts]:
    """The structures by code."""
    return _kinds.get().structures
