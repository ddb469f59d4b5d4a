"""Asking how closed cases were handled, by the API."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from gewu.api import answering, auth, desk_shapes, shapes
from gewu.api.refusals import can
from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.infra.wording import translated

router = Router()


@router.get("/follow-ups", response=desk_shapes.FollowUpPage, openapi_extra=can(403))
def follow_ups(
    request: HttpRequest,
    state: shapes.Code = "waiting",
    place: shapes.Code = "",
    matter: shapes.Code = "",
    way: shapes.Code = "",
    after: shapes.Short = "",
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The follow-ups in a state in the caller's places, by cursor."""
    asked = queries.Asked(place, matter, way)
    page = queries.follow_ups(auth.caller(request), state, asked, after=after, size=size)
    return {"follow_ups": [_line(one) for one in page.rows], "after": page.after or None}


@router.get("/follow-ups/{id}", response=desk_shapes.FollowUp)
def follow_up(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """One follow-up with what the officer should know of the case."""
    return _whole(request, id)


@router.post(
    "/follow-ups/{id}/steps/{event}", response=desk_shapes.FollowUp, openapi_extra=can(403, 404, 409)
)
def step(request: HttpRequest, id: UUID, event: str, given: desk_shapes.FollowUpGiven) -> dict[str, Any]:
    """Record an answer, a call in vain, or that nobody can be reached. "Not solved" has it handled again."""
    actor, now = auth.caller(request), timezone.now()
    queries.require_follow_up(actor, id)
    cases.take_follow_up(id, event, actor=actor, now=now, **given.values())
    return _whole(request, id)


def _whole(request: HttpRequest, id: UUID) -> dict[str, Any]:
    found = queries.follow_up(auth.caller(request), id, now=timezone.now())
    return {
        **_line(found.line),
        "version": found.version,
        "text": found.text,
        "result": found.result,
        "answer": found.answer,
        "closed_at": found.closed_at,
        "reopens": found.reopens,
        "steps": answering.steps(found.steps),
    }


def _line(one: queries.FollowUpLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "title": one.title,
        "matter": one.matter,
        "place": one.place,
        "state": one.state,
        "state_label": translated(one.state_label),
        "way": translated(one.way),
        "due_at": one.due_at,
        "tries": one.tries,
        "answered_at": one.answered_at,
        "solved": one.solved,
        "satisfaction": translated(one.satisfaction),
        "reason": one.reason,
    }
