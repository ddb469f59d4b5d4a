"""Deadlines and how a limit stands, as pure functions of its start, amount, unit and pauses.

A limit ends where its last counted second ends; limits in days end at the close of the day in which
that second falls. A pause takes its own counted time out, whatever the unit: pauses of a limit in days
are added up to the second and the sum is rounded up once, so a day begun is given whole and many short
pauses do not gather days. Nothing is stored here: change the amount or the unit, pass the same pauses,
and the pauses still hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, overload

from ..refusals import Refusal
from ..texts import Text, say
from .calendar import Calendar
from .tracks import Amount, Track, Unit, track_of


class Pause(NamedTuple):
    """A hole in time: ``since`` belongs to it, ``until`` does not; ``None`` is not over yet."""

    since: datetime
    until: datetime | None = None


Pauses = Iterable[tuple[datetime, datetime | None]]
#: Holes in counted seconds: in order, not touching, none empty; a pause that is not over ends never.
_Holes = list[tuple[int, int]]
_NEVER = 1 << 60


class Light(Enum):
    """How close a limit is, as the case-filing standards show it."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> Text:
        return _LIGHT_WORDS[self]


_LIGHT_WORDS = {
    Light.GREEN: say("时限充足"),
    Light.YELLOW: say("即将超时"),
    Light.RED: say("已超时"),
}


@dataclass(frozen=True)
class Standing:
    """How a limit stands at a moment, in counted seconds of its unit.

    ``due`` is ``None`` while a pause without an end holds it. In a pause, ``elapsed_s`` and
    ``remaining_s`` stay what they were when it began. ``remaining_s`` is negative when overdue.
    """

    due: datetime | None
    elapsed_s: int
    remaining_s: int
    paused: bool

    @property
    def total_s(self) -> int:
        """What is granted in all: the limit and, in days, the rest of its last day."""
        return self.elapsed_s + self.remaining_s

    @property
    def overdue(self) -> bool:
        return self.remaining_s < 0

    @property
    def light(self) -> Light:
        return light(self.elapsed_s, self.total_s)


@overload
def deadline(start: datetime, amount: Amount, unit: Unit, calendar: Calendar) -> datetime: ...
@overload
def deadline(
    start: datetime, amount: Amount, unit: Unit, calendar: Calendar, pauses: Pauses
) -> datetime | None: ...
def deadline(
    start: datetime, amount: Amount, unit: Unit, calendar: Calendar, pauses: Pauses = ()
) -> datetime | None:
    """When the limit ends; ``None`` while a pause that began before its end is not over.

    Pauses may overlap and come in any order; those after the end change nothing. Refuses naive times,
    amounts that are not above zero, parts of days, and a pause that ends before it begins.
    """
    if not pauses:
        return _unpaused(start, amount, unit, calendar)
    track = track_of(unit, calendar)
    begin = track.begins(start)
    return _moment(track, _due(track, begin + track.seconds(amount), _holes(track, begin, pauses)))


@lru_cache(maxsize=4096)
def _unpaused(start: datetime, amount: Amount, unit: Unit, calendar: Calendar) -> datetime | None:
    """The same limit is asked for again: by each row of a table, by each clock that begins with another."""
    track = track_of(unit, calendar)
    begin = track.begins(start)
    return _moment(track, _due(track, begin + track.seconds(amount), []))


def standing(
    now: datetime, start: datetime, amount: Amount, unit: Unit, calendar: Calendar, pauses: Pauses = ()
) -> Standing:
    """Deadline, time used and time left at ``now`` in one answer; refuses what ``deadline`` refuses."""
    track = track_of(unit, calendar)
    begin = track.begins(start)
    end = begin + track.seconds(amount)
    holes = _holes(track, begin, pauses)
    at = max(begin, track.at(now))
    held = next((since for since, until in holes if since <= at < until), None)
    # In a pause, what was left when it began is asked for. A pause without an end that still lies
    # ahead takes the date away, but not yet any time.
    known = [hole for hole in holes if hole[1] < _NEVER and (held is None or hole[0] < held)]
    used = _run(begin, at if held is None else held, known)
    left = _run(begin, _due(track, end, known), known) - used
    return Standing(_moment(track, _due(track, end, holes)), used, left, held is not None)


