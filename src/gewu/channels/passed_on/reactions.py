"""What a system that passed a matter on is told: every public change of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from gewu.channels.hotline.orders import order_of
from gewu.channels.passed_on import statuses
from gewu.infra import connectors
from gewu.infra.stream import Told
from gewu.intake import queries as intake

#: Who is told, and how the number of a matter is found in that of the row.
TOLD: Mapping[str, Callable[[str], str]] = {"hotline": order_of, "subsystem": str, "open311": str}


def is_connected() -> bool:
    """Whether any system that passes matters on is connected, so that it may want to know."""
    return any(connectors.in_use(one) for one in TOLD)


def write_back(told: Told, *, now: datetime) -> None:
    """To the system that passed this report on."""
    _owe(told, [told.subject_id], now, rank=0)


def write_back_case(told: Told, *, now: datetime) -> None:
    """To the systems that passed on the reports behind this case."""
    # A case is filed and sent on in the moment in which its report is accepted, and is told of first.
    _owe(told, intake.reports_of(told.subject_id), now, rank=1)


def _owe(told: Told, reports: Iterable[UUID], now: datetime, *, rank: int) -> None:
    known = connectors.outside(reports)
    cases = intake.case_numbers(known) if known else {}
    for report, outside in known.items():
        here = connectors.named(outside.code)
        if here.adapter in TOLD and here.options.get("write_back") == "yes":
            number = TOLD[here.adapter](outside.number)
            body = statuses.body_of(told, number, cases.get(report, ""))
            connectors.owe(
                here.pk,
                told,
                topic=statuses.STATUSES[told.type][0],
                record_id=report,
                body=body,
                now=now,
                rank=rank,
            )
