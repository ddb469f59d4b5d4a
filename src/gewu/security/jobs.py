"""What comes due by itself: files of exports whose time is over."""

from __future__ import annotations

from datetime import datetime

from gewu.security import actions


def sweep_exports(now: datetime) -> int:
    """Remove the files of exports that nobody may take any more."""
    return actions.remove_exports(now)
