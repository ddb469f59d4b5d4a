"""What comes due by itself: alerts whose time is over."""

from __future__ import annotations

from datetime import datetime

from gewu.command import actions


def sweep_alerts(now: datetime) -> int:
    """End the alerts whose time is over; returns how many."""
    return actions.expire_due(now)
