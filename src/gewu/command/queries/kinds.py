"""Kinds of alerts, held in memory, and which of them a message from outside is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gewu.command.models import AlertKind
from gewu.command.rules import Info
from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say

#: The name under which the kinds are held in memory.
HELD_KINDS = "alert_kinds"
OTHER = "other"


@dataclass(frozen=True)
class KindFacts:
    """What an alert can be about."""

    code: str
    name: Name
    category: str
    weather_codes: tuple[str, ...]


def _load() -> Mapping[str, KindFacts]:
    return {
        row.code: KindFacts(row.code, Name(row.name_zh, row.name_en), row.category, tuple(row.weather_codes))
        for row in AlertKind.objects.all()
    }


_held: Held[Mapping[str, KindFacts]] = Held(HELD_KINDS, _load)


def kinds() -> tuple[KindFacts, ...]:
    """Every kind, by code."""
    return tuple(sorted(_held.get().values(), key=lambda one: one.code))


def kind_named(code: str) -> KindFacts:
    """The kind of that code; an unknown one is refused."""
    found = _held.get().get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这种预警", code=code[:24]), Kind.MISSING, field="kind")
    return found


def kind_for(info: Info | None) -> str:
    """The kind of what a message says: by its codes, else by the longest of our names in its words."""
    if info is None:
        return OTHER
    values = {value.strip() for _, value in info.event_codes}
    for one in kinds():
        if one.code in values or values & set(one.weather_codes):
            return one.code
    words = f"{info.event} {info.headline}".lower()
    named = [
        one for one in kinds() if one.code != OTHER and (one.name.zh in words or one.name.en.lower() in words)
    ]
    return max(named, key=lambda one: len(one.name.zh)).code if named else OTHER
