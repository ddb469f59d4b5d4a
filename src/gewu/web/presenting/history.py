"""The history of a case as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gewu.cases.queries import ApplicationLine, HoldingLine, ReachedStage
from gewu.cases.queries import History as Facts
from gewu.kernel.texts import Name
from gewu.web.presenting.names import called
from gewu.web.presenting.parts import Words


@dataclass(frozen=True)
class Stage:
    """A stage on the way of a case; ``at`` is empty while it has not come so far."""

    name: str
    at: datetime | None
    who: Words


@dataclass(frozen=True)
class History:
    """Who held the case, how far it has come, who answers for it, what was asked for."""

    loop: tuple[Stage, ...]
    trace: tuple[Stage, ...]
    holdings: tuple[HoldingLine, ...]
    departments: timedelta
    territory: timedelta
    others: timedelta
    age: timedelta
    first_receiver: str
    answerable: str
    about: str
    tags: tuple[str, ...]
    was_late: bool
    appeal: Words | None
    shelved_until: datetime | None
    applications: tuple[ApplicationLine, ...]


def history(found: Facts) -> History:
    """The facts with names in the reader's language."""
    return History(
        loop=_stages(found.loop),
        trace=_stages(found.trace),
        holdings=found.custody.holdings,
        departments=found.custody.departments,
        territory=found.custody.territory,
        others=found.custody.others,
        age=found.custody.age,
        first_receiver=called(found.first_receiver),
        answerable=called(found.answerable),
        about=called(found.about),
        tags=tuple(called(one) for one in found.tags),
        was_late=found.was_late,
        appeal=found.appeal,
        shelved_until=found.shelved_until,
        applications=found.applications,
    )


def _stages(way: Iterable[ReachedStage]) -> tuple[Stage, ...]:
    return tuple(_stage(one.name, one) for one in way)


def _stage(name: Name, one: ReachedStage) -> Stage:
    if one.first is None:
        return Stage(called(name), None, "")
    return Stage(called(name), one.first.at, one.first.who)
