"""Sweeps over alarms and devices: what comes due by itself."""

from __future__ import annotations

from datetime import datetime

from gewu.sensing import actions


def sweep_alarms(now: datetime) -> int:
    """Alarms nobody answered, devices nobody hears, cases that a person opened from an alarm's report."""
    return actions.tell_unanswered(now) + actions.tell_silent(now) + actions.find_cases(now)


def sweep_readings(now: datetime) -> int:
    """Readings that are kept no longer."""
    return actions.forget_readings(now)
