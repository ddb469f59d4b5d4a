"""The one queue of reports, whatever channel they came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gewu.infra import paging
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.intake.queries.channels import channel_named
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.security import scopes
from gewu.security.actors import Actor

SORTS: Mapping[str, paging.Order] = {
    "due": paging.Order("due_at", descending=False),
    "new": paging.Order("received_at"),
}


def visible_to(actor: Actor) -> QuerySet[Report]:
    """The reports this actor may see: those in the places where it screens or verifies."""
    return Report.objects.filter(
        scopes.visible(actor, "reports.read", place="place", unit=lambda path: scopes.NOTHING)
    )


@dataclass(frozen=True)
class Filters:
    """What a desk asks for. ``state`` is a state's name, ``open`` or ``all``."""

    state: str = "open"
    text: str = ""
    place: str = ""
    matter: str = ""
    origin: str = ""
    overdue: bool = False
    sort: str = "due"


@dataclass(frozen=True)
class ReportLine:
    """A report in a list. Nothing of who raised it."""

    id: UUID
    state: str
    state_label: Text
    open: bool
    text: str
    place: str
    address: str
    channel: str
    channel_zh: str
    channel_en: str
    matter: str
    received_at: datetime
    due_at: datetime
    case: UUID | None


def queue(
    actor: Actor, filters: Filters, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[ReportLine]:
    """A page of the reports that fit, in the order asked for."""
    order = SORTS.get(filters.sort)
    if order is None:
        raise Refusal(say("不能按“{sort}”排序", sort=filters.sort), field="sort")
    rows = _narrowed(actor, filters, now).filter(_of_state(filters.state))
    return paging.page(
        rows, order, after=after, size=size, show=lambda found: [line_of(one) for one in found]
    )


def _of_state(state: str) -> Q:
    if state == "all":
        return Q()
    if state == "open":
        return Q(state__in=REPORT.names(open=True))
    if state not in REPORT.by_name:
        raise Refusal(say("没有“{state}”这个状态", state=state), field="state")
    return Q(state=state)


def _narrowed(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Report]:
    rows = visible_to(actor).filter(scopes.within("place", filters.place))
    if filters.matter:
        rows = rows.filter(matter__startswith=filters.matter)
    if filters.origin:
        rows = rows.filter(channel_id=filters.origin)
    if filters.overdue:
        rows = rows.filter(due_at__lt=now, state__in=REPORT.names(open=True))
    if filters.text:
        text = filters.text.strip()
        rows = rows.filter(Q(text__contains=text) | Q(address__contains=text) | Q(outside_id=text))
    return rows


def line_of(row: Report) -> ReportLine:
    state, channel = REPORT.state(row.state), channel_named(row.channel_id)
    return ReportLine(
        row.pk, row.state, state.label, state.open, row.text[:120], row.place, row.address, channel.code,
        channel.name_zh, channel.name_en, row.matter, row.received_at, row.due_at, row.case_id,
    )  # fmt: skip


@dataclass(frozen=True)
class Counter:
    """How many reports stand in a state, and how many of them wait too long."""

    state: str
    label: Text
    count: int
    overdue: int


def counters(actor: Actor, filters: Filters, *, now: datetime) -> tuple[Counter, ...]:
    """One counter for each state, under the same filters as the queue: one query."""
    late = Count("pk", filter=Q(due_at__lt=now, state__in=REPORT.names(open=True)))
    rows = _narrowed(actor, filters, now).values("state").annotate(n=Count("pk"), late=late).order_by()
    found = {row["state"]: (row["n"], row["late"]) for row in rows}
    return tuple(Counter(state.name, state.label, *found.get(state.name, (0, 0))) for state in REPORT.states)
