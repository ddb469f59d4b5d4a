"""What one person asks and a second one grants, by the API: identities, and lists as files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Router, Status

from gewu.api import auth, own_shapes, shapes
from gewu.api.refusals import can
from gewu.cases import queries as cases
from gewu.intake import actions as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security import queries

router = Router()

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE: dict[int, Any] = {
    200: {
        "description": "The file.",
        "content": {_WORKBOOK: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/identity-requests", response=own_shapes.IdentityRequests)
def identity_requests(request: HttpRequest) -> dict[str, Any]:
    """The caller's own requests to see who raised something, newest first."""
    found = queries.own_reveals(auth.caller(request), now=timezone.now())
    return {"requests": [_reveal(one) for one in found], "after": None}


@router.get("/identity-requests/waiting", response=own_shapes.IdentityRequests)
def identities_to_decide(request: HttpRequest, after: shapes.Short = "") -> dict[str, Any]:
    """What waits for the caller as the second person of a place, by cursor."""
    page = queries.reveals_to_decide(auth.caller(request), after=after, now=timezone.now())
    return {"requests": [_reveal(one) for one in page.rows], "after": page.after or None}


@router.post(
    "/desk/reports/{id}/identity-requests",
    response={201: own_shapes.Asked},
    openapi_extra=can(403, 404, 409),
)
def ask_identity(request: HttpRequest, id: UUID, given: own_shapes.Reason) -> Status[dict[str, Any]]:
    """Ask to see who raised a report; a second person decides."""
    actor, now = auth.caller(request), timezone.now()
    return Status(201, {"id": intake.ask_identity(id, reason=given.reason, actor=actor, now=now)})


@router.post("/identity-requests/{id}/decision", response={204: None}, openapi_extra=can(403, 404, 409))
def decide_identity(request: HttpRequest, id: UUID, given: own_shapes.Decision) -> Status[None]:
    """Grant or decline; a no says why, and nobody decides on their own request."""
    actor, now = auth.caller(request), timezone.now()
    security.decide_reveal(id, given.granted, reason=given.reason, actor=actor, now=now)
    return Status(204, None)


@router.post("/identity-requests/{id}/contact", response=own_shapes.ContactShown, openapi_extra=can(403, 404))
def identity(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Who it is: once, to whoever asked, within half an hour of the consent."""
    found = security.reveal(id, actor=auth.caller(request), now=timezone.now())
    return {"name": found.name, "phone": found.phone, "email": found.email}


@router.get("/export-requests", response=own_shapes.ExportRequests)
def export_requests(request: HttpRequest) -> dict[str, Any]:
    """The caller's own lists as files, newest first, with how far each is."""
    found = queries.own_exports(auth.caller(request), now=timezone.now())
    return {"requests": [_export(one) for one in found], "after": None}


@router.get("/export-requests/waiting", response=own_shapes.ExportRequests)
def exports_to_decide(request: HttpRequest, after: shapes.Short = "") -> dict[str, Any]:
    """What waits for the caller as the second person of a place, by cursor."""
    page = queries.exports_to_decide(auth.caller(request), after=after, now=timezone.now())
    return {"requests": [_export(one) for one in page.rows], "after": page.after or None}


@router.post("/export-requests", response={201: own_shapes.Asked}, openapi_extra=can(403, 404, 409))
def ask_export(request: HttpRequest, given: own_shapes.ExportAsked) -> Status[dict[str, Any]]:
    """Have a list made into a file; one too long for the caller alone is asked of a second person."""
    actor, now, wanted = auth.caller(request), timezone.now(), given.list
    rows = cases.export_size(actor, wanted.of_cases(), now=now)
    query, place = wanted.as_query(), wanted.place or settings.COUNTY
    if cases.may_export(rows, actor, most=settings.EXPORT_ROWS):
        tongue = get_language() or ""
        key = security.begin_export(query, rows=rows, place=place, language=tongue, actor=actor, now=now)
    else:
        key = security.ask_export(query, rows=rows, place=place, reason=given.reason, actor=actor, now=now)
    return Status(201, {"id": key})


@router.post("/export-requests/{id}/decision", response={204: None}, openapi_extra=can(403, 404, 409))
def decide_export(request: HttpRequest, id: UUID, given: own_shapes.Decision) -> Status[None]:
    """Grant or decline; a no says why, and nobody decides on their own request."""
    actor, now = auth.caller(request), timezone.now()
    security.decide_export(id, given.granted, reason=given.reason, actor=actor, now=now)
    return Status(204, None)


@router.post("/export-requests/{id}/make", response={202: None}, openapi_extra=can(403, 404, 409))
def make_export(request: HttpRequest, id: UUID) -> Status[None]:
    """Have the file made to which a second person has agreed; ``state`` says when it is ready."""
    actor, now = auth.caller(request), timezone.now()
    security.want_export(id, language=get_language() or "", actor=actor, now=now)
    return Status(202, None)


@router.post(
    "/export-requests/{id}/file",
    openapi_extra={"responses": {**can(403, 404, 409)["responses"], **_FILE}},
)
def export_file(request: HttpRequest, id: UUID) -> FileResponse:
    """The file: once, to whoever asked, and for an hour once more if the line broke."""
    actor, now = auth.caller(request), timezone.now()
    path, rows = security.take_export(id, actor=actor, now=now)
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Refusal(say("文件已过期删除，或已下载超过一小时"), Kind.FORBIDDEN) from None
    security.note_export("cases", rows, f"export_request:{id}", actor=actor, now=now)
    return FileResponse(file, as_attachment=True, filename=f"gewu-{now:%Y%m%d-%H%M}.xlsx")


def _reveal(one: queries.RevealLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "place": one.place,
        "reason": one.reason,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at,
        "decided_by": one.decided_by,
        "decision": one.decision,
        "until": one.until,
        "state": one.state,
        "own": one.own,
    }


def _export(one: queries.ExportLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "list": one.query,
        "rows": one.rows,
        "made": one.made,
        "reason": one.reason,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at,
        "decided_by": one.decided_by,
        "decision": one.decision,
        "until": one.until,
        "state": one.state,
        "fault": one.fault,
        "own": one.own,
    }
