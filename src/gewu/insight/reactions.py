"""Answers to others' events."""

from __future__ import annotations

from datetime import datetime

from gewu.infra.stream import Told
from gewu.insight import actions


def look_through_again(told: Told, *, now: datetime) -> None:
    """Cases have moved to other places by an event of none of them: the search goes through all."""
    actions.walk_again(now)
