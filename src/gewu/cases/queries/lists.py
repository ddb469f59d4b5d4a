"""Which cases someone sees, in lists and counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases.lifecycle import ASSIGNMENT, CASE
from gewu.cases.models import Assignment, Case, CaseTag
from gewu.cases.queries import concerns
from gewu.infra import files, listing, paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security import scopes
from gewu.security.actors import Actor

#: Where an order of an inbox may begin; both columns are never empty.
SORTS: Mapping[str, paging.Order] = {
    "due": paging.Order("due_at", descending=False),
    "new": paging.Order("filed_at"),
}


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases this actor may see: in its places, on its unit's desk, or those it is called to in person.

    None that is about its own unit.
    """
    rows = Case.objects.filter(
        scopes.visible(actor, "cases.read", place="place", unit=_on_desk_of, person=_called_in_person)
    )
    own = concerns.kept_from(actor)
    return rows.exclude(own) if own else rows


def require_visible(actor: Actor, number: str) -> None:
    """Refuse a case out of scope as if it did not exist."""
    if not visible_to(actor).filter(number=number).exists():
        raise Refusal(say("没有编号为“{number}”的工单，或不在您的范围内", number=number), Kind.MISSING)


def open_case(actor: Actor, number: str) -> Case:
    """The case that another report may join: refused when it is out of scope, or closed or void."""
    found = visible_to(actor).filter(number=number.strip()).first()
    if found is None:
        raise Refusal(say("没有编号为“{number}”的工单", number=number), Kind.MISSING, field="case")
    state = CASE.state(found.state)
    if not state.open:
        raise Refusal(
            say("工单 {number} 现为“{state}”，不能再并入", number=number, state=state.label),
            Kind.CONFLICT,
            field="case",
            advice=say("请另行立案，或请反映人要求重新办理"),
        )
    return found


def _on_desk_of(unit_path: str) -> Q:
    return scopes.below_unit("lead_path", unit_path) | _called(scopes.below_unit("unit_path", unit_path))


def _called_in_person(account: UUID) -> Q:
    return _called(Q(account_id=account))


def _called(party: Q) -> Q:
    called = Assignment.objects.filter(party, state__in=[*ASSIGNMENT.names(open=True), "done"])
    return Q(pk__in=called.values("case_id"))


@dataclass(frozen=True)
class Filters:
    """What a desk asks for. ``state`` is a state's name, ``open`` or ``all``."""

    state: str = "open"
    text: str = ""
    place: str = ""
    matter: str = ""
    unit: str = ""
    origin: str = ""
    overdue: bool = False
    mine: bool = False
    tag: str = ""
    sort: str = "due"


@dataclass(frozen=True)
class CaseLine:
    """A case in a list."""

    id: UUID
    number: str
    state: str
    state_label: Text
    open: bool
    matter: str
    title: str
    place: str
    address: str
    lead: UUID | None
    unit: Name
    origin: str
    filed_at: datetime
    due_at: datetime
    closed_at: datetime | None
    returns: int
    priority: int
    reports: int


def inbox(
    actor: Actor, filters: Filters, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[CaseLine]:
    """A page of the cases that fit, in the order asked for."""
    order = listing.order_named(SORTS, filters.sort)
    return paging.page(_fitting(actor, filters, now), order, after=after, size=size, show=_lines)


def _fitting(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    return _narrowed(actor, filters, now).filter(listing.in_state(CASE, filters.state))


def _narrowed(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    """All filters but the state, so that the counters of the tabs equal the lists behind them."""
    rows = visible_to(actor).filter(scopes.within("place", filters.place))
    if filters.matter:
        rows = rows.filter(matter__startswith=filters.matter)
    if filters.unit:
        rows = rows.filter(scopes.below_unit("lead_path", organisation.known_unit(filters.unit).path))
    if filters.origin:
        rows = rows.filter(origin=filters.origin)
    if filters.overdue:
        rows = rows.filter(listing.past_due(CASE, now))
    if filters.mine:
        rows = rows.filter(_mine(actor))
    if filters.tag:
        rows = rows.filter(pk__in=CaseTag.objects.filter(tag=filters.tag).values("case_id"))
    if filters.text:
        rows = rows.filter(_about(listing.typed(filters.text)))
    return rows


def _mine(actor: Actor) -> Q:
    """What waits for this very person: checks begun by it, cases of its own unit."""
    desks = Q(checked_by=actor.ref, state="checking")
    for standing in actor.scopes("cases.handle"):
        desks |= scopes.below_unit("lead_path", standing.unit_path)
    return desks | _called_in_person(actor.account_id) if actor.account_id else desks


def _about(text: str) -> Q:
    return Q(number__startswith=text) | Q(text__contains=text) | Q(address__contains=text)


def _lines(rows: Sequence[Case]) -> list[CaseLine]:
    return [line_of(row) for row in rows]


def line_of(row: Case) -> CaseLine:
    state = CASE.state(row.state)
    unit = organisation.known_unit(str(row.lead_id)).name if row.lead_id else Name("")
    return CaseLine(
        row.pk, row.number, row.state, state.label, state.open, row.matter, row.title, row.place, row.address,
        row.lead_id, unit, row.origin, row.filed_at, row.due_at, row.closed_at, row.returns, row.priority,
        row.reports,
    )  # fmt: skip


def counters(actor: Actor, filters: Filters, *, now: datetime) -> tuple[listing.Counter, ...]:
    """One counter for each state, under the same filters as the list: one query."""
    return listing.counted(_narrowed(actor, filters, now), CASE, now=now)


def may_see_file(actor: Actor, facts: files.FileFacts) -> bool:
    """Whether a file of a case may be shown to this actor."""
    if facts.owner_kind != "case" or facts.owner_id is None:
        return False
    return visible_to(actor).filter(pk=facts.owner_id).exists()
