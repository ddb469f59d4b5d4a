"""Hazards at enterprises as the three parties see them, and the self-checks of an enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases.actions.hazards import HAZARD, PARTIES, REPORT
from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case, Hazard, SelfCheck
from gewu.catalogue import queries as catalogue
from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import UnitFacts
from gewu.security.actors import Actor
from gewu.security.scopes import below_unit

MOST_LISTED = 200


def _load() -> frozenset[str]:
    found = Hazard.objects.order_by().values_list("line__path", "regulator__path").distinct()
    return frozenset(path for pair in found for path in pair)


_parties: Held[frozenset[str]] = Held(PARTIES, _load)


def looked_after(unit_path: str) -> Q | None:
    """The condition of being a hazard that a unit, or one below it, looks after; none where it has none.

    Most offices look after no hazard, and their lists stay as fast as before.
    """
    if not any(path.startswith(unit_path) for path in _parties.get()):
        return None
    mine = below_unit("line__path", unit_path) | below_unit("regulator__path", unit_path)
    return Q(pk__in=Hazard.objects.filter(mine).values("case_id"))


@dataclass(frozen=True)
class HazardLine:
    """A hazard in a list."""

    number: str
    state: str
    state_label: Text
    open: bool
    matter: Name
    title: str
    enterprise: Name
    line: Name
    regulator: Name
    found_by_itself: bool
    guide: str
    filed_at: datetime
    due_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class CheckLine:
    """One self-check."""

    at: datetime
    looked_for: int
    found: int
    statement: str


def own_enterprise(actor: Actor) -> UnitFacts:
    """The enterprise for which somebody signs in; whoever signs in for none is refused."""
    paths = [one.unit_path for one in actor.scopes(REPORT) if one.unit_path]
    if not paths:
        raise Refusal(say("这一页供企业使用"), Kind.FORBIDDEN)
    return organisation.open_unit(paths[0].rstrip("/").rpartition("/")[2])


def lines_of(cases: QuerySet[Case]) -> tuple[HazardLine, ...]:
    """The hazards among these cases, the newest two hundred: open ones first, as they fall due. One query."""
    rows = Hazard.objects.filter(case__in=cases).select_related("case").order_by("-case__filed_at")
    lines = [_line(one, one.case) for one in rows[:MOST_LISTED]]
    return tuple(sorted(lines, key=lambda one: (not one.open, one.due_at)))


def _line(row: Hazard, case: Case) -> HazardLine:
    matter = catalogue.matter(case.matter, on=catalogue.day_of(case.filed_at))
    state = CASE.state(case.state)
    return HazardLine(
        case.number, case.state, state.label, state.open, Name(matter.name_zh, matter.name_en), case.title,
        _named(row.enterprise_id), _named(row.line_id), _named(row.regulator_id), row.found_by == "self",
        row.guide, case.filed_at, case.due_at, case.closed_at,
    )  # fmt: skip


def _named(unit: UUID) -> Name:
    return organisation.known_unit(unit).name


def hazard_of(case_id: UUID) -> Mapping[str, Name] | None:
    """The three parties of a case that is a hazard of an enterprise; none for any other: one query."""
    row = Hazard.objects.filter(pk=case_id).first()
    if row is None:
        return None
    return {
        "enterprise": _named(row.enterprise_id),
        "line": _named(row.line_id),
        "regulator": _named(row.regulator_id),
    }


def self_checks(actor: Actor, *, most: int = 20) -> tuple[CheckLine, ...]:
    """The self-checks of one's own enterprise, the newest first."""
    rows = SelfCheck.objects.filter(enterprise=own_enterprise(actor).id).order_by("-at")[:most]
    return tuple(CheckLine(one.at, len(one.looked_for), one.found, one.statement) for one in rows)


def checklist(*, now: datetime) -> tuple[catalogue.Matter, ...]:
    """What an enterprise looks for: the classes of hazards in force."""
    return tuple(one for one in catalogue.all_matters(catalogue.day_of(now)) if one.kind == HAZARD)
