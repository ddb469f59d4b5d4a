"""Which cases someone sees, in lists and counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case, Deadline
from gewu.cases.queries.narrowing import Filters, in_state, narrowed, sees, visible_to
from gewu.infra import files, listing, paging, rows
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: Where an order of an inbox may begin; both columns are never empty.
SORTS: Mapping[str, paging.Order] = {
    "due": paging.Order("due_at", descending=False),
    "new": paging.Order("filed_at"),
}


def require_visible(actor: Actor, number: str) -> None:
    """Refuse a case out of scope as if it did not exist."""
    found = rows.read(Case, number=number)
    if not found or not sees(actor, found[0]):
        raise Refusal(say("没有编号为“{number}”的工单，或不在您的范围内", number=number), Kind.MISSING)


def id_of(number: str) -> UUID:
    """The key of a case, for whoever keeps its data and sees nothing of it; an unknown one is refused."""
    found = Case.objects.filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal(say("没有编号为“{number}”的工单", number=number), Kind.MISSING, field="number")
    return found


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
    lon: float | None
    lat: float | None
    #: Whether a clock of it is paused.
    held: bool = False


def inbox(
    actor: Actor, filters: Filters, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[CaseLine]:
    """A page of the cases that fit, in the order asked for."""
    order, found = listing.order_named(SORTS, filters.sort), narrowed(actor, filters, now)
    parts = _parts(filters)
    if not parts:
        found = found.filter(in_state(filters))
    return paging.page(found, order, after=after, size=size, show=lines_of, parts=parts)


def _parts(filters: Filters) -> list[Q]:
    """The states of a list over several of them, each of which has the order by due time in an index."""
    if filters.sort != "due" or filters.rare or filters.state not in (listing.OPEN, listing.ALL):
        return []
    return [Q(state=one.name) for one in CASE.states if one.open or filters.state == listing.ALL]


def lines_of(found: Sequence[Case]) -> list[CaseLine]:
    """Rows as lists show them: one query for all clocks that stand still."""
    paused = Deadline.objects.filter(case__in=found, held=True, met_at=None, dropped_at=None)
    held = set(paused.values_list("case_id", flat=True)) if found else set()
    return [line_of(row, held=row.pk in held) for row in found]


def line_of(row: Case, *, held: bool = False) -> CaseLine:
    state = CASE.state(row.state)
    unit = organisation.known_unit(str(row.lead_id)).name if row.lead_id else Name("")
    return CaseLine(
        row.pk, row.number, row.state, state.label, state.open, row.matter, row.title, row.place, row.address,
        row.lead_id, unit, row.origin, row.filed_at, row.due_at, row.closed_at, row.returns, row.priority,
        row.reports, row.lon, row.lat, held,
    )  # fmt: skip


def counters(actor: Actor, filters: Filters, *, now: datetime) -> tuple[listing.Counter, ...]:
    """One counter for each state, under the same filters as the list: one query."""
    return counted(actor, filters, (), now=now)[0]


def counted(
    actor: Actor, filters: Filters, beside: Sequence[Filters], *, now: datetime
) -> tuple[tuple[listing.Counter, ...], list[int]]:
    """The counters of the states, and how many cases each of the lists beside them has: one query for all."""
    found = narrowed(actor, filters, now)
    others = [_fitting(actor, one, now) for one in beside]
    return listing.counted(found, CASE, now=now, ended=not filters.narrow, beside=others)


def _fitting(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    return narrowed(actor, filters, now).filter(in_state(filters))


def counts(actor: Actor, asked: Sequence[Filters], *, now: datetime) -> list[int]:
    """How many cases each of these lists has, up to one more than is counted: one query for all of them."""
    lists = [_fitting(actor, one, now) for one in asked]
    return listing.up_to(listing.MOST_COUNTED + 1, lists)


def state_label(state: str) -> Text:
    """The name of a state."""
    return CASE.state(state).label


def may_see_file(actor: Actor, facts: files.FileFacts) -> bool:
    """Whether a file of a case may be shown to this actor."""
    if facts.owner_kind != "case" or facts.owner_id is None:
        return False
    return visible_to(actor).filter(pk=facts.owner_id).exists()
