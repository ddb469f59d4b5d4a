"""Which names in somebody's table mean the same unit, where it sits, and what it is best called."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: How a sub-district's office is written behind its name, longest first.
_OFFICE_ENDINGS = ("街道办事处", "办事处", "街道办", "街道", "辖区", "办")
#: The same written before a unit: a bare stem (坪山公安分局) may be the district's.
_OFFICE_BEGINNINGS = ("街道办事处", "办事处", "街道")
_COMMITTEE_ENDINGS = ("居民委员会", "村民委员会", "居委会", "村委会")
#: Words that say that a unit acted, not what it is called.
_ACTED = "处置"
_SHORTER = {"办公室": "办", "管理办": "办", "有限公司": "公司"}


@dataclass(frozen=True)
class Spelling:
    """A unit as one row names it: its name, and its number where the table has one."""

    name: str
    number: str = ""


@dataclass(frozen=True)
class Ground:
    """The streets and communities of a county, code to name, as they are spoken of (六联社区)."""

    county: str
    streets: Mapping[str, str]
    communities: Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """Spellings that mean one unit; ``place`` is where it sits and ``name`` what it is called."""

    name: str
    place: str
    spellings: tuple[Spelling, ...]

    @property
    def number(self) -> str:
        """The lowest number that the table gives it, empty when it gives none."""
        numbers = [one.number for one in self.spellings if one.number]
        return min(numbers, key=lambda number: (len(number), number), default="")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({one.name for one in self.spellings}))


def grouped(spellings: Iterable[Spelling], ground: Ground) -> tuple[Group, ...]:
    """The units behind the spellings of a table, each spelling in exactly one.

    First, one number is one unit. Then, names that are equal once their writing is made alike, at the
    same place, are one unit: 坪山街道综合执法队（坪山街道办事处） and 坪山街道综合执法队. A name without a
    street takes the street that another name of its number gives.
    """
    counts = Counter(spellings)
    by_number: dict[object, list[Spelling]] = {}
    for one in sorted(counts, key=lambda one: (one.number, one.name)):
        by_number.setdefault(one.number or one, []).append(one)
    by_key: dict[tuple[str, str], list[Spelling]] = {}
    for members in by_number.values():
        by_key.setdefault(_key(members, ground), []).extend(members)
    return tuple(
        Group(_called(place, members, counts, ground), place, tuple(members))
        for (place, _), members in sorted(by_key.items())
    )


def stem(name: str) -> str:
    """A community as it is spoken of: 六联社区 for 六联社区居委会."""
    for ending in _COMMITTEE_ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def _key(members: Iterable[Spelling], ground: Ground) -> tuple[str, str]:
    """Place and name of a unit after its most local spelling; of several names the shortest."""
    seated = [seat(one.name, ground) for one in members]
    place = max((place for place, _ in seated), key=len)
    return place, min(
        (_alike(rest) for at, rest in seated if at == place), key=lambda rest: (len(rest), rest)
    )


def seat(name: str, ground: Ground) -> tuple[str, str]:
    """Where a name says that its unit sits, and what remains of the name: the county when it says nothing."""
    plain = unicodedata.normalize("NFKC", name).replace("(", "（").replace(")", "）")
    plain = "".join(plain.split())
    core, _, bracket = plain.removesuffix("）").partition("（")
    written = _street_written(bracket, ground) if plain.endswith("）") else ""
    rest = (core if written else plain).removesuffix(_ACTED)
    begun, remains = _street_begun(rest, ground)
    street = written or begun
    rest = remains if begun == street else rest
    return _community_begun(rest, street, ground) or street or ground.county, rest


def _street_written(text: str, ground: Ground) -> str:
    """The street that stands in brackets: 碧岭街道办事处, 碧岭办, 坑梓辖区 or just 马峦."""
    for code, name in ground.streets.items():
        short = name.removesuffix("街道")
        if text == short or any(text == short + ending for ending in _OFFICE_ENDINGS):
            return code
    return ""


def _street_begun(text: str, ground: Ground) -> tuple[str, str]:
    """The street that a name begins with, and the rest of it; a name that is only the street stays whole."""
    for code, name in ground.streets.items():
        for beginning in (name.removesuffix("街道") + one for one in _OFFICE_BEGINNINGS):
            if text.startswith(beginning) and text != beginning:
                return code, text.removeprefix(beginning)
    return "", text


def _community_begun(text: str, street: str, ground: Ground) -> str:
    """The community that a name begins with, in the street that is known or in any."""
    for code, name in ground.communities.items():
        if text.startswith(name) and code.startswith(street):
            return code
    return ""


def _alike(rest: str) -> str:
    """A name with its usual short forms: 城建办公室 and 城建办 are written alike."""
    for long, short in _SHORTER.items():
        rest = rest.removesuffix(long) + short if rest.endswith(long) else rest
    return rest


def _called(place: str, members: Iterable[Spelling], counts: Counter[Spelling], ground: Ground) -> str:
    """The name used most, written with its street where it would mean nothing without."""
    best = max(members, key=lambda one: (seat(one.name, ground)[0] == place, counts[one], one.name))
    rest = seat(best.name, ground)[1]
    street = ground.streets.get(place, "")
    if not street or rest.startswith(street.removesuffix("街道")):
        return rest
    return street + rest
