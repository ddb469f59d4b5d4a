"""Looks at the spot: asked of the grid workers, brought back with place and photos, or not needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gewu.infra import files
from gewu.intake import rules
from gewu.intake.models import Report, VerificationTask
from gewu.intake.queries.limits import look_by
from gewu.kernel import datum
from gewu.security.actors import Actor

Given = Mapping[str, Any]


def ask(report: Report, now: datetime) -> None:
    """Ask the grid workers of the place to look, within the limit of such a report."""
    VerificationTask.objects.create(
        report=report, place=report.place, asked_at=now, due_at=look_by(report, now)
    )


def bring_back(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    """Keep what was found, where and with which photos; the open task is done."""
    report.finding = rules.clean(str(given["finding"]))
    lon, lat = given.get("lon"), given.get("lat")
    if lon is not None and lat is not None:
        datum.to_wgs84(lon, lat, datum.Datum.WGS84)  # refuses a point that is nowhere
    files.claim(tuple(given.get("photos") or ()), owner_kind="report", owner_id=report.pk)
    _open(report).update(done_at=now, done_by=actor.ref, lon=lon, lat=lat)
    return {}


def drop(report: Report, now: datetime) -> None:
    """A report that is decided on needs no more looking."""
    _open(report).update(dropped_at=now)


def _open(report: Report) -> Any:
    return VerificationTask.objects.filter(report=report, done_at=None, dropped_at=None)
