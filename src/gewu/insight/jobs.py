"""What comes due by itself: changes that wait to be summed, and events that the search has not read."""

from __future__ import annotations

from datetime import datetime

from gewu.insight import actions


def sweep_figures(now: datetime) -> int:
    """Add what has changed to the figures that are kept; returns how many changes there were."""
    return actions.sum_up()


def feed_search(now: datetime) -> int:
    """Have the search index take in what happened; returns how much there was."""
    return actions.feed_search(now)
