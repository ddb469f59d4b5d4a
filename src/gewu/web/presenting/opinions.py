"""Follow-ups and rates, as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gewu.cases import queries as cases
from gewu.cases.queries import FEWEST, Rate
from gewu.kernel.texts import Text
from gewu.web.presenting.names import matters_named, places_named, whereabouts
from gewu.web.presenting.parts import Words


@dataclass(frozen=True)
class FollowUpRow:
    """A follow-up in its list."""

    id: str
    number: str
    title: str
    matter: str
    place: str
    state: str
    state_label: Words
    way: Words
    due_at: datetime
    tries: int
    answered_at: datetime | None
    solved: bool | None
    satisfaction: Words
    reason: str


def follow_up_rows(found: Iterable[cases.FollowUpLine], on: date) -> tuple[FollowUpRow, ...]:
    """Follow-ups with names."""
    lines = list(found)
    places, matters = places_named(one.place for one in lines), matters_named(on)
    return tuple(
        FollowUpRow(
            str(one.id), one.number, one.title, matters.get(one.matter, one.matter),
            whereabouts(places, one.place), one.state, one.state_label, one.way, one.due_at, one.tries,
            one.answered_at, one.solved, one.satisfaction, one.reason,
        )
        for one in lines
    )  # fmt: skip


@dataclass(frozen=True)
class Percent:
    """A rate in percent with its interval, or only how many answers there are so far."""

    n: int
    hidden: bool
    share: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Part:
    """Both rates of one place, class or way, with the list of the answers behind them."""

    key: str
    label: Words
    solved: Percent
    satisfied: Percent


#: Shown with every rate: how few answers are too few.
FEWEST_ANSWERS = FEWEST


def percent(one: Rate) -> Percent:
    """A rate as people read it, to one decimal."""
    if one.share is None or one.low is None or one.high is None:
        return Percent(one.n, hidden=True)
    return Percent(one.n, False, f"{one.share:.1%}", f"{one.low:.1%}", f"{one.high:.1%}")


def parts(found: Sequence[cases.Opinion], labels: Mapping[str, Words | Text]) -> tuple[Part, ...]:
    """Rates under the names of what they speak of; those with most answers first."""
    shown = (
        Part(one.key, labels.get(one.key, one.key), percent(one.solved), percent(one.satisfied))
        for one in found
    )
    return tuple(sorted(shown, key=lambda part: -part.solved.n))
