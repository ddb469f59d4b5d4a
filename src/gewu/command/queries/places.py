"""Which places of ours a message is about."""

from __future__ import annotations

from math import cos, pi, radians, sin

from django.conf import settings

from gewu.command.rules import Area, Circle, Message
from gewu.kernel.places import Level
from gewu.territory import queries as territory

_KM_A_DEGREE = 111.32
_CORNERS = 48


def places_of(message: Message) -> tuple[str, ...]:
    """The places of this installation that a message touches; none when it is about somewhere else.

    By the codes of its areas, else by their shapes, else by the names in their words. One that names no
    area at all is about all of it: somebody sent it here.
    """
    areas = [area for info in message.infos for area in info.areas]
    if not areas:
        return (settings.COUNTY,)
    found = {place for area in areas for place in _of_area(area)}
    return tuple(
        sorted(code for code in found if not any(code != up and code.startswith(up) for up in found))
    )


def _of_area(area: Area) -> tuple[str, ...]:
    codes = [code for _, value in area.geocodes if (code := _division(value))]
    if codes:
        return tuple({place for code in codes for place in _overlap(code)})
    rings = [*(tuple((lon, lat) for lat, lon in ring) for ring in area.polygons), *map(_round, area.circles)]
    if rings:
        return territory.touched(rings, inside=settings.COUNTY)
    return _named(area.description)


def _division(value: str) -> str:
    """The code of a division without its padding: 320111000000 gives 320111, 320100 gives 3201."""
    code = value.strip()
    if not (code.isascii() and code.isdigit() and len(code) in {6, 9, 12, 15, 17}):
        return ""
    for end, unit in ((12, 3), (9, 3), (6, 2), (4, 2)):
        if len(code) == end and set(code[-unit:]) == {"0"}:
            code = code[:-unit]
    return code if len(code) >= Level.PROVINCE.digits and code[0] != "0" else ""


def _overlap(code: str) -> tuple[str, ...]:
    if settings.COUNTY.startswith(code):
        return (settings.COUNTY,)
    return (code,) if code.startswith(settings.COUNTY) else ()


def _round(circle: Circle) -> tuple[tuple[float, float], ...]:
    """A circle as a ring of longitude and latitude; one of no size is given ten metres."""
    lat, lon = circle.centre
    high = max(circle.radius_km, 0.01) / _KM_A_DEGREE
    wide = high / max(cos(radians(lat)), 0.01)
    turns = (2 * pi * n / _CORNERS for n in range(_CORNERS))
    ring = [(lon + wide * cos(turn), lat + high * sin(turn)) for turn in turns]
    return (*ring, ring[0])


def _named(words: str) -> tuple[str, ...]:
    """The county where it or what holds it is named, else the place of it that the words name."""
    county = territory.place(settings.COUNTY)
    if any(name and name in words for name in (county.name, *county.above)):
        return (settings.COUNTY,)
    found = territory.suggest(words, inside=settings.COUNTY, limit=1)
    return (found[0].code,) if found else ()
