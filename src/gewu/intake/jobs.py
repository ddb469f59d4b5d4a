"""What comes due by itself: data whose time is over."""

from __future__ import annotations

from datetime import datetime

from gewu.intake import actions


def sweep_retention(now: datetime) -> int:
    """Delete one batch of each kind of data that is kept no longer; returns how many were taken up."""
    return actions.erase_identities(now) + actions.erase_photos(now) + actions.erase_records(now)
