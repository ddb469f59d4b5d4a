"""What comes due by itself: tasks laid ahead, opened and missed, plans that are over."""

from __future__ import annotations

from datetime import datetime

from gewu.fieldwork import actions


def sweep_tasks(now: datetime) -> int:
    """Open what is due, note what was missed, lay what comes; returns how much was done."""
    return actions.open_due(now) + actions.miss_overdue(now) + actions.lay_ahead(now)


def sweep_plans(now: datetime) -> int:
    """End the plans whose last day has passed."""
    return actions.end_due_plans(now)


def sweep_rests(now: datetime) -> int:
    """Remind whoever has walked for long to sit down; returns how many."""
    return actions.remind_to_rest(now)


def sweep_tracks(now: datetime) -> int:
    """Delete the positions of patrols whose term is over; returns how many tracks."""
    return actions.erase_tracks(now)
