"""What comes due by itself: changes that wait to be summed."""

from __future__ import annotations

from datetime import datetime

from gewu.insight import actions


def sweep_figures(now: datetime) -> int:
    """Add what has changed to the figures that are kept; returns how many changes there were."""
    return actions.sum_up()
