"""What places are called, what lies in them, and what they were called before."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q

from gewu.kernel import places
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.scopes import within
from gewu.territory.models import Alias, Division, Grid, Layer
from gewu.territory.queries.net import in_force, net
from gewu.territory.rules import divisions, words

_AT_ONCE = 500
#: What may be a code of an older net in an address: digits and letters, with a digit among them.
_CODE = re.compile(r"(?<![A-Za-z0-9-])(?=[A-Za-z-]*\d)[A-Za-z0-9][A-Za-z0-9-]{2,59}(?![A-Za-z0-9-])")
_MOST_CODES = 5
_BELOW = dict(zip([None, *Level], Level, strict=False))


@dataclass(frozen=True)
class Place:
    """A place with its own name and the names of the places that hold it, the province first."""

    code: str
    name: str
    above: tuple[str, ...] = ()
    kind: str = ""
    schematic: bool = False

    @property
    def level(self) -> Level:
        return places.level_of(self.code)

    @property
    def path(self) -> str:
        """The names from the county down, as an address is written."""
        return written((*self.above, self.name))


def written(names: Sequence[str]) -> str:
    """Names from the province down as one address from the county on; what a grid repeats is said once."""
    above, name = [words.spoken(one) for one in names[2:-1]], words.spoken(names[-1])
    if above and name.startswith(above[-1]):
        above.pop()
    return " ".join((*above, name))


@dataclass(frozen=True)
class OldCode:
    """The place that now stands for a code of an older net."""

    net: str
    old_code: str
    place: str


def place(code: str, *, on: date | None = None) -> Place:
    """One place on a day, or as it was last known: two queries. Refuses a code that nothing has."""
    found = paths_of([places.checked(code)], on=on).get(code)
    if found is None:
        raise Refusal(say("没有代码为 {code} 的区划或网格", code=code), Kind.MISSING, field="place")
    return found


def paths_of(codes: Iterable[str], *, on: date | None = None) -> dict[str, Place]:
    """Places by code, in two queries for a page of a list; unknown codes are left out.

    Without a day a grid that is no longer in force still gives its last name.
    """
    wanted = set(codes)
    grids = {row.code: row for row in _grids(sorted(code for code in wanted if len(code) > 12), on)}
    known = wanted & grids.keys() | {code for code in wanted if 0 < len(code) <= 12}
    divisions = _division_names({above for code in known for above in (*places.ancestors(code), code)})
    return {code: _named(code, grids, divisions) for code in known if code in grids or code in divisions}


def children_of(code: str, *, on: date | None = None) -> tuple[Place, ...]:
    """The places directly below, in the order of codes; "" gives the provinces."""
    level = _BELOW.get(places.level_of(code) if code else None)
    if level is None:
        return ()
    if level.digits <= Level.COMMUNITY.digits:
        rows = Division.objects.filter(within("code", code), level=level.digits).order_by("code")
        return tuple(Place(row.code, row.name) for row in rows)
    layer = Layer.GRID if level is Level.GRID else Layer.MICRO
    grids = Grid.objects.filter(within("code", code), in_force(on), layer=layer).order_by("code")
    return tuple(_of_grid(row) for row in grids)


def search(text: str, *, inside: str = "", limit: int = 20) -> tuple[Place, ...]:
    """Places whose name begins with the text, then those that hold it, the wider places first.

    Over the whole country this reads every name; give the county where it is known.
    """
    text = text.strip()[:40]
    if not text:
        return ()
    found: dict[str, None] = {}
    for lookup in ("name__startswith", "name__contains"):
        for rows in (
            Division.objects.filter(within("code", inside), **{lookup: text}).order_by("level", "code"),
            Grid.objects.filter(within("code", inside), in_force(None), **{lookup: text}).order_by("code"),
        ):
            found |= dict.fromkeys(rows.values_list("code", flat=True)[:limit])
    codes = list(found)[:limit]
    named = paths_of(codes)
    return tuple(named[code] for code in codes)


def suggest(address: str, *, inside: str, limit: int = 5) -> tuple[Place, ...]:
    """Places in a city or county that an address in words may mean, the likeliest first.

    A code of an older net that stands in the address goes before every name. ``inside`` may not be wider
    than a city, because its names are held in memory.
    """
    if places.level_of(inside).digits < Level.CITY.digits:
        raise Refusal(say("请先选择城市或区县"), field="place")
    written_out = words.suggest(address, names_in(net().version, inside), limit=limit)
    codes = list(dict.fromkeys((*_by_old_codes_in(address, inside), *written_out)))[:limit]
    named = paths_of(codes)
    return tuple(named[code] for code in codes if code in named)


def _by_old_codes_in(address: str, inside: str) -> tuple[str, ...]:
    """The places of the old codes that stand in an address; no query where nothing looks like a code."""
    tokens = _CODE.findall(address)[:_MOST_CODES]
    if not tokens:
        return ()
    rows = Alias.objects.filter(within("place", inside), old_code__in=tokens).order_by("place")
    return tuple(rows.values_list("place", flat=True))


def by_old_code(old_code: str, *, of_net: str | None = None) -> tuple[OldCode, ...]:
    """The places that stand for an old code, in one net or in any."""
    rows = Alias.objects.filter(old_code=old_code.strip(), **({"net": of_net} if of_net else {}))
    return tuple(OldCode(row.net, row.old_code, row.place) for row in rows.order_by("net"))


def old_codes_of(code: str) -> tuple[OldCode, ...]:
    """The codes under which a place was kept in the nets that were merged: one query."""
    rows = Alias.objects.filter(place=code).order_by("net", "old_code")
    return tuple(OldCode(row.net, row.old_code, row.place) for row in rows)


def grids_in(inside: str, *, layer: Layer = Layer.GRID) -> tuple[str, ...]:
    """The codes of the grids in force in a place, or of its micro-grids, in their order; from memory."""
    codes = net().cover(layer, None).codes
    low, high = places.prefix_range(inside)
    return tuple(codes[bisect_left(codes, low) : bisect_left(codes, high)])


def without_grid(inside: str) -> tuple[Place, ...]:
    """The communities in a place in which no grid lies, those without people left out: one query."""
    rows = Division.objects.filter(within("code", inside), level=Level.COMMUNITY.digits).order_by("code")
    named = dict(rows.values_list("code", "name"))
    covered = {code[: Level.COMMUNITY.digits] for code in grids_in(inside)}
    return tuple(
        Place(code, named[code]) for code in divisions.inhabited(named.items()) if code not in covered
    )


def lost_codes(inside: str) -> tuple[OldCode, ...]:
    """Old codes whose place in the merged net is no longer in force: three queries."""
    rows = Alias.objects.filter(within("place", inside)).order_by("net", "old_code")
    found = [OldCode(row.net, row.old_code, row.place) for row in rows]
    grids = set(grids_in(inside))
    standing = {one.place for one in found if len(one.place) < Level.GRID.digits}
    standing &= paths_of(standing).keys()
    return tuple(one for one in found if one.place not in grids and one.place not in standing)


@lru_cache(maxsize=16)
def names_in(version: str, inside: str) -> dict[str, str]:
    """Names below a place; the version is only part of the key of the cache."""
    below = Division.objects.filter(within("code", inside), level__gt=Level.COUNTY.digits)
    grids = Grid.objects.filter(within("code", inside), in_force(None), layer=Layer.GRID)
    return dict(below.values_list("code", "name")) | dict(grids.values_list("code", "name"))


def _grids(codes: Sequence[str], on: date | None) -> Iterator[Grid]:
    """Grids with these codes; of several periods the last comes last, so that it wins in a mapping."""
    held = in_force(on) if on else Q()
    for part in _parts(codes):
        yield from Grid.objects.filter(held, code__in=part).order_by("since")


def _division_names(codes: Iterable[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for part in _parts(sorted(code for code in codes if len(code) <= Level.COMMUNITY.digits)):
        names |= dict(Division.objects.filter(code__in=part).values_list("code", "name"))
    return names


def _parts(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (codes[start : start + _AT_ONCE] for start in range(0, len(codes), _AT_ONCE))


def _named(code: str, grids: dict[str, Grid], divisions: dict[str, str]) -> Place:
    above = tuple(divisions[one] for one in places.ancestors(code) if one in divisions)
    return _of_grid(grids[code], above) if code in grids else Place(code, divisions[code], above)


def _of_grid(row: Grid, above: tuple[str, ...] = ()) -> Place:
    return Place(row.code, row.name, above, row.kind, row.schematic)
