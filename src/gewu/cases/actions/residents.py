"""The whistle that residents blow by being many: called by the platform, answered for by a named person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from gewu.cases import permissions
from gewu.cases.actions import assists, conflicts, whistles
from gewu.cases.actions.assists import Party
from gewu.cases.lifecycle import ASSIGNMENT, CASE
from gewu.cases.models import Assignment, CallKind, Case, Whistle
from gewu.catalogue import queries as catalogue
from gewu.infra import store
from gewu.infra.wording import translated
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import Holder
from gewu.security import actors
from gewu.security import queries as security

#: Who stands for the territory in which a case lies, and the post that answers for a grid.
TERRITORY, FIRST = "street_office", "grid_head"


def blow_for_residents(case_id: UUID, people: int, *, now: datetime) -> Whistle | None:
    """Blow the whistle of a kind that blows by itself, once so many different people stand behind a case.

    Once for each kind and case: one that was withdrawn stays withdrawn. Nothing happens for too few, for a
    case that has ended, and where nobody can be named to answer for it; staff may blow it then as before.
    """
    with store.writing():
        case = Case.objects.select_for_update().get(pk=case_id)
        kind = _due(case, people, now)
        answers = _answering(case, now) if kind else None
        if kind is None or answers is None:
            return None
        task = say("已有 {n} 名居民反映同一件事，请到现场共同查看、办理，并向居民说明结果", n=people)
        parties = (Party(post=str(answers.post)), *(Party(unit=code) for code in _units(case, now)))
        call = whistles.Call(kind.code, parties, translated(task))
        return whistles.begin(
            case, kind, call, actor=actors.rule(f"whistle:{kind.pk}"), now=now,
            supporters=people, responsible=f"account:{answers.account.hex}" if answers.account else "",
        )  # fmt: skip


def _due(case: Case, people: int, now: datetime) -> CallKind | None:
    """The kind in force that so many people set off, if it has not been blown on this case."""
    if not CASE.state(case.state).open:
        return None
    blown = set(Whistle.objects.filter(case=case).values_list("kind__code", flat=True))
    kinds = whistles.kinds_in_force(catalogue.day_of(now)).values()
    fitting = [one for one in kinds if one.automatic and one.supporters <= people and one.code not in blown]
    return max(fitting, key=lambda one: one.supporters, default=None)


def _answering(case: Case, now: datetime) -> Holder | None:
    """Who answers for it: the nearest who could have blown it, the grid head before others."""
    found = assists.officials(case.place, now=now)
    for one in sorted(found, key=lambda one: (-len(one.place), one.kind != FIRST)):
        actor = security.actor_of(one.account, now=now) if one.account else None
        if actor and permissions.on_the_ground(actor, case) and not permissions.concerned(actor, case):
            return one
    return None


def _units(case: Case, now: datetime) -> Iterator[str]:
    """The units to call: who is to assist by the rules, and the office of the territory."""
    on = catalogue.day_of(now)
    home = organisation.unit_for(TERRITORY, case.place)
    assisting = catalogue.route(case.matter, case.place, on).assists
    busy = set(
        Assignment.objects.filter(case=case, state__in=ASSIGNMENT.names(open=True)).values_list(
            "unit_id", flat=True
        )
    )
    for unit in dict.fromkeys((*assisting, *([home] if home else []))):
        idle = unit.id not in busy | {case.lead_id} and not conflicts.stops(case, unit)
        if idle and catalogue.admitted(case.matter, unit.kind, on, place=case.place):
            yield unit.code
