"""Pure decisions about the words of answers: which places a template has, and how they are filled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gewu.kernel.texts import Text, say

#: What a template may leave open, and what each place is called.
PLACES: Mapping[str, Text] = {
    "number": say("工单编号"),
    "matter": say("事项类别"),
    "unit": say("承办单位"),
    "address": say("地点"),
    "result": say("办理结果"),
}
#: Stands where the case does not know yet what belongs there.
OPEN = "____"
_PLACE = re.compile(r"\{([^{}]*)\}")


def unknown_places(texts: Iterable[str]) -> tuple[str, ...]:
    """The places in these texts that no case can fill."""
    found = (name for text in texts for name in _PLACE.findall(text))
    return tuple(dict.fromkeys(name for name in found if name not in PLACES))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; what is not known stays open, to be seen and written."""
    return _PLACE.sub(lambda place: values.get(place[1], "") or OPEN, text)


#: Telephone numbers, numbers of identity cards and bank cards, and addresses of mail.
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<![0-9A-Za-z-])\d(?:[\d -]{5,}[\dXx])(?![0-9A-Za-z-])")


def without_numbers(text: str) -> str:
    """Free words for paper that leaves the house: what a person can be reached or known by is struck out."""
    return _PERSONAL.sub("＊＊＊", text)


#: What a person can be reached or known by, wherever it stands in free words: mail, mobile and landline
#: telephones, identity cards.
_REACHED = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\d)"
    r"(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}|\d{15}|\d{17}[\dXx])(?!\d)",
    re.ASCII,
)


def findable(text: str) -> str:
    """Free words as they may be looked for: nobody is found by a telephone number that stands in them."""
    return _REACHED.sub(" ", text)
