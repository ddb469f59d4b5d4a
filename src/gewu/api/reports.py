"""The queue of reports and their steps, looks at the spot, and what neighbours may join, by the API."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query, Router

from gewu.api import answering, auth, desk_shapes, shapes
from gewu.api.answering import Key
from gewu.api.refusals import can
from gewu.cases import queries as cases
from gewu.infra.wording import translated
from gewu.intake import actions as intake
from gewu.intake import queries
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import ANONYMOUS, Actor

router = Router()
Size = Annotated[int, Query(ge=1, le=200)]


@router.get("/desk/reports", response=desk_shapes.ReportPage, openapi_extra=can(404))
def queue(
    request: HttpRequest,
    state: shapes.Code = "open",
    place: shapes.Code = "",
    matter: shapes.Code = "",
    origin: shapes.Code = "",
    text: shapes.Short = "",
    overdue: bool = False,
    sort: shapes.Code = "due",
    after: shapes.Short = "",
    size: Size = 50,
) -> dict[str, Any]:
    """The queue of reports in the caller's places, whatever channel they came by, by cursor."""
    filters = queries.Filters(state, text, place, matter, origin, overdue, sort)
    page = queries.queue(auth.caller(request), filters, after=after, size=size, now=timezone.now())
    return {"reports": [_line(one) for one in page.rows], "after": page.after or None}


@router.post("/desk/reports", response={201: shapes.Receipt}, openapi_extra=can(403, 404, 409))
def staff_report(
    request: HttpRequest,
    given: shapes.StaffReport,
    idempotency_key: Key = "",
) -> HttpResponse:
    """Take down a report that came by telephone, at a counter or by letter."""
    draft = intake.ReportDraft(
        channel=given.channel,
        place=given.place,
        outside_id=given.outside_id,
        received_at=given.received_at,
        **answering.draft(given),
    )
    return answering.answered(answering.received(draft, auth.caller(request), idempotency_key), 201)


@router.get("/desk/reports/{id}", response=desk_shapes.Report)
def report(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """One report with its history and the steps open to the caller; who raised it is masked."""
    return _whole(auth.caller(request), id)


@router.post(
    "/desk/reports/{id}/steps/{event}", response=desk_shapes.ReportStepped, openapi_extra=can(403, 404, 409)
)
def step(request: HttpRequest, id: UUID, event: str, given: desk_shapes.ReportStepGiven) -> dict[str, Any]:
    """Take a step of a report: accept it, put it behind a case, part it, have it looked at, answer it."""
    actor = auth.caller(request)
    queries.require_visible(actor, id)
    values = given.values()
    if "photos" in values:
        values["photos"] = tuple(values["photos"])
    now = timezone.now()
    taken = intake.take(id, event, actor=actor, now=now, **values)
    found = queries.line_of(taken)
    return {
        "id": found.id,
        "state": found.state,
        "state_label": translated(found.state_label),
        "open": found.open,
        "version": taken.version,
        "case": taken.case.number if taken.case else None,
        "steps": answering.steps(queries.open_to(actor, taken, now=now)),
    }


@router.get("/desk/visits", response=desk_shapes.VisitPage, openapi_extra=can(403))
def visits(request: HttpRequest, after: shapes.Short = "", size: Size = 50) -> dict[str, Any]:
    """The looks at the spot that wait in the caller's places, the most pressing first."""
    actor = auth.caller(request)
    if not actor.holds("reports.verify"):
        raise Refusal(say("现场核实由网格员办理，您没有此权限"), Kind.FORBIDDEN)
    page = queries.visits(actor, after=after, size=size, now=timezone.now())
    lines = [
        {
            "report": one.report,
            "text": one.text,
            "address": one.address,
            "place": one.place,
            "asked_at": one.asked_at,
            "due_at": one.due_at,
            "overdue": one.overdue,
        }
        for one in page.rows
    ]
    return {"visits": lines, "after": page.after or None}


@router.get("/matters", auth=None, response=desk_shapes.PublicPage)
def matters(
    request: HttpRequest,
    place: shapes.Code = "",
    matter: shapes.Code = "",
    after: shapes.Short = "",
    size: Size = 20,
) -> dict[str, Any]:
    """The open matters of public classes in a place, newest first: has it been reported already?"""
    inside = place if place.startswith(settings.COUNTY) else settings.COUNTY
    page = cases.public_open(inside, on=timezone.localdate(), matter=matter, after=after, size=size)
    lines = [
        {
            "number": one.number,
            "matter": one.matter,
            "place": one.place,
            "state_label": translated(one.public_label),
            "filed_at": one.filed_at,
            "due_at": one.due_at,
            "reports": one.reports,
        }
        for one in page.rows
    ]
    return {"matters": lines, "after": page.after or None}


@router.post(
    "/matters/{number}/me-too",
    auth=None,
    response={201: shapes.Receipt},
    openapi_extra=can(404, 409, 429),
)
def me_too(
    request: HttpRequest, number: str, given: desk_shapes.MeToo, idempotency_key: Key = ""
) -> HttpResponse:
    """I have met this too: an own report with an own code behind the same case."""
    auth.limited(request, "reports")
    added = intake.MeToo(given.text, answering.contact(given.contact), (), get_language() or "zh-hans")
    made = intake.me_too(number, added, actor=ANONYMOUS, now=timezone.now(), key=idempotency_key)
    return answering.answered(answering.receipt(made), 201)


def _whole(actor: Actor, id: UUID) -> dict[str, Any]:
    found = queries.page(actor, id, now=timezone.now())
    return {
        **_line(found.line),
        "text": found.text,
        "version": found.version,
        "lon": found.lon,
        "lat": found.lat,
        "finding": found.finding,
        "answer": found.answer,
        "case": found.case_number or None,
        "reporter": " ".join(filter(None, (found.reporter.name, found.reporter.phone, found.reporter.email))),
        "steps": answering.steps(found.steps),
        "timeline": answering.timeline(found.lines),
    }


def _line(one: queries.ReportLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "state_label": translated(one.state_label),
        "open": one.open,
        "text": one.text,
        "place": one.place,
        "address": one.address,
        "channel": one.channel,
        "matter": one.matter,
        "received_at": one.received_at,
        "due_at": one.due_at,
    }
