"""Which kinds of task are visits, which posts are pairings, and when their visits count. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

#: The kinds of plan whose tasks are visits, as `seeds/plan_kinds.csv` has them.
VISITS = ("visit", "evening_visit", "official_visit", "community_visit", "enterprise_visit")
#: The kinds whose schedule residents can read when their plan is public.
SCHEDULED = ("official_visit", "evening_visit")
#: The kinds of post that pair someone with a community or an enterprise, and the visits made from them.
PAIRINGS = {"community_partner": "community_visit", "enterprise_partner": "enterprise_visit"}
#: The kinds that look for disputes.
SCREENINGS = ("screening", "joint_screening")
#: What the classes of disputes begin with.
DISPUTE = "D"
_WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def weeks_until(day: date, count: int) -> tuple[date, ...]:
    """The Mondays of so many weeks, the last of them that of this day."""
    last = monday_of(day)
    return tuple(last - _WEEK * n for n in reversed(range(count)))


@dataclass(frozen=True)
class Screened:
    """One screening of a community: the week it was for, its state, and what it came to."""

    place: str
    day: date
    state: str
    open: bool
    found: int


DONE, NONE, WAITING, MISSING = "done", "none", "waiting", "missing"


def of_week(found: Iterable[Screened], *, over: bool) -> str:
    """What a week of a community came to: screened with findings, signed as none, still to come, or missing.

    A week that is ``over`` without either is missing, whether a task was laid for it or not.
    """
    states = {one.state for one in found}
    if "done" in states:
        return DONE
    if "signed_none" in states:
        return NONE
    return MISSING if over else WAITING
