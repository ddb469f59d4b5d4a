"""How soon a report of a class has a number that the public may use. Pure."""

from __future__ import annotations

from enum import Enum

#: Kinds of things that stand in the street with an owner: naming one is enough to send somebody.
AT_ONCE = ("component",)


class Numbering(Enum):
    """When a report is known by the number of its case, in the words of Open311."""

    #: At once: it is accepted as it comes.
    REALTIME = "realtime"
    #: After a person has looked at it; until then a token stands for it.
    BATCH = "batch"
    #: Never: its matter is nobody's business but the reporter's.
    BLACKBOX = "blackbox"


def numbering(kind: str, *, published: bool, by_rule: bool) -> Numbering:
    """How a class is numbered: never where its cases are not public, at once where a rule accepts it."""
    if not published:
        return Numbering.BLACKBOX
    return Numbering.REALTIME if by_rule and kind in AT_ONCE else Numbering.BATCH