def elapsed(start: datetime, now: datetime, unit: Unit, calendar: Calendar, pauses: Pauses = ()) -> int:
    """Counted seconds from the beginning of the limit to ``now``, outside the pauses; never negative."""
    track = track_of(unit, calendar)
    begin = track.begins(start)
    return _run(begin, max(begin, track.at(now)), _holes(track, begin, pauses))


def remaining(
    now: datetime, start: datetime, amount: Amount, unit: Unit, calendar: Calendar, pauses: Pauses = ()
) -> int:
    """Counted seconds left at ``now``; negative when overdue, unchanging in a pause."""
    return standing(now, start, amount, unit, calendar, pauses).remaining_s


def light(elapsed_s: int, total_s: int) -> Light:
    """Green up to 80 % of the limit, yellow up to all of it, red above.

    Source: the lights of digital city management (the statistics of public platforms of GB/T 30428).
    """
    if elapsed_s > total_s:
        return Light.RED
    return Light.YELLOW if elapsed_s * 5 > total_s * 4 else Light.GREEN


def reached_at(
    start: datetime, amount: Amount, unit: Unit, calendar: Calendar, pauses: Pauses = (), *, percent: int
) -> datetime | None:
    """When this part of the counted time has run, beyond the limit too; ``None`` as for the deadline."""
    if not pauses:
        return _reached_unpaused(start, amount, unit, calendar, percent)
    track = track_of(unit, calendar)
    begin = track.begins(start)
    holes = _holes(track, begin, pauses)
    due = _due(track, begin + track.seconds(amount), holes)
    if due >= _NEVER:
        return None
    part = begin + _run(begin, due, holes) * percent // 100
    return _moment(track, _carried(part, holes, lambda end: end))


@lru_cache(maxsize=4096)
def _reached_unpaused(
    start: datetime, amount: Amount, unit: Unit, calendar: Calendar, percent: int
) -> datetime | None:
    track = track_of(unit, calendar)
    begin = track.begins(start)
    due = track.closes(begin + track.seconds(amount))
    return _moment(track, begin + (due - begin) * percent // 100)


def warns_at(
    start: datetime, amount: Amount, unit: Unit, calendar: Calendar, pauses: Pauses = ()
) -> datetime | None:
    """The last moment at which the light is green, for a column beside the deadline; ``None`` as there."""
    return reached_at(start, amount, unit, calendar, pauses, percent=80)


def working_seconds(since: datetime, until: datetime, calendar: Calendar) -> int:
    """Seconds between both in which the doors were open; negative when they are exchanged."""
    track = track_of(Unit.WORK_HOUR, calendar)
    return track.at(until) - track.at(since)


def _holes(track: Track, begin: int, pauses: Pauses) -> _Holes:
    """The pauses as counted seconds after ``begin``, in order and joined where they touch."""
    if not pauses:
        return []
    holes: _Holes = []
    for since, until in sorted(_span(track, begin, *pause) for pause in pauses):
        if holes and since <= holes[-1][1]:
            holes[-1] = (holes[-1][0], max(holes[-1][1], until))
        elif since < until:
            holes.append((since, until))
    return holes


def _span(track: Track, begin: int, since: datetime, until: datetime | None) -> tuple[int, int]:
    first = track.at(since)
    last = _NEVER if until is None else track.at(until)
    if until is not None and until < since:
        raise Refusal(say("暂停的结束不能早于开始"), field="until")
    return max(begin, first), last


def _carried(end: int, holes: _Holes, closes: Callable[[int], int]) -> int:
    """The last counted second of a limit that would be ``end`` without holes.

    A hole that begins after that second but before the close, in the rest of the last day, moves it
    just behind the hole: no deadline passes while the clock stands.
    """
    for since, until in holes:
        if since >= closes(end):
            break
        end = max(end, since + 1) + until - since
    return end


def _due(track: Track, end: int, holes: _Holes) -> int:
    return track.closes(_carried(end, holes, track.closes))


def _moment(track: Track, at: int) -> datetime | None:
    return None if at >= _NEVER else track.moment(at)


def _run(begin: int, to: int, holes: _Holes) -> int:
    """Counted seconds between both outside the holes."""
    return to - begin - sum(min(to, until) - since for since, until in holes if since < to)
