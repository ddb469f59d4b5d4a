"""Units and their members by the API; nobody is told more than the page would show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from gewu.api import auth
from gewu.api.refusals import can
from gewu.infra.wording import translated
from gewu.organisation import queries as organisation

router = Router()


class StaffEntry(Schema):
    kind: str
    label: str
    subject: str
    since: date
    until: date | None


class Member(Schema):
    """A member of a unit; ``record`` is null for those whom it does not concern."""

    name: str
    post: str
    contact: str
    hours: str
    record: list[StaffEntry] | None


@router.get("/units/{code}/staff", response=list[Member], openapi_extra=can(403, 404))
def staff(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """The members of a unit: name, post and work contact, and the record for the own unit."""
    lines = organisation.staff_of(auth.caller(request), code, now=timezone.now())
    return [
        {
            "name": one.name,
            "post": translated(one.post),
            "contact": one.contact,
            "hours": one.hours,
            "record": None if one.record is None else [_entry(entry) for entry in one.record],
        }
        for one in lines
    ]


def _entry(one: organisation.Entry) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "label": translated(one.label),
        "subject": one.subject,
        "since": one.since,
        "until": one.until,
    }
