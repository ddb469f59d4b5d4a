"""Sweeps over messages."""

from __future__ import annotations

from datetime import datetime

from gewu.notifications import actions


def sweep_mails(now: datetime) -> int:
    """Send the mails that are due."""
    return actions.send_waiting(now)
