"""What comes due by itself, and how often it is looked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gewu.cases import jobs
from gewu.command import jobs as alerts
from gewu.fieldwork import jobs as fieldwork
from gewu.infra import anchors, files, uploads
from gewu.infra.connectors import asking, outgoing
from gewu.infra.connectors.retention import sweep as sweep_connectors
from gewu.insight import jobs as figures
from gewu.intake import jobs as retention
from gewu.notifications import jobs as mails
from gewu.security import jobs as exports
from gewu.sensing import jobs as devices
from gewu.territory import jobs as territory


@dataclass
class Sweep:
    """Something done again and again; ``due_at`` is on the clock that never goes back."""

    run: Callable[[datetime], int]
    every_s: float
    #: Whether nothing brings back what it does, so that it rests while the clock is in doubt.
    final: bool = False
    due_at: float = 0.0


def outward() -> list[Sweep]:
    """What waits for outside systems, which may be slow: apart from all that nobody outside may hold up."""
    return [Sweep(outgoing.sweep, 1), Sweep(asking.sweep, 5)]


def sweeps() -> list[Sweep]:
    """Everything that comes due by itself."""
    return [
        Sweep(jobs.sweep_deadlines, 10),
        Sweep(mails.sweep_mails, 2),
        Sweep(sweep_connectors, 3600, final=True),
        Sweep(files.sweep, 3600, final=True),
        Sweep(uploads.sweep, 3600, final=True),
        Sweep(anchors.sweep, 60),
        Sweep(jobs.climb_ladder, 10),
        Sweep(jobs.sweep_referrals, 5),
        Sweep(jobs.resume_shelved, 30),
        Sweep(retention.sweep_retention, 600, final=True),
        Sweep(territory.sweep_successions, 60, final=True),
        Sweep(figures.sweep_figures, 5),
        Sweep(figures.feed_search, 0.3),
        Sweep(alerts.sweep_alerts, 5),
        Sweep(devices.sweep_alarms, 10),
        Sweep(devices.sweep_readings, 600, final=True),
        Sweep(fieldwork.sweep_tasks, 15),
        Sweep(fieldwork.sweep_plans, 600),
        Sweep(exports.sweep_exports, 300, final=True),
        Sweep(fieldwork.sweep_rests, 60),
        Sweep(fieldwork.sweep_tracks, 600, final=True),
    ]
