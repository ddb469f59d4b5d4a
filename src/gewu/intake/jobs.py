"""What comes due by itself: data whose time is over."""

from __future__ import annotations

from datetime import datetime

from gewu.cases import actions as cases
from gewu.intake import actions


def sweep_retention(now: datetime) -> int:
    """Delete one batch of each kind of data that is kept no longer; returns how many were taken up."""
    reports = actions.erase_identities(now) + actions.erase_photos(now) + actions.erase_records(now)
    return reports + cases.erase_words(now, batch=actions.BATCH)
