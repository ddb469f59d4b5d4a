"""Those called to a case beside its lead, by the API: assistants, whistles, check-ins and their results."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from gewu.api import answering, auth, desk_shapes, shapes
from gewu.api.refusals import can
from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import Call, Party
from gewu.infra.wording import translated

router = Router()


@router.get("/assignments", response=desk_shapes.TaskPage)
def assignments(
    request: HttpRequest,
    state: shapes.Code = "open",
    after: shapes.Short = "",
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The assignments of the caller's units and person and in its places, newest first, by cursor."""
    page = queries.tasks(auth.caller(request), state, after=after, size=size)
    lines = [
        {**_task(one.task), "number": one.number, "title": one.title, "place": one.place} for one in page.rows
    ]
    return {"tasks": lines, "after": page.after or None}


@router.get("/cases/{number}/parties", response=desk_shapes.Parties, openapi_extra=can(404))
def parties(request: HttpRequest, number: str) -> dict[str, Any]:
    """Who was called to a case, what became of it, and what holds the case up."""
    return _parties(request, number)


@router.get("/cases/{number}/whistles/kinds", response=desk_shapes.Calls, openapi_extra=can(403, 404))
def kinds(request: HttpRequest, number: str) -> dict[str, Any]:
    """The kinds of whistle that the caller may blow on a case, and the officials of its places."""
    found = queries.call_page(auth.caller(request), number, now=timezone.now())
    return {
        "kinds": [
            {
                "code": one.code,
                "name": translated(one.name),
                "amount": float(one.limit.amount),
                "time_unit": one.limit.unit.value,
                "supporters": one.supporters,
                "enough": one.enough,
            }
            for one in found.kinds
        ],
        "officials": [
            {"post": one.post, "kind": one.kind_zh, "name": one.name, "place": one.place}
            for one in found.officials
        ],
    }


@router.post(
    "/cases/{number}/assignments", response={201: desk_shapes.Task}, openapi_extra=can(403, 404, 409)
)
def call_assist(request: HttpRequest, number: str, given: desk_shapes.NewCall) -> Status[dict[str, Any]]:
    """Ask a unit, or an official on a post, to assist. 409 says why it cannot be called now."""
    actor, now = auth.caller(request), timezone.now()
    queries.require_visible(actor, number)
    post = str(given.post or "")
    row = cases.call_assist(number, given.unit, actor=actor, now=now, task=given.task, post=post)
    return Status(201, _task(queries.line_of_task(actor, row)))


@router.post(
    "/cases/{number}/assignments/{task}/steps/{event}",
    response=desk_shapes.Task,
    openapi_extra=can(403, 404, 409),
)
def task_step(
    request: HttpRequest, number: str, task: UUID, event: str, given: desk_shapes.PartyStepGiven
) -> dict[str, Any]:
    """Sign for an assignment, check in, finish it, send it back, withdraw it or offer it again."""
    actor = auth.caller(request)
    queries.require_visible(actor, number)
    queries.require_task(number, task)
    row = cases.take_assist(task, event, actor=actor, now=timezone.now(), **given.values())
    return _task(queries.line_of_task(actor, row))


@router.post("/cases/{number}/whistles", response={201: desk_shapes.Blown}, openapi_extra=can(403, 404, 409))
def blow(request: HttpRequest, number: str, given: desk_shapes.NewWhistle) -> Status[dict[str, Any]]:
    """Call several parties to a case at once, each with a time to come by."""
    actor = auth.caller(request)
    queries.require_visible(actor, number)
    called = (*(Party(unit=one) for one in given.units), *(Party(post=str(one)) for one in given.posts))
    call = Call(given.kind, called, given.task.strip())
    row = cases.blow(number, call, actor=actor, now=timezone.now())
    return Status(201, {"id": row.pk, "number": number, "parties": len(called)})


@router.post(
    "/cases/{number}/whistles/{whistle}/steps/{event}",
    response=desk_shapes.Parties,
    openapi_extra=can(403, 404, 409),
)
def whistle_step(
    request: HttpRequest, number: str, whistle: UUID, event: str, given: desk_shapes.PartyStepGiven
) -> dict[str, Any]:
    """Close a whistle with its result once every party has one, or withdraw it with a reason."""
    actor = auth.caller(request)
    queries.require_visible(actor, number)
    queries.require_whistle(number, whistle)
    cases.take_whistle(whistle, event, actor=actor, now=timezone.now(), **given.values())
    return _parties(request, number)


def _parties(request: HttpRequest, number: str) -> dict[str, Any]:
    found = queries.parties(auth.caller(request), number, now=timezone.now())
    return {
        "number": found.number,
        "version": found.version,
        "tasks": [_task(one) for one in found.tasks],
        "whistles": [_whistle(one) for one in found.parties.whistles],
        "conditions": [
            {"label": translated(one.label), "desk": translated(one.desk), "blocks": one.blocks}
            for one in found.parties.conditions
        ],
        "may_call": found.may_call,
        "may_whistle": found.parties.may_whistle,
    }


def _whistle(one: queries.WhistleLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": translated(one.kind),
        "state": one.state,
        "state_label": translated(one.state_label),
        "open": one.open,
        "task": one.task,
        "result": one.result,
        "caller": one.caller,
        "supporters": one.supporters,
        "blown_at": one.blown_at.astimezone(UTC),
        "ended_at": one.ended_at,
        "parties": [_task(party) for party in one.parties],
        "steps": answering.steps(one.steps),
    }


def _task(one: queries.TaskLine) -> dict[str, Any]:
    came = one.check_in
    return {
        "id": one.id,
        "party": translated(one.unit),
        "state": one.state,
        "state_label": translated(one.state_label),
        "open": one.open,
        "task": one.task,
        "result": one.result,
        "offered_at": one.offered_at,
        "whistle": one.whistle,
        "come_by": one.come_by,
        "check_in": None
        if came is None
        else {
            "at": came.at,
            "address": came.address,
            "distance_m": came.distance_m,
            "in_time": came.in_time,
        },
        "steps": answering.steps(one.steps),
    }
