"""Who held a case for how long, from what happened to it. Pure: the times add up to the age of the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum


class Side(Enum):
    """Where a case lies: on the dispatchers' desk, with a unit, being checked, or settled for the time."""

    DESK = "desk"
    UNIT = "unit"
    CHECK = "check"
    REST = "rest"


@dataclass(frozen=True)
class Turn:
    """One event of a case: what happened, when, and the unit it names."""

    type: str
    at: datetime
    unit: str = ""


@dataclass(frozen=True)
class Holding:
    """One party's time with a case. ``signed_at`` is its receipt, empty while it has not signed."""

    side: Side
    unit: str
    since: datetime
    until: datetime
    signed_at: datetime | None = None

    @property
    def span(self) -> timedelta:
        return self.until - self.since


#: Where each event puts a case; any other event leaves it where it is.
_PUTS = {
    "CaseFiled": Side.DESK,
    "CaseDispatched": Side.UNIT,
    "CaseRuled": Side.UNIT,
    "CasePassedUp": Side.UNIT,
    "CasePassedDown": Side.UNIT,
    "CaseReturned": Side.DESK,
    "CaseRecalled": Side.DESK,
    "CaseSentOn": Side.DESK,
    "CaseHandled": Side.CHECK,
    "CaseSelfHandled": Side.CHECK,
    "CheckFailed": Side.UNIT,
    "CaseReopened": Side.UNIT,
    "CaseClosed": Side.REST,
    "CaseVoided": Side.REST,
}


def holdings(turns: Iterable[Turn], *, until: datetime) -> tuple[Holding, ...]:
    """The parties that held a case, in order and without a gap, from its filing until then.

    A case that is settled at the end has the age it had when it was settled.
    """
    held: list[Holding] = []
    for turn in _onward(turns):
        if turn.type in _PUTS:
            _close(held, turn.at)
            signed = turn.at if turn.type == "CheckFailed" else None
            unit = turn.unit if _PUTS[turn.type] is Side.UNIT else ""
            held.append(Holding(_PUTS[turn.type], unit, turn.at, turn.at, signed))
        elif turn.type == "CaseSignedFor" and held:
            held[-1] = replace(held[-1], signed_at=turn.at)
    if held and held[-1].side is Side.REST:
        held.pop()
    else:
        _close(held, max(until, held[-1].since) if held else until)
    return tuple(one for one in held if one.span)


def _onward(turns: Iterable[Turn]) -> Iterator[Turn]:
    """The events with times that never go back, in their order: a clock set back takes from no one's time."""
    at: datetime | None = None
    for turn in turns:
        at = max(at, turn.at) if at else turn.at
        yield replace(turn, at=at)


def _close(held: list[Holding], at: datetime) -> None:
    if held:
        held[-1] = replace(held[-1], until=at)


def age(held: Iterable[Holding]) -> timedelta:
    """How old a case is: all holding times together."""
    return sum((one.span for one in held), timedelta())
