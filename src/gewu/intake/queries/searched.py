"""Reports for the search index: their words, never whose they are; then what was found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gewu.cases import actions as cases
from gewu.cases import queries as case_queries
from gewu.catalogue import queries as catalogue
from gewu.infra import listing
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.intake.queries.queue import ReportLine, line_of, visible_to
from gewu.security import scopes
from gewu.security.actors import Actor

#: The states that one may ask for.
STATES = tuple(REPORT.by_name)
#: The words of a report that became a case are that case's.
_OWN = ~Q(state="accepted") & ~Q(text=cases.ERASED)


@dataclass(frozen=True)
class ReportWords:
    """What of a report can be found: what was told and where. Nothing of who told it."""

    id: UUID
    text: str
    address: str
    matter: str
    matter_name: str
    answer: str
    place: str
    state: str
    received_at: datetime


def keys_after(key: UUID | None, *, size: int) -> list[UUID]:
    """The next keys of the reports that are found by themselves."""
    rows = Report.objects.filter(_OWN)
    rows = rows.filter(pk__gt=key) if key else rows
    return list(rows.order_by("pk").values_list("pk", flat=True)[:size])


def how_many() -> int:
    """How many reports are found by themselves."""
    return Report.objects.filter(_OWN).count()


def words_of(keys: Collection[UUID]) -> tuple[ReportWords, ...]:
    """The words of some reports, those left out that became a case or were deleted: one query."""
    rows = Report.objects.filter(_OWN, pk__in=keys).values_list(
        "id", "text", "address", "matter", "answer", "place", "state", "received_at"
    )
    find = case_queries.findable
    return tuple(
        ReportWords(
            key, find(text), find(address), matter, catalogue.matter_name(matter) if matter else "",
            find(answer), place, state, received_at,
        )
        for key, text, address, matter, answer, place, state, received_at in rows
    )  # fmt: skip


def seen_among(
    actor: Actor,
    keys: Collection[UUID],
    *,
    place: str = "",
    state: str = listing.ALL,
    since: datetime | None = None,
    until: datetime | None = None,
) -> set[UUID]:
    """Those of some reports that this actor may see, in a place, a state and a time: one query."""
    rows = visible_to(actor).filter(scopes.within("place", place), listing.in_state(REPORT, state))
    rows = rows.filter(received_at__gte=since) if since else rows
    rows = rows.filter(received_at__lt=until) if until else rows
    return set(rows.filter(pk__in=keys).values_list("pk", flat=True))


def lines_among(actor: Actor, keys: Collection[UUID]) -> dict[UUID, tuple[ReportLine, str]]:
    """Those of some reports that this actor may see, as lists show them, with their words: one query."""
    rows = visible_to(actor).filter(pk__in=keys)
    return {row.pk: (line_of(row), "\n".join(filter(None, (row.text, row.answer)))) for row in rows}
