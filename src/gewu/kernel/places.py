"""Places by their code. A subtree is a prefix, so a level is a length and a parent is a cut.

Codes are the statistical division codes 2-2-2-3-3 without padding, then three digits for the grid and two
for the micro-grid.
"""

from __future__ import annotations

from enum import Enum

from .refusals import Refusal
from .texts import Text, say


class Level(Enum):
    """How fine a place is; the value is the length of its code."""

    PROVINCE = 2
    CITY = 4
    COUNTY = 6
    STREET = 9
    COMMUNITY = 12
    GRID = 15
    MICRO_GRID = 17

    @property
    def digits(self) -> int:
        return self.value

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    Level.PROVINCE: say("省"),
    Level.CITY: say("市"),
    Level.COUNTY: say("区县"),
    Level.STREET: say("街道"),
    Level.COMMUNITY: say("社区"),
    Level.GRID: say("网格"),
    Level.MICRO_GRID: say("微网格"),
}
_BY_LENGTH = {level.digits: level for level in Level}
_LENGTHS = tuple(_BY_LENGTH)


def checked(code: str) -> str:
    """The code as it is. Refuses what is no unpadded place code."""
    if len(code) not in _BY_LENGTH or not (code.isascii() and code.isdigit()) or code[0] == "0":
        raise Refusal(
            say("“{code}”不是区划或网格代码", code=code),
            field="place",
            advice=say("代码只含数字：省2位、市4位、区县6位、街道9位、社区12位、网格15位、微网格17位"),
        )
    return code


def level_of(code: str) -> Level:
    """The level of a place; refuses what is no place code."""
    return _BY_LENGTH[len(checked(code))]


def parent_of(code: str) -> str | None:
    """The place one level up; a province has none."""
    above = _LENGTHS.index(level_of(code).digits) - 1
    return None if above < 0 else code[: _LENGTHS[above]]


def ancestors(code: str) -> tuple[str, ...]:
    """All places that hold this one, the province first, without the place itself."""
    digits = level_of(code).digits
    return tuple(code[:length] for length in _LENGTHS if length < digits)


def is_within(code: str, prefix: str) -> bool:
    """Whether a place is the other one or lies in it; the empty prefix is the whole country.

    A prefix that is no level of its own holds nothing, so that a cut-off scope never widens a right.
    """
    return not prefix or (len(prefix) in _BY_LENGTH and code.startswith(prefix))


def county_of(code: str) -> str:
    """The county (six digits) of a place in it; refuses provinces and cities."""
    if level_of(code).digits < Level.COUNTY.digits:
        raise Refusal(say("“{code}”不在任何区县之内", code=code), field="place")
    return code[: Level.COUNTY.digits]


def from_statistics(code12: str) -> str:
    """The unpadded code of a division that the statistics write with twelve digits.

    Zeros that fill whole levels to the end are padding: ``320111001000`` is the street ``320111001``. Refuses
    other lengths, and a community without its street or a county without its city. A street without its
    county stands: cities that have no counties (Dongguan 441900003) write one of zeros.
    """
    if len(code12) != Level.COMMUNITY.digits:
        raise Refusal(say("统计用区划代码须为12位：“{code}”", code=code12), field="place")
    code = checked(code12)
    for level in (Level.STREET, Level.COUNTY, Level.CITY, Level.PROVINCE):
        if code[level.digits :].strip("0"):
            break
        code = code[: level.digits]
    if code[2:4] == "00" or code[6:9] == "000":
        raise Refusal(say("“{code}”缺少中间一级的代码", code=code12), field="place")
    return code


def prefix_range(prefix: str) -> tuple[str, str]:
    """The half-open range of codes that are this place or lie in it.

    A range is answered by a plain index on every database, which a pattern is not. The upper end is a
    letter: letters stand behind digits in every collation, the signs between them do not.
    """
    return prefix, prefix + "A"
