"""The one queue of reports, whatever channel they came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases.queries import concerns
from gewu.infra import listing, paging
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.intake.queries.channels import channel_named
from gewu.kernel.texts import Text
from gewu.security import scopes
from gewu.security.actors import Actor

SORTS: Mapping[str, paging.Order] = {
    "due": paging.Order("due_at", descending=False),
    "new": paging.Order("received_at"),
}


def visible_to(actor: Actor) -> QuerySet[Report]:
    """The reports this actor may see: those where it screens or verifies, none of a case about its unit."""
    rows = Report.objects.filter(
        scopes.visible(actor, "reports.read", place="place", unit=lambda path: scopes.NOTHING)
    )
    own = concerns.kept_from(actor, "case__")
    return rows.exclude(own) if own else rows


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
    #: When it was accepted, joined, answered or declined: its reporter's first reply.
    decided_at: datetime | None


def queue(
    actor: Actor, filters: Filters, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[ReportLine]:
    """A page of the reports that fit, in the order asked for."""
    order = listing.order_named(SORTS, filters.sort)
    rows = _narrowed(actor, filters, now).filter(listing.in_state(REPORT, filters.state))
    return paging.page(
        rows, order, after=after, size=size, show=lambda found: [line_of(one) for one in found]
    )


def _narrowed(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Report]:
    rows = visible_to(actor).filter(scopes.within("place", filters.place))
    if filters.matter:
        rows = rows.filter(matter__startswith=filters.matter)
    if filters.origin:
        rows = rows.filter(channel_id=filters.origin)
    if filters.overdue:
        rows = rows.filter(listing.past_due(REPORT, now))
    if filters.text:
        text = listing.typed(filters.text)
        rows = rows.filter(Q(text__contains=text) | Q(address__contains=text) | Q(outside_id=text))
    return rows


def line_of(row: Report) -> ReportLine:
    state, channel = REPORT.state(row.state), channel_named(row.channel_id)
    return ReportLine(
        row.pk, row.state, state.label, state.open, row.text[:120], row.place, row.address, channel.code,
        channel.name_zh, channel.name_en, row.matter, row.received_at, row.due_at, row.case_id,
        row.decided_at,
    )  # fmt: skip


def counters(actor: Actor, filters: Filters, *, now: datetime) -> tuple[listing.Counter, ...]:
    """One counter for each state, under the same filters as the queue: one query.

    With ``open`` as the state those of the ended ones are 0, and nothing ended is counted through.
    """
    rows = _narrowed(actor, filters, now)
    return listing.counted(rows, REPORT, now=now, ended=filters.state != listing.OPEN)[0]
