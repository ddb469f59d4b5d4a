"""The sweep over connectors that are asked: pulls, watched folders, health of the other side."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from gewu.infra import store
from gewu.infra.connectors import health
from gewu.infra.connectors.adapters import Facts, adapter_named
from gewu.infra.lifecycle import CONNECTOR
from gewu.infra.models import Connector

log = logging.getLogger(__name__)

#: How long one that is being asked is one worker's.
LEASE = timedelta(minutes=5)


class Fault(Exception):
    """The other side could not be asked; ``code`` is one of `health.FAULTS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sweep(now: datetime, *, limit: int = 5) -> int:
    """Ask every connector that is due; how many. One that fails waits longer each time, up to an hour."""
    due = Connector.objects.filter(due_at__lte=now, state__in=CONNECTOR.names(open=True))
    return sum(_ask(row, now) for row in due.order_by("due_at")[:limit])


def _ask(row: Connector, now: datetime) -> bool:
    mine = Connector.objects.filter(pk=row.pk, due_at=row.due_at)
    with store.writing():
        if not mine.update(due_at=now + LEASE):
            return False
    adapter = adapter_named(row.adapter)
    fault = _fault(row, now)
    if fault is None:
        Connector.objects.filter(pk=row.pk).update(due_at=health.again_at(0, adapter.every_s, now))
    elif fault:
        again = health.again_at(row.failures + 1, adapter.every_s, now)
        health.note_ill(row.pk, fault, now=now, due_at=again)
    else:
        health.note_well(row.pk, now=now, due_at=health.again_at(0, adapter.every_s, now))
    return True


def _fault(row: Connector, now: datetime) -> str | None:
    """What went wrong, None where nobody was asked; a fault of ours is one too, and never ends the sweep."""
    adapter = adapter_named(row.adapter)
    try:
        if adapter.ask is None or not adapter.ask(Facts.of(row), now):
            return None
    except Fault as fault:
        return fault.code
    except Exception:
        log.exception("connector %s could not be asked", row.code)
        return "broken"
    return ""


def keep_cursor(connector_id: UUID, cursor: str) -> None:
    """Keep how far a pull has come, once what it brought is taken: rows may come twice, never not at all."""
    with store.writing():
        Connector.objects.filter(pk=connector_id).update(cursor=cursor[:200])


def ask_now(row: Connector, *, now: datetime) -> str:
    """Ask at once, for whoever stands before the page: the code of what went wrong, or nothing."""
    fault = _fault(row, now)
    if fault:
        health.note_ill(row.pk, fault, now=now)
    elif fault is not None:
        health.note_well(row.pk, now=now)
    return fault or ""
