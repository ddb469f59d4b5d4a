"""What a hotline is told: every public change of an order that it passed on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gewu.channels.hotline import statuses
from gewu.channels.hotline.orders import order_of
from gewu.infra import connectors
from gewu.infra.stream import Told
from gewu.intake import queries as intake


def is_connected() -> bool:
    """Whether any hotline is connected, so that it may want to know."""
    return connectors.in_use("hotline")


def write_back(told: Told, *, now: datetime) -> None:
    """To the hotline that passed this report on."""
    _owe(told, [told.subject_id], now, rank=0)


def write_back_case(told: Told, *, now: datetime) -> None:
    """To the hotlines that passed on the reports behind this case."""
    # A case is filed and sent on in the moment in which its report is accepted, and is told of first.
    _owe(told, intake.reports_of(told.subject_id), now, rank=1)


def _owe(told: Told, reports: Iterable[UUID], now: datetime, *, rank: int) -> None:
    known = connectors.outside(reports)
    cases = intake.case_numbers(known) if known else {}
    for report, outside in known.items():
        here = connectors.named(outside.code)
        if here.adapter == "hotline" and here.options.get("write_back") == "yes":
            body = statuses.body_of(told, order_of(outside.number), cases.get(report, ""))
            connectors.owe(
                here.pk,
                told,
                topic=statuses.STATUSES[told.type][0],
                record_id=report,
                body=body,
                now=now,
                rank=rank,
            )
