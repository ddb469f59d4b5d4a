"""What is kept of connectors no longer: rows nobody corrected, messages long sent, takings long past."""

from __future__ import annotations

from datetime import datetime, timedelta

from gewu.infra import store
from gewu.infra.connectors import outgoing, queue, signing
from gewu.infra.models import ConnectorBatch

#: How long it is shown which rows came when; the totals of a connector stay.
BATCHES_KEPT = timedelta(days=90)


def sweep(now: datetime) -> int:
    """Forget what is over; how many rows."""
    with store.writing():
        old = ConnectorBatch.objects.filter(at__lt=now - BATCHES_KEPT).delete()[0]
    return old + queue.sweep(now) + outgoing.forget(now) + signing.forget(now)
