"""Which cases someone sees, in lists and counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.cases.queries import hazards as hazards_shared
from gewu.cases.queries.hazards import HazardLine
from gewu.cases.queries.narrowing import STANDING, Filters, as_found_for, in_state, narrowed, sees, visible_to
from gewu.infra import files, listing, paging, plain, rows
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


def hazards(actor: Actor) -> tuple[HazardLine, ...]:
    """The hazards of enterprises that this actor sees: the own, those looked after, those of its places."""
    return hazards_shared.lines_of(visible_to(actor))


def id_of(number: str) -> UUID:
    """The key of a case, for whoever keeps its data and sees nothing of it; an unknown one is refused."""
    found = Case.objects.filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal(say("没有编号为“{number}”的工单", number=number), Kind.MISSING, field="number")
    return found


def ended_among(cases: Sequence[UUID], before: datetime) -> list[UUID]:
    """Those of these cases that were closed or voided before a moment and not taken up again."""
    return list(Case.objects.filter(pk__in=cases, ended_at__lt=before).values_list("pk", flat=True))


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
    #: Whether the clock of the promise is paused, so that ``due_at`` does not come nearer.
    held: bool = False


def inbox(
    actor: Actor, filters: Filters, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[CaseLine]:
    """A page of the cases that fit, in the order asked for."""
    return page_of(narrowed(actor, filters, now), as_found_for(actor, filters), after=after, size=size)


def page_of(found: QuerySet[Case], filters: Filters, *, after: str, size: int) -> paging.Page[CaseLine]:
    """A page of these cases in the state and the order asked for: one query."""
    order, parts = listing.order_named(SORTS, filters.sort), _parts(filters)
    if not parts:
        found = found.filter(in_state(filters))

    def read(keys: str, values: Sequence[Any]) -> list[CaseLine]:
        return _read(keys, values, order)

    return paging.lean_page(found, order, after=after, size=size, read=read, column="state", parts=parts)


def _parts(filters: Filters) -> paging.Parts:
    """The states of a list over several of them, each of which has the order by due time in an index."""
    if filters.sort != "due" or filters.rare or filters.state not in (listing.OPEN, listing.ALL):
        return ()
    kept = CASE.names(open=True) if filters.state == listing.OPEN else tuple(CASE.by_name)
    parts = [(where, [state for state in states if state in kept]) for where, states in STANDING]
    return [(where, states) for where, states in parts if states]


_COLUMNS = (
    "id", "number", "state", "matter", "title", "place", "address", "lead_id", "origin", "filed_at", "due_at",
    "closed_at", "returns", "priority", "reports", "lon", "lat",
)  # fmt: skip
#: Whether the clock of the promise stands still.
_HELD = (
    "EXISTS (SELECT 1 FROM case_deadline AS one WHERE one.case_id = case_.id AND one.clock = 'promise' "
    "AND one.held AND one.met_at IS NULL AND one.dropped_at IS NULL)"
)


def _read(keys: str, values: Sequence[Any], order: paging.Order) -> list[CaseLine]:
    """The cases of these keys as lists show them: one query, and no model is made of what is only shown."""
    by = ", ".join(f"{name} {'DESC' if order.descending else 'ASC'}" for name in (order.field, "id"))
    statement = f"SELECT {', '.join(_COLUMNS)}, {_HELD} FROM case_ WHERE id IN ({keys}) ORDER BY {by}"  # noqa: S608 -- written by Django
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [_shown(*row) for row in cursor.fetchall()]


def _shown(
    id: Any, number: str, state: str, matter: str, title: str, place: str, address: str, lead: Any,
    origin: str, filed_at: datetime, due_at: datetime, closed_at: datetime | None, returns: int,
    priority: int, reports: int, lon: float | None, lat: float | None, held: bool,
) -> CaseLine:  # fmt: skip
    stands, key = CASE.state(state), plain.key(lead)
    unit = organisation.known_unit(key).name if key else Name("")
    return CaseLine(
        plain.key(id), number, state, stands.label, stands.open, matter, title, place, address, key, unit,
        origin, plain.moment(filed_at), plain.moment(due_at), plain.moment(closed_at), returns, priority,
        reports, lon, lat, bool(held),
    )  # fmt: skip


def line_of(row: Case) -> CaseLine:
    state = CASE.state(row.state)
    unit = organisation.known_unit(row.lead_id).name if row.lead_id else Name("")
    return CaseLine(
        row.pk, row.number, row.state, state.label, state.open, row.matter, row.title, row.place, row.address,
        row.lead_id, unit, row.origin, row.filed_at, row.due_at, row.closed_at, row.returns, row.priority,
        row.reports, row.lon, row.lat,
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
    return listing.counted(found, CASE, now=now, ended=not filters.narrow, beside=others, parts=STANDING)


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
