"""Pairings of officials with communities and enterprises: the visits made and the cases settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gewu.fieldwork import queries
from gewu.fieldwork.queries import PairingLine
from gewu.organisation import queries as organisation
from gewu.web.accounts import signed_in
from gewu.web.desk.rounds import around
from gewu.web.presenting.names import called, either


@dataclass(frozen=True)
class Row:
    """One pairing as the list shows it."""

    id: UUID
    kind: str
    visit: str
    name: str
    office: str
    seat: str
    until: datetime | None
    visits: int
    cases: int
    settled: int
    visited_at: datetime | None


@require_GET
@signed_in
def pairings(request: HttpRequest) -> HttpResponse:
    """The pairings of the places that one reads, and one's own."""
    asked = around.asked(request, around.READ, around.DO)
    found = queries.pairings(asked.actor, asked.home, now=asked.now)
    mine = queries.own_pairings(asked.actor, now=asked.now)
    others = [one for one in found if one.id not in {own.id for own in mine}]
    return around.page(request, "pairings.html", "pairings", rows=_rows(others), mine=_rows(mine))


def _rows(found: Sequence[PairingLine]) -> list[Row]:
    named = around.where(one.place for one in found)
    return [
        Row(
            one.id, called(one.kind), one.visit, one.name, _unit(one.office),
            _unit(one.unit) or named[one.place], one.until, one.visits, one.cases, one.settled,
            one.visited_at,
        )
        for one in found
    ]  # fmt: skip


def _unit(key: UUID | None) -> str:
    found = organisation.unit(key) if key else None
    return either(found.name_zh, found.name_en) if found else ""


@require_GET
@signed_in
def pairing(request: HttpRequest, id: UUID) -> HttpResponse:
    """One pairing: its visits and its cases."""
    asked = around.asked(request, around.READ, around.DO)
    found = queries.pairing(asked.actor, id, now=asked.now)
    return around.page(
        request, "pairing.html", "pairings", line=_rows([found.line])[0], visits=found.visits,
        cases=found.cases, mine=found.mine,
    )  # fmt: skip
