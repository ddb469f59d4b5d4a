"""Names for codes, and the choices of pickers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import msgspec
from django.conf import settings
from django.utils.translation import get_language

from gewu.cases.actions import HAZARD_ORIGIN, INITIATED_ORIGIN
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import terms
from gewu.intake import queries as intake
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Name
from gewu.organisation import queries as organisation
from gewu.territory import queries as territory
from gewu.territory.queries import Place


@dataclass(frozen=True)
class Choice:
    """One option of a picker; the hint is searched too."""

    value: str
    label: str
    hint: str = ""


def either(zh: str, en: str) -> str:
    """Of a name in two languages the reader's."""
    return en if en and get_language() == "en" else zh


def called(name: Name) -> str:
    """A name in the reader's language."""
    return either(name.zh, name.en)


def places_named(codes: Iterable[str]) -> Mapping[str, Place]:
    """Places by code with their communities: from memory what lies in this county, the rest in one call."""
    held = _county()
    wanted = {part for code in codes for part in (code, code[: Level.COMMUNITY.digits])}
    strange = wanted - held.keys()
    return {**held, **territory.paths_of(strange)} if strange else held


def _county() -> dict[str, Place]:
    return _places_in(settings.COUNTY, territory.cells(settings.COUNTY).version)


@lru_cache(maxsize=4)
def _places_in(inside: str, version: str) -> dict[str, Place]:
    """Every place of the net in a county; the version of the net is only part of the key of the cache."""
    layer = territory.cells(inside)
    drawn = msgspec.json.decode(layer.geojson)["features"]
    grids = {one["properties"]["code"] for one in drawn}
    cut = {code[: level.digits] for code in grids for level in (Level.STREET, Level.COMMUNITY)}
    return territory.paths_of({inside} | cut | grids)


def whereabouts(places: Mapping[str, Place], code: str) -> str:
    """Street and community of a place, as short as a column needs; a wider place by its own name."""
    place = places.get(code[: Level.COMMUNITY.digits]) or places.get(code)
    if place is None:
        return ""
    return " · ".join(place.path.split(" ")[1:]) or place.name


def grid_name(places: Mapping[str, Place], code: str) -> str:
    """The name of a grid; nothing for a place that is wider than one."""
    return places[code].name if len(code) >= Level.GRID.digits and code in places else ""


def place_choices(inside: str, *levels: Level) -> tuple[Choice, ...]:
    """Places of some levels within another, in the order of codes."""
    digits = {level.digits for level in levels}
    places = _county()
    found = sorted(
        (one for one in places.values() if one.code.startswith(inside) and len(one.code) in digits),
        key=lambda one: one.code,
    )
    return tuple(Choice(one.code, one.name, f"{whereabouts(places, one.code)} {one.code}") for one in found)


def matter_choices(on: date, *, headers: bool = False, public: bool = False) -> tuple[Choice, ...]:
    """The classes in force, each below its header; with the headers themselves where a list is filtered."""
    found: list[Choice] = []
    for group in catalogue.matters(on):
        head = either(group.name_zh, group.name_en)
        classes = [one for one in group.matters if one.public or not public]
        if headers and classes:
            found.append(Choice(group.code, head, group.code))
        found += [Choice(one.code, either(one.name_zh, one.name_en), f"{one.code} {head}") for one in classes]
    return tuple(found)


def matters_named(on: date) -> Mapping[str, str]:
    """The names of all classes in force, in the reader's language."""
    english = get_language() == "en"  # asked once: there are many
    return {
        one.code: one.name_en if english and one.name_en else one.name_zh for one in catalogue.all_matters(on)
    }


#: The kind of unit that no work is given to.
ENTERPRISE = "enterprise"


def unit_choices(inside: str = "") -> tuple[Choice, ...]:
    """The open units, by name."""
    found = [one for one in organisation.units() if one.place.startswith(inside) and one.kind != ENTERPRISE]
    return tuple(
        Choice(one.code, either(one.name_zh, one.name_en), f"{one.code} {one.name_zh}")
        for one in sorted(found, key=lambda one: (one.place, one.code))
    )


def tag_choices(on: date) -> tuple[Choice, ...]:
    """The tags that may be set on a day."""
    return tuple(Choice(one.code, called(one.name), one.name.zh) for one in terms.tags(on))


#: Channels that no form of a report is filled in for.
_NOT_TYPED = ("import", INITIATED_ORIGIN, HAZARD_ORIGIN)


def origin_choices(*, staffed: bool = False) -> tuple[Choice, ...]:
    """The channels; those that staff type in, where a report is taken down."""
    typed = [one for one in intake.channels() if not staffed or (one.staffed and one.code not in _NOT_TYPED)]
    return tuple(Choice(one.code, either(one.name_zh, one.name_en)) for one in typed)


def origin_named(code: str) -> str:
    """The name of a channel; an unknown code is shown as it is."""
    try:
        found = intake.channel_named(code)
    except Refusal:
        return code
    return either(found.name_zh, found.name_en)
