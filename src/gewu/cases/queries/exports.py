"""A list as rows that leave the platform: in scope twice over, and never all of them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.cases.queries.lists import SORTS, CaseLine, page_of
from gewu.cases.queries.narrowing import Filters, in_state, narrowed, within_right
from gewu.infra import listing, paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

RIGHT, BEYOND = "cases.export", "exports.approve"


def exported(actor: Actor, filters: Filters, *, now: datetime) -> Iterator[CaseLine]:
    """The cases that fit and that this actor may both see and export, a page at a time.

    Refused: without the right, and an unknown state. How many one may take out is asked before.
    """
    listing.order_named(SORTS, filters.sort)
    return _lines(_rows(actor, filters, now), filters)


def export_exceeds(most: int, actor: Actor, filters: Filters, *, now: datetime) -> bool:
    """Whether an export of this list would have more rows, counted no further; refused as the export is."""
    counted = _rows(actor, filters, now).filter(in_state(filters))
    return listing.up_to(most + 1, [counted])[0] > most


def may_export(rows: int, actor: Actor, *, most: int) -> bool:
    """Whether one may take out so many rows without asking: up to ``most``, or who may grant it to others."""
    return rows <= most or actor.holds(BEYOND)


def export_size(actor: Actor, filters: Filters, *, now: datetime) -> int:
    """How many rows an export of this list would have; refused as the export itself is."""
    return _rows(actor, filters, now).filter(in_state(filters)).count()


def _rows(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    if not actor.holds(RIGHT):
        raise Refusal(say("您不能导出工单"), Kind.FORBIDDEN)
    if filters.state not in (*CASE.by_name, listing.OPEN, listing.ALL):
        raise Refusal(say("没有“{tab}”这一列", tab=filters.state), Kind.MISSING)
    return narrowed(actor, filters, now).filter(within_right(actor, RIGHT))


def _lines(rows: QuerySet[Case], filters: Filters) -> Iterator[CaseLine]:
    """Page by page, each found by its index: sorted anew each time, a million rows would take days."""
    after, more = "", True
    while more:
        page = page_of(rows, filters, after=after, size=paging.MOST)
        yield from page.rows
        after, more = page.after, bool(page.after)
