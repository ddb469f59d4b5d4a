"""Cases that someone takes along to where there is no network, and what may be done with them there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gewu.cases import permissions
from gewu.cases.actions import assists, steps, whistles
from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.cases.queries.lists import CaseLine, line_of
from gewu.cases.queries.narrowing import visible_to
from gewu.cases.queries.parties import KindLine, OpenStep, open_step
from gewu.cases.rules import CaseFacts
from gewu.catalogue import queries as catalogue
from gewu.kernel import worktime
from gewu.kernel.lifecycle import Step
from gewu.kernel.texts import Name
from gewu.organisation.queries import Holder
from gewu.security.actors import Actor


@dataclass(frozen=True)
class Carried:
    """A case as it stood when it was taken along; ``version`` is what a step made apart goes out from."""

    line: CaseLine
    version: int
    text: str
    result: str
    evidence_needed: tuple[str, ...]
    steps: tuple[OpenStep, ...]
    #: What each of these steps opens to whoever took it, by its event: a whole check is made in one visit.
    then: Mapping[str, tuple[OpenStep, ...]]
    may_whistle: bool


def carried(actor: Actor, *, only: Collection[str], now: datetime, most: int = 100) -> tuple[Carried, ...]:
    """The open cases in this actor's scope that are due first, with those of the steps ``only`` names.

    One query, however many. Whether others' parts block a step is found out when it arrives.
    """
    rows = visible_to(actor).filter(state__in=CASE.names(open=True)).order_by("due_at", "id")[:most]
    return tuple(_carried(actor, row, only, now) for row in rows)


def _carried(actor: Actor, row: Case, only: Collection[str], now: datetime) -> Carried:
    matter = catalogue.matter(row.matter, on=catalogue.day_of(row.filed_at))
    facts = steps.facts_of(row, actor=actor, now=now, guards=())
    mine = _steps(actor, row, row.state, facts, only)
    return Carried(
        line_of(row), row.version, row.text, row.result, matter.evidence,
        tuple(map(open_step, mine)),
        {one.event: tuple(map(open_step, _after(actor, row, one, facts, only))) for one in mine},
        permissions.WHO["residents"](actor, row, None),
    )  # fmt: skip


def _after(actor: Actor, row: Case, step: Step, facts: CaseFacts, only: Collection[str]) -> list[Step]:
    """Whoever begins a check ends it; every other step hands the case on to someone else."""
    if step.event != "begin_check" or step.to is None:
        return []
    return _steps(actor, row, step.to, replace(facts, checked_by=actor.ref), only)


def _steps(actor: Actor, row: Case, state: str, facts: CaseFacts, only: Collection[str]) -> list[Step]:
    mine = [one for one in CASE.steps_from(state) if one.event in only]
    return [one for one in mine if permissions.WHO[one.by](actor, row, None) and one.open_for(facts)]


@dataclass(frozen=True)
class Calling:
    """What someone at a place may blow, and which officials can be called there."""

    kinds: tuple[KindLine, ...]
    officials: tuple[Holder, ...]


def calling(actor: Actor, place: str, *, now: datetime) -> Calling:
    """The kinds of whistle this actor may blow at a place by itself; the residents' own is not among them."""
    here = Case(place=place)
    kinds = tuple(
        KindLine(
            row.code,
            Name(row.name_zh, row.name_en),
            worktime.Limit(row.amount, worktime.Unit(row.time_unit)),
            row.supporters,
            row.supporters == 0,
        )
        for row in whistles.kinds_in_force(catalogue.day_of(now)).values()
        if permissions.WHO[row.caller](actor, here, None) and row.supporters <= 1
    )
    return Calling(kinds, assists.officials(place, now=now) if kinds else ())
