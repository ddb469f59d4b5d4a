"""A list as rows that leave the platform: in scope twice over, and never all of them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.cases.queries.lists import SORTS, CaseLine, lines_of
from gewu.cases.queries.narrowing import Filters, in_state, narrowed, within_right
from gewu.infra import listing, paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

RIGHT, BEYOND = "cases.export", "exports.approve"


def exported(actor: Actor, filters: Filters, *, most: int, now: datetime) -> Iterator[CaseLine]:
    """The cases that fit and that this actor may both see and export, a page at a time.

    Refused: without the right, an unknown state, and more than ``most`` rows unless one may approve that.
    """
    rows = _rows(actor, filters, now)
    if not actor.holds(BEYOND) and listing.up_to(most + 1, [rows])[0] > most:
        raise Refusal(
            say("超过 {n} 行，不能一次导出", n=most),
            Kind.TOO_LARGE,
            advice=say("请缩小筛选范围，例如按街道或按月分几次导出"),
        )
    return _lines(rows, listing.order_named(SORTS, filters.sort))


def _rows(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    if not actor.holds(RIGHT):
        raise Refusal(say("您不能导出工单"), Kind.FORBIDDEN)
    if filters.state not in (*CASE.by_name, listing.OPEN, listing.ALL):
        raise Refusal(say("没有“{tab}”这一列", tab=filters.state), Kind.MISSING)
    return narrowed(actor, filters, now).filter(in_state(filters), within_right(actor, RIGHT))


def _lines(rows: QuerySet[Case], order: paging.Order) -> Iterator[CaseLine]:
    after, more = "", True
    while more:
        page = paging.page(rows, order, after=after, size=paging.MOST, show=lines_of)
        yield from page.rows
        after, more = page.after, bool(page.after)
