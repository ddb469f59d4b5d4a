"""Several cases chosen from a list, and the steps that can be taken on them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gewu.cases import permissions
from gewu.cases.actions import bulk
from gewu.cases.queries.lists import CaseLine, line_of
from gewu.cases.queries.narrowing import visible_to
from gewu.cases.queries.parties import OpenStep, open_step
from gewu.security.actors import Actor


@dataclass(frozen=True)
class Chosen:
    """The chosen cases that this actor sees, and what it may do with at least one of them."""

    cases: tuple[CaseLine, ...]
    steps: tuple[OpenStep, ...]
    #: What these steps may be given, in the order in which a form asks for it.
    fields: tuple[str, ...]


def chosen(actor: Actor, numbers: Iterable[str]) -> Chosen:
    """What can be done with several cases at once: one query. Those out of scope are left out."""
    wanted = list(dict.fromkeys(numbers))[: bulk.MOST]
    rows = list(visible_to(actor).filter(number__in=wanted).order_by("number"))
    steps = tuple(
        open_step(step)
        for step in bulk.steps_for_many()
        if any(row.state in step.source and permissions.WHO[step.by](actor, row, None) for row in rows)
    )
    given = {name for step in steps for name in (*step.needs, *step.may_take)}
    fields = tuple(name for name in bulk.SHARED if name in given)
    return Chosen(tuple(line_of(row) for row in rows), steps, fields)


#: The rights behind the steps that can be taken on many cases.
_RIGHTS = (
    "cases.dispatch",
    "cases.handle",
    "cases.check",
    "cases.supervise",
    "cases.arbitrate",
    "reports.screen",
)


def may_take_many(actor: Actor) -> bool:
    """Whether this actor may take any step of many cases, whichever they are: no query."""
    return any(map(actor.holds, _RIGHTS))
