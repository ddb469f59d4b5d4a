"""What several endpoints share: headers, contacts, and how records are written into an answer."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Any

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from ninja import Header

from gewu.api import shapes
from gewu.cases import queries as cases
from gewu.infra.wording import translated
from gewu.intake import actions as intake
from gewu.intake.actions import Report
from gewu.security.actors import Actor
from gewu.security.vault import Contact

#: Sent again with the same content it gives the same answer; with other content it is refused.
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]

_encode = msgspec.json.Encoder().encode


def answered(body: dict[str, Any], status: int = 200) -> HttpResponse:
    """JSON written at once, at the busy doors; that it has its declared shape is a test, not a check here."""
    return HttpResponse(_encode(body), status=status, content_type="application/json; charset=utf-8")


def contact(given: shapes.Contact | str | None) -> Contact:
    """The contact as it was left: a mail address is known by its sign."""
    if isinstance(given, str):
        return Contact(email=given) if "@" in given else Contact(phone=given)
    return Contact(given.name, given.phone, given.email) if given else Contact()


def receipt(report: Report) -> dict[str, Any]:
    """What whoever reported needs to follow it."""
    return {
        "progress_code": report.progress_code,
        "received_at": report.received_at.astimezone(UTC),
        "accept_by": report.due_at.astimezone(UTC),
        "case": report.case.number if report.case else None,
    }


def steps(open_steps: tuple[cases.OpenStep, ...]) -> list[dict[str, Any]]:
    """The steps open to the caller."""
    return [
        {"event": one.event, "label": translated(one.label), "needs": one.needs, "may_take": one.may_take}
        for one in open_steps
    ]


def timeline(lines: tuple[cases.Line, ...]) -> list[dict[str, Any]]:
    """The history of a record in sentences."""
    return [{"at": one.at, "sentence": translated(one.sentence), "words": dict(one.words)} for one in lines]


def draft(given: shapes.NewReport) -> dict[str, Any]:
    """What a report brings along, for the door."""
    return {
        "text": given.text,
        "lon": given.lon,
        "lat": given.lat,
        "datum": given.datum,
        "address": given.address,
        "matter": given.matter_code,
        "contact": contact(given.contact),
    }


def received(draft: intake.ReportDraft, actor: Actor, key: str) -> dict[str, Any]:
    """A report that is taken in now, as a receipt."""
    return receipt(intake.receive(draft, actor=actor, now=timezone.now(), key=key))
