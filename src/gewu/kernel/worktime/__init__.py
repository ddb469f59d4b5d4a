"""Limits in four units, counted over a calendar of working days, with pauses as holes."""

from .calendar import CHINA, Calendar, DayKind, calendar_from_rows
from .limits import (
    Light,
    Pause,
    Standing,
    deadline,
    elapsed,
    light,
    reached_at,
    remaining,
    standing,
    warns_at,
    working_seconds,
)
from .tracks import Amount, Limit, Unit

__all__ = [
    "CHINA",
    "Amount",
    "Calendar",
    "DayKind",
    "Light",
    "Limit",
    "Pause",
    "Standing",
    "Unit",
    "calendar_from_rows",
    "deadline",
    "elapsed",
    "light",
    "reached_at",
    "remaining",
    "standing",
    "warns_at",
    "working_seconds",
]
