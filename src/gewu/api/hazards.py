"""Hazards of enterprises, for all three parties; and who is on duty now."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from gewu.api import auth
from gewu.api.refusals import can
from gewu.cases import queries as cases
from gewu.kernel.places import checked
from gewu.organisation import queries as organisation

router = Router()


class HazardOut(Schema):
    """A hazard with its three parties."""

    number: str
    state: str
    open: bool
    matter: str
    title: str
    enterprise: str
    line: str
    regulator: str
    found_by_itself: bool
    guide: str
    filed_at: datetime
    due_at: datetime
    closed_at: datetime | None


@router.get("/hazards", auth=auth.AnyBearer(), response=list[HazardOut], openapi_extra=can(401))
def hazards(request: HttpRequest) -> list[dict[str, Any]]:
    """Hazards of enterprises in the caller's scope; an enterprise has its own alone."""
    names = ("matter", "enterprise", "line", "regulator")
    return [
        {**asdict(one), **{name: getattr(one, name).zh for name in names}}
        for one in cases.hazards(auth.caller(request))
    ]


class OnDutyOut(Schema):
    """One shift that runs now."""

    force: str
    kind: str
    unit: str
    place: str
    spot: str
    begins_at: datetime
    ends_at: datetime
    people: list[str]
    gap: int


@router.get("/on-duty", response=list[OnDutyOut], openapi_extra=can(401, 422))
def on_duty(request: HttpRequest, place: str = "") -> list[dict[str, Any]]:
    """Who is on duty now in a place, by force, kind and place; the whole of this installation without one."""
    where = checked(place) if place else settings.COUNTY
    found = organisation.on_duty(auth.caller(request), where, now=timezone.now())
    return [
        {
            "force": force.force, "kind": one.kind.zh, "unit": one.unit.code, "place": one.place,
            "spot": one.spot, "begins_at": one.begins_at, "ends_at": one.ends_at,
            "people": [who.name for who in one.people], "gap": one.gap,
        }
        for force in found
        for one in force.shifts
    ]  # fmt: skip
