"""Sweeps over the net of places: successions whose day has come."""

from __future__ import annotations

from datetime import datetime

from gewu.territory import actions


def sweep_successions(now: datetime) -> int:
    """Have the plans whose day has come take force; returns how many."""
    return actions.carry_out_successions(now)
